/// The option `recording-filename`: a pattern of text and variables.
///
/// Variables: `$UUID$` `$ANI$` `$DNIS$` `$DATE$` `$TIME$` `$CONNID$` `$AGENTID$` `$AGENTDN$`. Others stay as they are.
public struct FileNamePattern: Sendable, Equatable {
    /// The pattern that the samples of live systems show.
    public static let standard = FileNamePattern(checked: "$UUID$_$AGENTDN$_$ANI$_$DNIS$_$DATE$_$TIME$")

    /// The longest file name, tails included, in bytes.
    public static let maximumLength = 200

    public let text: String

    /// `nil` where the pattern is empty or has a character outside `[A-Za-z0-9._$-]`.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ Self.isPlain($0) || $0 == UInt8(ascii: "$") }) else { return nil }
        self.init(checked: text)
    }

    private init(checked text: String) {
        self.text = text
    }

    /// What the variables stand for in one recording.
    struct Values: Sendable, Equatable {
        var uuid: String
        var ani: String
        var dnis: String
        var connection: String
        var agentID: String
        var agentDN: String
        /// Microseconds since 1970.
        var time: Int64
    }

    /// The name for these values: at most 200 bytes of `[A-Za-z0-9._-]`, and `$` only where the pattern has it; never
    /// empty, and never with a leading dot. What callers supply comes in through the values alone, and is made
    /// harmless there.
    func name(_ values: Values) -> String {
        // Bytes, because a start of a recording has little else to compute.
        let pattern = Array(text.utf8)
        var name: [UInt8] = []
        name.reserveCapacity(Self.maximumLength)
        var offset = 0
        while offset < pattern.count {
            guard pattern[offset] == UInt8(ascii: "$"),
                let closing = pattern[(offset + 1)...].firstIndex(of: UInt8(ascii: "$")),
                let value = Self.value(of: String(decoding: pattern[offset + 1..<closing], as: UTF8.self), in: values)
            else {
                name.append(pattern[offset])
                offset += 1
                continue
            }
            Self.append(value, to: &name)
            offset = closing + 1
        }
        if name.isEmpty { Self.append(values.uuid, to: &name) }
        if name.first == UInt8(ascii: ".") { name[0] = UInt8(ascii: "_") }
        return String(decoding: name.prefix(Self.maximumLength), as: UTF8.self)
    }

    /// The name with a tail that tells it from others, within the same bound.
    static func name(_ name: String, withTail number: Int) -> String {
        let tail = "_\(number)"
        return name.prefix(maximumLength - tail.utf8.count) + tail
    }

    private static func value(of variable: String, in values: Values) -> String? {
        switch variable {
        case "UUID": values.uuid
        case "ANI": values.ani
        case "DNIS": values.dnis
        case "CONNID": values.connection
        case "AGENTID": values.agentID
        case "AGENTDN": values.agentDN
        case "DATE": CivilTime(microseconds: values.time).date
        case "TIME": CivilTime(microseconds: values.time).time
        default: nil
        }
    }

    /// A value made harmless.
    private static func append(_ value: String, to name: inout [UInt8]) {
        for byte in value.utf8 { name.append(isPlain(byte) ? byte : UInt8(ascii: "_")) }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}
