/// The names that a recording's file may take: the proposed one, then with the tails `_2`, `_3` … where files of those
/// names exist (Recording contract, "The indication").
struct FileNameTails: Sequence, IteratorProtocol {
    /// Of a whole name, without directory and extension.
    static let maximumLength = 200
    private static let last = 9_999

    private let proposed: String
    private var number = 0

    /// `nil` where the proposed name could lead out of the directory, or hide the file.
    init?(proposed: String) {
        guard !proposed.isEmpty, !proposed.hasPrefix("."), proposed.utf8.allSatisfy(Self.mayHold) else { return nil }
        self.proposed = proposed
    }

    mutating func next() -> String? {
        guard number < Self.last else { return nil }
        number += 1
        let tail = number == 1 ? "" : "_\(number)"
        return proposed.prefix(Self.maximumLength - tail.utf8.count) + tail
    }

    private static func mayHold(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}
