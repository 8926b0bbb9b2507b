import CallControl
import CallModel
import EventLoops
import Logging

/// What `callcontrol serve` is told: the whole configuration, read and found sound (article Configuration).
struct ServerConfiguration: Equatable {
    /// Whether the parties of the in-process switch are heard by the recorders.
    enum Audio: String, CaseIterable {
        case none
        /// Each established party sends a tone of its own pitch.
        case tones
    }

    /// Who carries out calls.
    enum SwitchKind: String, CaseIterable {
        /// The program itself, among the configured DNs.
        case inProcess = "in-process"
        /// A peer that is reached over a feed.
        case feed
    }

    struct Switch: Equatable {
        var kind = SwitchKind.inProcess
        /// Where the peer of a feed listens.
        var address = SocketAddress(host: "127.0.0.1", port: 0)
        /// How long the answer to a command on a feed is waited for.
        var timeout = Duration.milliseconds(5_000)
        /// Silence after which the peer of a feed is checked; zero: it is not.
        var keepAlive = Duration.seconds(5)
        /// Bytes of one line of a feed.
        var feedLine = 16_384
        /// Calls at once on an extension or ACD position; then it is busy.
        var lines = 10
        var audio = Audio.none
    }

    struct MediaServer: Equatable {
        enum Kind: Equatable {
            /// Receives RTP and writes two-channel WAV files into the directory.
            case builtIn(BuiltInOptions)
            /// Confirms and records nothing; `failEvery` 0: refuses none, else each so many-th command.
            case simulated(delay: Duration, failEvery: Int)
            /// Records what one rtpengine carries.
            case rtpengine(RTPEngineOptions)
        }

        var kind: Kind
        /// The lowest is tried first; `nil`: its place in the list.
        var order: Int?
        /// Its share among those of its order.
        var weight = 1
        /// Recordings at once; 0: no limit.
        var maxRecordings = 0

        static func builtIn(directory: String) -> MediaServer {
            MediaServer(kind: .builtIn(BuiltInOptions(directory: directory)))
        }
    }

    struct BuiltInOptions: Equatable {
        var directory = "recordings"
        /// How long a port is not used again.
        var portRest = Duration.seconds(60)
        /// How long a source must be silent before another one is heard.
        var sourceSilence = Duration.seconds(30)
    }

    struct RTPEngineOptions: Equatable {
        /// Where it takes NG commands over UDP.
        var address = SocketAddress(host: "127.0.0.1", port: 2223)
        /// Its recording directory as this machine sees it; empty: not seen from here.
        var spool = ""
        /// The same as the server sees it; empty: by the same path.
        var spoolAtServer = ""
        /// Commands under way at once.
        var inFlight = 512
        var ping = Duration.seconds(1)
        /// Of a server with recordings, before it counts as lost.
        var silence = Duration.milliseconds(2_500)
    }

    /// Where the records of recordings are written.
    struct Records: Equatable {
        /// Empty: none are kept.
        var file = ""
        /// The size at which another file begins.
        var rotateBytes = 67_108_864
        /// Older files that are kept.
        var keep = 10
        /// Whether each record is on the disk before it counts as written.
        var fsync = false
        /// Records that wait for the disk; beyond it they are lost.
        var backlogBytes = 67_108_864
        /// As much of the files is read at start for recordings that an earlier run has left open, the newest first.
        var recoverBytes = 1_073_741_824
    }

    /// Where the log goes, and how much of it.
    struct Log: Equatable {
        var level = Logger.Level.info
        /// Empty: standard error.
        var file = ""
        /// Lines that wait for the thread that writes them; beyond it they are dropped.
        var queue = 10_000
        /// Lines of one kind in a minute; 0: no limit.
        var rate = 60
    }

    var listen = SocketAddress(host: "127.0.0.1", port: 8000)
    /// Where metrics and what goes on inside can be read; `nil`: nowhere.
    var metrics: SocketAddress?
    /// Event loops; 0: one for each core.
    var shards = 0
    var `switch` = Switch()
    /// None: recording is not available.
    var mediaServers: [MediaServer] = [.builtIn(directory: "recordings")]
    /// Whether drivers make two-channel WAV files of what their servers recorded.
    var convertsRecordings = false
    /// Recordings of one server that wait for that.
    var conversionQueue = 1_000
    /// For how long captures are kept once they are converted; -1: for ever.
    var keptCaptureSeconds = 0
    var records = Records()
    var log = Log()
    /// Connections of the metrics port at once.
    var httpConnections = 64
    /// File with ApplicationPassword; empty: none.
    var passwordFile = ""
    /// Files with secrets that everybody on this machine may read.
    var openSecretFiles: [String] = []
    var engine = EngineConfiguration()

    init() {}

    /// Reads a file, and the environment over it.
    init(file: String, environment: [String: String]) throws(ConfigurationError) {
        try self.init(document: ConfigurationDocument(file: file), environment: environment)
    }

    /// Reads a file, and which files and directories the server will need.
    static func read(
        file: String, environment: [String: String]
    ) throws(ConfigurationError) -> (configuration: ServerConfiguration, paths: [RequiredPath]) {
        var paths: [RequiredPath] = []
        let configuration = try ServerConfiguration(
            document: ConfigurationDocument(file: file), environment: environment, paths: &paths)
        return (configuration, paths)
    }

    init(document: ConfigurationDocument, environment: [String: String]) throws(ConfigurationError) {
        var paths: [RequiredPath] = []
        try self.init(document: document, environment: environment, paths: &paths)
    }

    private init(
        document: ConfigurationDocument, environment: [String: String], paths: inout [RequiredPath]
    ) throws(ConfigurationError) {
        self.init()
        let reader = ConfigurationReader(file: document.file)
        try reader.read(document, environment: environment, into: &self)
        check(reader)
        try reader.finish()
        paths = reader.paths
    }
}
