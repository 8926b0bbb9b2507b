package import CallModel

/// A session as an operator looks at it.
package struct SessionStatus: Sendable {
    package enum State: String, Sendable {
        /// Its client has connected, and has not opened it yet.
        case connected
        case open
        case closed
    }

    package var client: ClientID
    package var state: State
    /// ApplicationName; empty until it is open.
    package var application: String
    /// The peer's address; empty where it is not known any more.
    package var peer: String
    /// `nil` until it is open.
    package var opened: WallTime?
    package var registrations: Int
    /// Requests whose first answer has not been handed to the kernel.
    package var windowInUse: Int
    package var outbox: OutboxStatus
}

/// What of a session's events is still to be written.
package struct OutboxStatus: Sendable {
    package var backlogBytes = 0
    /// Of its oldest event.
    package var backlogAge = Duration.zero
    /// Events that newer ones stood for.
    package var conflated = 0
    /// First answers that were handed to the kernel.
    package var answersWritten = 0
    package var peer = ""
}
