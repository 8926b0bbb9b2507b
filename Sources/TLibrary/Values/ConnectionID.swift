/// The name of a call within one run of a server: 64 bits, printed as 16 lower-case hex digits.
///
/// A consultation call has a ConnectionID of its own. Zero names no call (WireFormat, Attributes).
public struct ConnectionID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt64

    /// No call: what a request says that concerns none.
    public static let none = ConnectionID(rawValue: 0)

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Reads 1 to 16 hex digits in either case, as people copy them from logs; nil for anything else.
    public init?(hex: some StringProtocol) {
        let digits = hex.utf8
        guard (1...16).contains(digits.count) else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard let nibble = Self.nibble(digit) else { return nil }
            value = value << 4 | nibble
        }
        rawValue = value
    }

    public var description: String {
        let digits = String(rawValue, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    private static func nibble(_ digit: UInt8) -> UInt64? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(digit - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
