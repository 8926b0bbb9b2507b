/// The number of a message: T-Library's 0 to 182, or one of the link's own (WireFormat, Link messages).
public struct MessageNumber: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// What a number stands for.
    public enum Kind: Sendable {
        /// T-Library sends it to a server.
        case request
        /// T-Library's server sends it.
        case event
        /// It belongs to the connection, and T-Library does not know it.
        case link
        /// Nothing has this number.
        case unknown
    }

    public let rawValue: UInt16

    @inlinable public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    @inlinable public static var ping: MessageNumber { MessageNumber(rawValue: 65_280) }
    @inlinable public static var pong: MessageNumber { MessageNumber(rawValue: 65_281) }
    @inlinable public static var received: MessageNumber { MessageNumber(rawValue: 65_282) }

    /// Whether the message belongs to the connection.
    @inline(__always)
    var isLink: Bool { (65_280...65_282).contains(rawValue) }

    /// 153 to 159 are reserved in T-Library, hence unknown.
    public var kind: Kind {
        switch rawValue {
        case 0...49, 97, 103...105, 108, 110, 111, 113, 120, 121, 123, 124, 127, 129, 130, 134...136, 139, 140, 143,
            144, 149, 167...169, 171...177, 180:
            .request
        case 50...152, 160...182: .event
        case 65_280...65_282: .link
        default: .unknown
        }
    }

    /// T-Library's name, such as `RequestMakeCall` or `EventRinging`; `Message153` for a number that has none.
    public var name: String {
        switch self {
        case .ping: "Ping"
        case .pong: "Pong"
        case .received: "Received"
        default: kind == .unknown ? "Message\(rawValue)" : Self.names[Int(rawValue)]
        }
    }

    public var description: String { name }
}
