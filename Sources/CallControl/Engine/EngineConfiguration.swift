public import CallModel
public import TLibrary

/// What an engine is told at its start: its directory numbers, its options and its limits. Sound as a whole, or
/// ``CallControlEngine`` refuses it (article Configuration).
public struct EngineConfiguration: Sendable, Equatable {
    /// A directory number that the engine knows.
    public struct DN: Sendable, Equatable {
        public var number: DirectoryNumber
        public var type: DNType
        /// T-Library's option `record`: whoever is reached there is recorded.
        public var record: Bool

        public init(_ number: DirectoryNumber, type: DNType, record: Bool = false) {
            self.number = number
            self.type = type
            self.record = record
        }
    }

    /// An Agent Login.
    public struct Agent: Sendable, Equatable {
        public var id: String
        /// The option `record` of the Agent Login, which beats its DN's; `nil`: not set.
        public var record: Bool?

        public init(id: String, record: Bool? = nil) {
            self.id = id
            self.record = record
        }
    }

    /// Every bound of the engine. Sizes in bytes.
    public struct Limits: Sendable, Equatable {
        /// The length field of a frame, in both directions.
        public var frame = 65_536
        /// Outstanding requests of a session; beyond it the session is not read.
        public var window = 1_024
        /// Of one session that reads slowly; beyond it the session is cut.
        public var backlogBytes = 4_194_304
        /// Age of the oldest event of a backlog; beyond it the session is cut.
        public var backlogAge = Duration.seconds(30)
        /// Of all sessions together; beyond it the largest is cut first.
        public var backlogTotal = 268_435_456
        /// Kept for a session that was opened for taking up.
        public var retentionBytes = 1_048_576
        public var retentionAge = Duration.seconds(30)
        public var sessions = 10_000
        /// Connections on which no session is open yet; 0: no limit.
        public var unopened = 1_024
        /// Of those, the ones from one IPv4 address or one /64 network of IPv6; 0: no limit.
        public var unopenedPerAddress = 512
        /// Registrations of one session.
        public var registrations = 10_000
        /// Inputs that wait on a shard; beyond it new work is refused, releases and media reports are still taken.
        public var mailbox = 65_536
        public var calls = 1_000_000
        /// Packed user data of a call, as clients set it.
        public var userData = 16_000
        /// Packed user data of all calls together; 0: no limit.
        public var userDataTotal = 1 << 30

        public init() {}
    }

    /// What follows wrong passwords (WireFormat, "Opening a session").
    public struct Failures: Sendable, Equatable {
        /// How late the first one from an address is answered; each further one twice as late as the one before. Zero: at
        /// once.
        public var delay = Duration.milliseconds(250)
        /// The longest delay; four fifths of `handshake` at most.
        public var maximumDelay = Duration.seconds(4)
        /// After so many within the window, connections from the address are closed at once; 0: never.
        public var perAddress = 30
        /// From the first failure of an address on; then its failures are forgotten.
        public var window = Duration.seconds(300)

        public init() {}
    }

    /// ApplicationName that clients see.
    public var name = "callcontrol"
    /// Version of this package.
    public static let packageVersion = "1.0.0"

    /// ServerVersion that clients see.
    public var version = EngineConfiguration.packageVersion
    /// A side that has received nothing for so long sends a Ping; zero: never.
    public var keepAlive = Duration.seconds(10)
    /// A connection must have opened its session within it.
    public var handshake = Duration.seconds(5)
    /// How long ``CallControlEngine/run()`` may take to end recordings and to tell clients, at a graceful shutdown.
    public var drain = Duration.seconds(10)
    /// ApplicationPassword that clients must give; empty: none is asked.
    public var password = ""
    public var failures = Failures()
    public var dns: [DN] = []
    public var agents: [Agent] = []
    public var consultUserData = ConsultUserData.separate
    public var mergedUserData = MergedUserData.mainOnly
    public var recording = RecordingOptions()
    public var limits = Limits()
    /// How often what was counted is handed to swift-metrics; zero: by ``CallControlEngine/flushMetrics()`` alone.
    public var metricsInterval = Duration.seconds(5)
    /// Whether the engine can be looked into: each shard then keeps its calls in order, and what happened to recordings
    /// last (article Operations, "Inspection").
    public var isInspected = false

    public init() {}
}
