public import TLibrary

/// One order to one media server about one recording.
///
/// A command that is not answered in time is sent again with the same ``id``, so carrying one out twice must have the
/// effect of once (Recording contract, "Confirmed means verified").
public struct MediaCommand: Sendable, Equatable {
    /// Names a command within its call. A repeated command keeps its id; every other command has one of its own.
    public struct ID: RawRepresentable, Hashable, Sendable {
        public var rawValue: UInt32

        public init(rawValue: UInt32) {
            self.rawValue = rawValue
        }
    }

    public enum Verb: Sendable, Equatable {
        indirect case start(StartParameters)
        case pause
        case resume
        case stop
    }

    public var id: ID
    public var connection: ConnectionID
    public var recording: RecordingID
    /// Which media server, by its place in the configuration's list.
    public var server: Int
    public var verb: Verb

    public init(id: ID, connection: ConnectionID, recording: RecordingID, server: Int, verb: Verb) {
        self.id = id
        self.connection = connection
        self.recording = recording
        self.server = server
        self.verb = verb
    }
}

/// What a media server needs to know to start a recording.
public struct StartParameters: Sendable, Equatable {
    /// Proposed file name, without directory and extension: at most 200 bytes of `[A-Za-z0-9._-]`, no leading dot.
    /// A driver that finds a file of that name adds a tail, and reports the name that it took.
    public var fileName: String
    /// The party whose leg is recorded.
    public var anchor: DirectoryNumber
    public var callUUID: String
    /// The anchor's media where another server carries it; `nil`: the switch has not told any.
    public var session: MediaSession?
    /// Where the audio of the two sides comes from: a recorder that takes RTP hears nobody else.
    public var sources: MediaSources
    /// To begin paused: only sent to a driver whose capabilities say that it can.
    public var startsPaused: Bool
    /// Extensions `dest`, `dest2` and `params` of the request, passed on as they came; empty where absent.
    public var destination: String
    public var secondDestination: String
    public var parameters: KeyValueList

    public init(
        fileName: String, anchor: DirectoryNumber, callUUID: String, session: MediaSession? = nil,
        sources: MediaSources = MediaSources(), startsPaused: Bool = false, destination: String = "",
        secondDestination: String = "",
        parameters: KeyValueList = KeyValueList()
    ) {
        self.fileName = fileName
        self.anchor = anchor
        self.callUUID = callUUID
        self.session = session
        self.sources = sources
        self.startsPaused = startsPaused
        self.destination = destination
        self.secondDestination = secondDestination
        self.parameters = parameters
    }
}
