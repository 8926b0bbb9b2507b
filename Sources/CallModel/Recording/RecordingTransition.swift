public import EventLoops
public import TLibrary

/// One thing that happened to a recording: what its record is made of (Recording contract, "Records kept").
///
/// A call tells them in their order, where ``CallPolicy/keepsRecords`` says so: first ``Event/began(anchor:agentID:)``, last
/// ``Event/over(_:)``, each once.
public struct RecordingTransition: Sendable, Equatable {
    public enum Event: Sendable, Equatable {
        /// It exists, and its anchor is on that DN, where that agent is logged in; nothing is asked of a media server yet.
        case began(anchor: DirectoryNumber, agentID: String)
        /// A wish was accepted, or came of how the call moves.
        case wished(Intent)
        /// A command went to a media server. A repeated one has the same id.
        case sent(Command)
        /// What the media server said, or that it did not answer.
        case answered(Answer)
        /// What the driver has seen of capture.
        case evidence(CaptureEvidence)
        /// Effective, the reason or the warning is another: what clients were told.
        case changed(Change)
        /// Its call has become part of this one, in which it goes on.
        case carried(to: CallIdentity)
        case over(Ending)
    }

    /// What is asked of a recording.
    public struct Intent: Sendable, Equatable {
        public var target: RecordingState
        public var cause: RecordingCause
        /// Whose request or route it carries out; `nil`: nobody's.
        public var asker: RequestContext?
    }

    public struct Command: Sendable, Equatable {
        public enum Verb: String, Sendable, CaseIterable {
            case start, pause, resume, stop
            case startPaused = "start-paused"
        }

        public var id: MediaCommand.ID
        public var verb: Verb
        /// The place of the media server in the list.
        public var server: Int
    }

    public struct Answer: Sendable, Equatable {
        public enum Word: Sendable, Equatable {
            /// A start was carried out, and shown to be true; a resume too, where it goes on in a new file.
            case started(file: String, StartEvidence)
            case confirmed
            case refused
            /// It said yes, and nothing was there to show for it.
            case notProved
            /// None of the tries was answered in time.
            case unanswered
            /// Nobody asked: the recording has ended there, or the media server is lost.
            case ended, lost
            /// Nobody asked: audio arrives after all.
            case audio
            /// Nobody asked: none arrives from these sides.
            case noAudio(MediaSides)
            /// Nobody asked: audio in these codecs is silence in the file.
            case undecoded([String])
            /// Nobody asked: a side's audio comes from there, and came from elsewhere before.
            case source(MediaSides, SocketAddress)
        }

        public var word: Word
        /// What it answers; `nil`: nobody asked.
        public var command: MediaCommand.ID?
        public var server: Int
    }

    public struct Change: Sendable, Equatable {
        public var state: RecordingState
        public var cause: RecordingCause
        /// The name of the file that begins with this change.
        public var newFile: String?
        public var reason: RecordingReason?
        public var warning: RecordingWarning?
    }

    public enum Ending: Sendable, Equatable {
        /// The media server has stopped, or had never begun.
        case stopped
        /// Nobody knows whether it has.
        case notStopped
    }

    /// The call in which the recording began.
    public var call: CallIdentity
    public var recording: RecordingID
    /// When it reached the engine.
    public var moment: Timestamp
    public var event: Event

    public init(call: CallIdentity, recording: RecordingID, moment: Timestamp, event: Event) {
        self.call = call
        self.recording = recording
        self.moment = moment
        self.event = event
    }
}

extension Effects {
    /// Tells what happened to a recording. Where no records are kept it costs the look whether they are.
    @inline(__always)
    mutating func record(
        _ event: @autoclosure () -> RecordingTransition.Event, of recording: @autoclosure () -> RecordingID,
        in call: @autoclosure () -> CallIdentity, _ environment: borrowing CallEnvironment
    ) {
        guard environment.policy.keepsRecords else { return }
        transitions.append(
            RecordingTransition(call: call(), recording: recording(), moment: environment.moment, event: event()))
    }
}
