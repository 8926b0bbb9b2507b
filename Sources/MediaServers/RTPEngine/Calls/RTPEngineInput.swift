import CallModel
import TLibrary

/// What can happen to the recording of a call-id.
enum RTPEngineInput: Sendable, Equatable {
    case command(MediaCommand)
    /// The call-id's media lived before this engine did.
    case inherited
    /// The server answered what the present step had sent.
    case answered(NGReply)
    /// It did not, in any of its tries.
    case unanswered
    /// It said yes to a start that nobody waits for any more.
    case answeredLate
    case spool(SpoolEvent)
    /// A look at the recording by `query`, which no step had asked for.
    case looked(NGReply)
    /// The deadline of the present step has come.
    case deadline
    case serverLost
    /// It answers again.
    case serverBack
}

/// What a course knows of the world around it, and may learn of it.
struct RTPEngineEnvironment: Sendable, Equatable {
    var traits = ServerCapabilities()
    /// The server's recording directory as the server sees it; `nil`: its files are not seen from here.
    var spool: String?
    /// How long a proof may take once the server has said yes.
    var proofTime: Duration
    /// How long audio may stay away before that is told; zero: it is not told.
    var mediaProof: Duration
    var now = Duration.zero
    /// Between two looks at a recording that goes on.
    var pollInterval = Duration.milliseconds(500)
}

/// What one step of a course asks of the world. The parts are independent, and all are carried out.
struct RTPEngineEffects: Sendable, Equatable {
    struct Report: Sendable, Equatable {
        var holder: RecordingKey
        var event: MediaReport.Event
    }

    var send: NGRequest?
    /// The command under way is sent once more.
    var repeats = false
    var orders: [SpoolCommand] = []
    /// Of a recording whose server is lost: how long its file was at the last look.
    var seenSize: Int?
    /// What was seen of capture: told before ``report``.
    var evidence: [Report] = []
    var report: Report?
    var notes: [RTPEngineWarning] = []
}

/// What the operator is told.
enum RTPEngineWarning: Sendable, Equatable {
    case noSession
    /// rtpengine records whole calls: one recording at a time.
    case callIDIsTaken
    /// A second recording would take the file of the first.
    case wouldOverwrite
    /// Nothing appeared where the server was told to write: it names its files itself from now on.
    case namesFilesItself
    /// It says that it is paused, and its file grows.
    case writesWhilePaused
    /// It stops the writing while it is paused, as was seen, and its file grows again.
    case resumedByOthers
    /// That it stops writing while paused cannot be seen.
    case pauseIsNotShown
    /// Audio comes in, and the file does not grow.
    case notWritten
    /// What lived before this engine is stopped.
    case inherited
    /// No file appeared, and the call-id has so many bytes as file names have it that none can.
    case callIDTooLong(Int)
}

/// The recording that a call-id's capture belongs to.
struct RecordingKey: Hashable, Sendable {
    var connection: ConnectionID
    var recording: RecordingID

    init(_ command: MediaCommand) {
        connection = command.connection
        recording = command.recording
    }

    /// A call has few recordings.
    func hash(into hasher: inout Hasher) {
        hasher.combine(connection)
    }
}
