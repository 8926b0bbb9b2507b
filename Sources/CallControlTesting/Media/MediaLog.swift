public import CallModel
public import TLibrary

/// What a media server was asked, and what it has told the engine, each in order. What it told is the truth that
/// indications are held against.
public struct MediaLog: Sendable {
    /// One sending of a command; a repeated one has the same id.
    public struct Sending: Sendable {
        public var time: Duration
        /// Rising over all media servers of a simulation, in step with that of the entries.
        public var place: Int
        public var command: MediaCommand
    }

    public struct Entry: Sendable {
        public var time: Duration
        /// Rising over all media servers of a simulation.
        public var place: Int
        public var report: MediaReport
        /// What the recording then is, where the report confirms a change.
        public var state: State?
        /// The same answer was given before.
        public var isRepeated: Bool
        /// When the command was sent last; `nil`: nobody asked.
        public var asked: Duration?
    }

    public enum State: String, Sendable {
        case off, on, paused
    }

    public internal(set) var sendings: [Sending] = []
    public internal(set) var entries: [Entry] = []

    public func entries(of connection: ConnectionID) -> [Entry] {
        entries.filter { $0.report.connection == connection }
    }
}
