/// A recording's file in the spool directory.
struct SpoolFile: Sendable, Equatable {
    /// What the server called it, without directory and extension.
    var original: String
    /// What it is called now: the same, or what the driver renamed it to.
    var name: String
    /// Whether the server took the name that the command proposed.
    var isAsProposed: Bool

    static let fileExtension = ".pcap"
    /// Of a call-id as ``escaped(_:)`` has it, so that the server's notes on a recording can be made: their name is longer
    /// by 36 bytes, and a file system takes names of 255.
    static let longestCallID = 255 - 36
    /// Of a pcap file without a packet: its head.
    static let emptySize = 24
    /// Of the tail that the server gives each file: a hyphen and 16 hex digits.
    private static let tailLength = 17

    /// The name of a recording's file without its extension; `nil` where it is another file.
    static func name(of file: String) -> String? {
        guard file.hasSuffix(fileExtension) else { return nil }
        return String(file.dropLast(fileExtension.count))
    }

    /// The name without its tail: the call-id, as ``escaped(_:)`` has it. `nil` where it is not one of the server's own
    /// names.
    static func stem(of name: String) -> String? {
        let tail = name.utf8.suffix(tailLength)
        guard name.utf8.count > tailLength, tail.first == UInt8(ascii: "-") else { return nil }
        let isHex = tail.dropFirst().allSatisfy {
            ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f"))
        }
        return isHex ? String(name.utf8.dropLast(tailLength)) : nil
    }

    /// A call-id as the server writes it into a file's name: all but letters, digits and `-._~` as `%` and two digits.
    static func escaped(_ callID: String) -> String {
        if callID.utf8.allSatisfy(staysAsItIs) { return callID }
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in callID.utf8 {
            if staysAsItIs(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func staysAsItIs(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

/// What the spool has to tell of a call-id's file.
enum SpoolEvent: Sendable, Equatable {
    /// A name that is free, and kept so until a recording takes it; `nil`: there is none.
    case named(String?)
    case found(SpoolFile)
    /// The file has its new name, or could not be given it.
    case renamed(SpoolFile, isDone: Bool)
    /// The server has closed the file.
    case closed(original: String)
    /// That it is closed will not be told: the kernel does not watch it any more.
    case unwatched(original: String)
    /// How long the file is, `nil`: it is not there; and how long ago it was written to, by the clocks of this machine
    /// and of the file system.
    case size(Int?, age: Duration = .zero)
}

/// What is asked of the spool for a call-id.
enum SpoolCommand: Sendable, Equatable {
    /// To name a file: the proposed name, or one with a tail.
    case name(String)
    /// A name that is not used after all.
    case giveBack(String)
    /// To tell when a file of the call-id appears; `exact`: under that name or the server's own.
    case expect(exact: String?)
    case stopExpecting
    case rename(SpoolFile, to: String)
    /// To tell when the file is closed; at once where that cannot be seen.
    case awaitClosed(SpoolFile)
    case look(SpoolFile)
    /// Nobody asks for that file any more.
    case forget(SpoolFile)
}
