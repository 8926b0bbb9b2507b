import CallControl
import CallControlTesting
import CallModel
import LibuvEventLoops
import Logging
import MediaServers
import TLibrary

/// The simulated media server on a stand, on a running shard or on a simulated one. It records nothing, so there is no
/// truth but its word.
struct NullFixture: ConformanceFixture {
    let shard: FixtureLoop
    let delay: Duration
    let logger: Logger

    func makeDriver() async throws -> any MediaServer {
        NullMediaServer(delay: delay, failEvery: 0, logger: logger)
    }

    func beginCall(_ connection: ConnectionID) async throws -> MediaSession? { nil }
}
