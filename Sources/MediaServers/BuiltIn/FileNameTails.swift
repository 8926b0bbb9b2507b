/// The names that a recording's file may take: the proposed one, then with the tails `_2`, `_3` … where files of those
/// names exist (Recording contract, "The indication").
struct FileNameTails {
    /// Of a whole name, without directory and extension.
    static let maximumLength = 200
    static let last = 999_999_999

    private let proposed: String

    /// `nil` where the proposed name could lead out of the directory, or hide the file.
    init?(proposed: String) {
        guard !proposed.isEmpty, !proposed.hasPrefix("."), proposed.utf8.allSatisfy(Self.mayHold) else { return nil }
        self.proposed = proposed
    }

    /// The names in their order, from 1.
    subscript(number: Int) -> String {
        let tail = number == 1 ? "" : "_\(number)"
        return proposed.prefix(Self.maximumLength - tail.utf8.count) + tail
    }

    /// A name that is free, behind one that is taken; `nil`: there is none. Where names are taken without a gap, as they
    /// are given, it is the first one. It looks at a few dozen names at most, however many are taken.
    func free(after taken: Int, isTaken: (String) -> Bool) -> Int? {
        var taken = taken
        var step = 1
        var free: Int
        repeat {
            guard taken < Self.last else { return nil }
            free = min(taken + step, Self.last)
            if !isTaken(self[free]) { break }
            taken = free
            step *= 2
        } while true
        while free - taken > 1 {
            let middle = taken + (free - taken) / 2
            if isTaken(self[middle]) { taken = middle } else { free = middle }
        }
        return free
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
