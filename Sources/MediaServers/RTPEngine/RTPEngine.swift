public import CallControl
public import CallModel
public import EventLoops
public import Logging
public import TLibrary

/// Records calls on rtpengine, by its NG protocol over UDP.
///
/// It records whole calls: of a call-id one recording at a time. What it says is believed only when it is seen
/// (Recording contract, "Confirmed means verified"): in its spool directory where that is known, else by a query, else by
/// packets counted.
public final class RTPEngine: MediaServer {
    public struct Settings: Sendable {
        /// Where the server listens for NG over UDP; the host is numeric.
        public var address: SocketAddress
        /// The server's `recording-dir` as this machine sees it; `nil`: it does not see it.
        public var spool: String?
        /// The same as the server sees it; `nil`: by the same path.
        public var spoolAtServer: String?
        /// Commands under way at the server, split evenly over the shards; at least one for each.
        public var inFlight = 512
        /// Of one try (option `timeout-ms`).
        public var timeout = Duration.seconds(2)
        /// At least 1.
        public var tries = 3
        /// How long audio may stay away before that is reported; zero: it is not.
        public var mediaProof = Duration.seconds(5)
        /// Makes a WAV file of each recording once its pcap files are closed, beside them: two channels, with silent
        /// pauses, as the built-in recorder's. Where ``spool`` is not known it has no effect, and a line in the log.
        public var convert = false
        /// Seconds for which the pcap files of a recording are kept once all of them is in its WAV file, and that is on
        /// the disk; -1: for ever. They hold dialled digits in clear.
        public var keepCaptures = 0
        /// Recordings that wait to be converted; those beyond stay as they are. At least 1.
        public var convertQueue = 1_000
        /// Between two pings; a server that has recordings is pinged every 0.5 s, or more often where ``silence`` asks
        /// for it.
        public var ping = Duration.seconds(1)
        /// Silence for so long of a server that has recordings means that it is lost. 0.5 s to 60 s.
        public var silence = Duration.milliseconds(2_500)

        public init(address: SocketAddress) {
            self.address = address
        }
    }

    public let name: String
    private let desk: RTPEngineContext
    private let links = Locked<[Int: NGClient]>([:])

    /// Throws ``MediaServerError/Code/settings`` where a setting is out of its bounds. Whether the server is there is
    /// found out once it is attached.
    public init(_ settings: Settings, logger: Logger) throws(MediaServerError) {
        try Self.check(settings)
        name = "rtpengine \(settings.address)"
        let spool = settings.spool.map { SpoolWatcher(directory: $0, logger: logger) }
        desk = RTPEngineContext(settings, spool: spool, logger: logger)
    }

    private static func check(_ settings: Settings) throws(MediaServerError) {
        let isNumeric = settings.address.host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"):
                true
            default: false
            }
        }
        guard isNumeric, settings.address.port > 0 else {
            throw MediaServerError(
                code: .settings,
                description: "rtpengine's address is a numeric one with a port, not \(settings.address)")
        }
        guard settings.silence >= .milliseconds(500), settings.silence <= .seconds(60) else {
            throw MediaServerError(code: .settings, description: "rtpengine's silence-ms must be 500 to 60000")
        }
        guard settings.keepCaptures >= -1 else {
            throw MediaServerError(code: .settings, description: "rtpengine's keep-captures must be -1 or more")
        }
        guard settings.inFlight > 0, settings.tries > 0, settings.timeout > .zero, settings.ping > .zero,
            settings.mediaProof >= .zero, settings.convertQueue > 0
        else {
            throw MediaServerError(
                code: .settings,
                description: "rtpengine's in-flight, tries, timeout-ms, ping and convert-queue are at least 1")
        }
    }

    /// A pause leaves segments until the server has said that it has one of its own, and where that has been seen not to
    /// be one.
    public var capabilities: MediaCapabilities {
        let pause: MediaCapabilities.Pause =
            switch desk.knownTraits.pause {
            case .unknown, .missing: .segments
            case .served, .seen: .gap
            }
        return MediaCapabilities(
            pause: pause, startsPaused: false, evidence: desk.settings.spool == nil ? .packets : .bytes)
    }

    public func attach(to shard: any EventLoop, server: Int, reports: MediaReports) {
        desk.countLink()
        let link = NGClient(shard: shard, server: server, reports: reports, desk: desk)
        links.withLock { $0[shard.index] = link }
        link.enter(()) { link, _ in link.begin() }
    }

    public func perform(_ command: MediaCommand, on shard: any EventLoop) {
        link(on: shard).enter(command) { link, command in link.perform(command) }
    }

    public func inherit(_ session: MediaSession, of connection: ConnectionID, on shard: any EventLoop) {
        link(on: shard).enter(session) { link, session in link.inherit(session) }
    }

    private func link(on shard: any EventLoop) -> NGClient {
        guard let link = links.withLock({ $0[shard.index] }) else {
            preconditionFailure("a media server is attached to a shard before it is given commands there")
        }
        return link
    }

    /// Converts what waits for it, for ten seconds at most; then closes the sockets, and ends the thread that watches
    /// the spool.
    public func shutDown() async {
        await desk.converter?.shutDown()
        desk.spool?.shutDown()
        for link in links.withLock({ Array($0.values) }) { link.closeLater() }
    }
}
