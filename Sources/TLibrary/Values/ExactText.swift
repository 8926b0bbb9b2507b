/// Text as a key of tables and sets: two are equal if their UTF-8 is the same byte for byte.
///
/// `String` also takes canonically equivalent spellings for equal: one `é` of one scalar and one of two, or `K` and the
/// sign of Kelvin. Names of a protocol are bytes, so whoever looks one up by its text uses this.
public struct ExactText: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public var description: String { text }

    public static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.hasSameBytes(as: right.text)
    }

    /// By bytes: a client that sends many spellings of one text does not fill one place of a table.
    public func hash(into hasher: inout Hasher) {
        let bytes = text.utf8.span
        for index in bytes.indices { hasher.combine(bytes[index]) }
        hasher.combine(UInt8(0xFF))
    }
}
