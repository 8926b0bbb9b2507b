/// What the two ends of a connection say to each other about the connection itself (WireFormat, Link messages).
public enum LinkMessage: Sendable, Equatable {
    /// Asks whether the other side is still there.
    case ping
    /// Yes.
    case pong
    /// From a client, with its Extensions: how many events of the session it has received. Empty where the frame has no
    /// Extensions, or something else under their number; such a message says nothing.
    case received(KeyValueList)

    public var message: MessageNumber {
        switch self {
        case .ping: .ping
        case .pong: .pong
        case .received: .received
        }
    }
}
