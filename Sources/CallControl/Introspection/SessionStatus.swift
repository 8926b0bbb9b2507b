package import CallModel
package import EventLoops

/// How a session does, for those who look in.
package struct SessionStatus: Sendable {
    package enum State: String, Sendable {
        /// Its client has connected, and has not opened it yet.
        case connected
        case open
        /// The connection is lost; the session waits to be taken up.
        case waiting
        case closed
    }

    package var client: ClientID
    package var state: State
    /// ApplicationName; empty before the session is open.
    package var application: String
    /// `nil` before the session is open.
    package var opened: WallTime?
    package var registrations: Int
    /// Requests whose first answer has not been handed to the kernel.
    package var outstanding: Int
    package var outbox: OutboxStatus

    package var isWaiting: Bool { state == .waiting }
}

/// How a session's way out does.
package struct OutboxStatus: Sendable {
    /// Bytes that wait for the client to read, and that are kept for it to ask for again; 64 more for each event.
    package var backlogBytes: Int
    package var keptBytes: Int
    /// Of the oldest event that waits; `nil`: none does.
    package var backlogAge: Duration?
    /// Events that newer ones stood for, since the session began.
    package var conflated: UInt64
    /// Events that were handed to the kernel; counted where the session may be taken up.
    package var sent: UInt64
    /// Answers that were handed to the kernel.
    package var answered: Int
    /// The client's address; empty while the connection is lost.
    package var peer: String
}

extension Session.State {
    var shown: SessionStatus.State {
        switch self {
        case .connected, .refusing, .leaving: .connected
        case .open: .open
        case .waiting: .waiting
        case .closed: .closed
        }
    }
}
