import CallControl
import CallControlTesting
import CallModel
import LibuvEventLoops
import Logging
import MediaServers
import TLibrary

/// The driver for rtpengine against the fake of its newer releases, on running shards or on simulated ones. The truth is
/// what the fake would write.
struct NewerRTPEngineFixture: ConformanceFixture {
    let shard: FixtureLoop
    let server: NewerRTPEngine
    /// The releases whose pause goes on writing are not trusted where nobody sees that.
    let canPause: Bool
    /// The same write a call's second recording over the first, where nobody can rename that.
    let canRecordAgain: Bool
    private let home: FixtureLoop
    private let logger: Logger

    /// `home` is the server's shard.
    init(shard: FixtureLoop, home: FixtureLoop, release: NewerRTPEngine.Release, logger: Logger) async {
        self.shard = shard
        self.home = home
        canPause = release == .mr26
        canRecordAgain = release == .mr26
        self.logger = logger
        let server = NewerRTPEngine(on: home.shard, release: release)
        self.server = server
        await home.perform { try? server.open() }
    }

    func makeDriver() async throws -> any MediaServer {
        var settings = RTPEngine.Settings(address: server.address)
        settings.timeout = .milliseconds(400)
        settings.ping = .milliseconds(100)
        settings.mediaProof = .zero
        return try RTPEngine(settings, logger: logger)
    }

    func beginCall(_ connection: ConnectionID) async throws -> MediaSession? {
        let session = MediaSession(callID: Self.callID(connection), fromTag: "from", toTag: "to")
        await home.perform { [server] in
            if let session { server.carry(session) }
        }
        return session
    }

    private static func callID(_ connection: ConnectionID) -> String { "\(connection)@pbx.example" }

    func isCapturing(_ recording: FixtureRecording) async throws -> Bool? {
        server.isCapturing(Self.callID(recording.connection))
    }
}
