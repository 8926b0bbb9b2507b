/// The number by which a client knows its request again in the events that answer it.
///
/// The client chooses it; it is the client's care that it is unique. On the wire it is 1 to 2,147,483,647
/// (WireFormat, Attributes).
public struct ReferenceID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: Int32

    /// No request: what an event answers that nobody asked for. Never sent.
    public static let none = ReferenceID(rawValue: 0)

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// Whether the wire may carry it.
    public var isValid: Bool { rawValue > 0 }

    public var description: String { String(rawValue) }
}
