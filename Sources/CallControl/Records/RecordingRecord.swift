public import CallModel
public import EventLoops
public import TLibrary

/// All that is kept of one recording: who asked for what and when, what the media servers said, the files, and when
/// nothing was captured (Recording contract, "Records kept").
///
/// It holds the Reasons and Extensions of requests, and no user data of the call.
public struct RecordingRecord: Sendable, Equatable {
    /// How it came to its end.
    public enum Ending: String, Sendable, CaseIterable {
        /// It was captured, and its end was confirmed, or told by its media server.
        case ended
        /// No media server has confirmed that it begins.
        case neverBegan = "never-began"
        /// It was told to stop, and nobody knows whether it has.
        case notConfirmed = "not-confirmed"
        /// The server stopped before it had come to its end.
        case notFinished = "not-finished"
    }

    /// What is said of the media server that has a recording.
    public struct MediaServer: Sendable, Equatable {
        public var name: String
        /// What a pause leaves in the file.
        public var pause: MediaCapabilities.Pause
        /// The evidence of capture that its driver is known to report.
        public var evidence: CaptureEvidence.Kind?

        init(_ name: String, _ capabilities: MediaCapabilities) {
            self.name = name
            pause = capabilities.pause
            evidence = capabilities.evidence
        }
    }

    /// A file, or a stretch of several.
    public struct File: Sendable, Equatable {
        /// As its media server named it, without directory and extension.
        public var name: String
        public var mediaServer: MediaServer
        /// What the driver had seen before it confirmed.
        public var proof: StartEvidence?
        public var began: Timestamp
    }

    /// An interval in which nothing was captured, between the first confirmation and the end.
    public struct Gap: Sendable, Equatable {
        public enum Why: String, Sendable, CaseIterable {
            case paused
            /// The media server was lost, and another was looked for; or it ended the recording by itself. From the last
            /// evidence on, where there is some.
            case lost
            /// By the evidence no audio was captured, though the recording was indicated as on.
            case noAudio = "no-audio"
        }

        public var from: Timestamp
        public var to: Timestamp
        public var why: Why

        public var length: Duration { to.monotonic - from.monotonic }
    }

    /// What was left out, because one recording's record is bounded.
    public struct Omissions: Sendable, Equatable {
        public var transitions = 0
        public var files = 0
        public var gaps = 0
        /// Requests whose Reasons and Extensions were left out.
        public var lists = 0

        public var isEmpty: Bool { self == Omissions() }
    }

    /// So many transitions, files and gaps are kept, the first ones; the others are counted.
    public static let limit = 1_024
    /// So many codecs are kept.
    public static let codecLimit = 16
    /// Reasons and Extensions that are kept, all requests together, in packed bytes.
    public static let listLimit = 65_536

    public let id: RecordingID
    public let call: CallIdentity
    public let anchor: DirectoryNumber
    /// The agent logged in on the anchor's DN; empty: none.
    public let agentID: String
    /// Why it began.
    public internal(set) var cause: RecordingCause
    /// Who asked for it; `nil`: an option did.
    public internal(set) var requester: Requester?
    /// When it was asked for.
    public let began: Timestamp
    public internal(set) var ended: Timestamp
    public internal(set) var ending = Ending.notFinished
    /// Why it ended, or what happened last.
    public internal(set) var endCause: RecordingCause
    public internal(set) var reason: RecordingReason?
    /// The media server that had it last, or was tried last; `nil`: none was told to start.
    public internal(set) var mediaServer: MediaServer?
    /// All files, in the order in which they began.
    public internal(set) var files: [File] = []
    public internal(set) var gaps: [Gap] = []
    /// Codecs in which a side sent and which are not decoded, such as `g729/8000`: that audio is silence in the file.
    public internal(set) var codecs: [String] = []
    /// How long audio was captured, and how long not, between the first confirmation and the end. Counts gaps that were
    /// left out, too.
    public internal(set) var captured = Duration.zero
    public internal(set) var uncaptured = Duration.zero
    /// What the captured time goes by; `nil`: some of it, or all, by what was indicated.
    public internal(set) var evidence: CaptureEvidence.Kind?
    /// By how much one edge of captured time may be off; zero without evidence.
    public internal(set) var resolution = Duration.zero
    public internal(set) var transitions: [Transition] = []
    public internal(set) var omitted = Omissions()

    init(_ id: RecordingID, of call: CallIdentity, anchor: DirectoryNumber, agentID: String, at moment: Timestamp) {
        self.id = id
        self.call = call
        self.anchor = anchor
        self.agentID = agentID
        began = moment
        ended = moment
        cause = .configuration
        endCause = .configuration
    }
}

extension RecordingRecord {
    /// Who asked, and with which words.
    public struct Requester: Sendable, Equatable {
        /// ApplicationName of the session; empty: not known any more.
        public var application: String
        public var session: ClientID
        /// ThisDN of the request.
        public var dn: DirectoryNumber
        public var message: MessageNumber
        public var reference: ReferenceID
        public var reasons: KeyValueList
        public var extensions: KeyValueList

        init(_ asker: RequestContext, application: String) {
            self.application = application
            session = asker.client
            dn = asker.thisDN
            message = asker.message
            reference = asker.reference
            reasons = asker.reasons
            extensions = asker.extensions
        }
    }

    /// One thing that happened.
    public struct Transition: Sendable, Equatable {
        public enum Event: Sendable, Equatable {
            /// `by` `nil`: nobody asked; it came of an option, or of how the call moves.
            indirect case wished(RecordingState, RecordingCause, by: Requester?)
            case sent(RecordingTransition.Command.Verb, MediaCommand.ID, to: String)
            /// Without a command: nobody had asked.
            case answered(RecordingTransition.Answer.Word, MediaCommand.ID?, by: String)
            case evidence(CaptureEvidence)
            case changed(RecordingTransition.Change)
            /// Its call has become part of this one.
            case carried(to: CallIdentity)
            case over(Ending)
        }

        public var moment: Timestamp
        public var event: Event
    }
}
