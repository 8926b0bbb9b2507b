/// Why this side ends a session.
package enum Disconnection: String, Sendable, CaseIterable {
    /// Its client reads too slowly.
    case slowConsumer = "slow-consumer"
    /// The server stops.
    case shutdown
    /// The client did not answer a Ping.
    case keepAlive = "keep-alive"
    /// No session was opened in time.
    case handshake
    /// A frame that leaves nothing to read behind it.
    case `protocol`
}
