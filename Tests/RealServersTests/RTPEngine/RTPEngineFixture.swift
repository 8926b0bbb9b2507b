import CallControl
import CallControlTesting
import CallModel
import LibuvEventLoops
import Logging
import MediaServers
import TLibrary

/// A real rtpengine on a stand: its files are the truth, and what it holds open.
struct RTPEngineFixture: ConformanceFixture {
    let shard: FixtureLoop
    let daemon: Daemon
    let telephones: Telephones
    /// Whether the driver sees the spool directory.
    let sharesSpool: Bool
    let logger: Logger
    let crowd = 16
    private static let attention = Duration.milliseconds(700)

    func makeDriver() async throws -> any MediaServer {
        try RTPEngine(.forTests(at: daemon.address, spool: sharesSpool ? daemon.spool : nil), logger: logger)
    }

    func beginCall(_ connection: ConnectionID) async throws -> MediaSession? {
        try await telephones.begin(Self.callID(connection), at: daemon.address)
    }

    func endCall(_ connection: ConnectionID) async throws {
        try await telephones.end(Self.callID(connection), at: daemon.address)
    }

    /// With what SIP servers put there, and what a file's name cannot have.
    private static func callID(_ connection: ConnectionID) -> String { "\(connection)/a b%2F@pbx.example" }

    func isCapturing(_ recording: FixtureRecording) async throws -> Bool? {
        guard sharesSpool else { return try await isAnyFileGrowing(of: recording) }
        return try await isGrowing(recording.file)
    }

    private func isGrowing(_ file: String) async throws -> Bool {
        let before = daemon.size(of: file)
        // Both sides send 100 packets a second; one that was on its way does not count. Newer releases write what they
        // have gathered twice a second.
        return await shard.pass(atMost: Self.attention) { daemon.size(of: file) > before + 1_000 }
    }

    private func isAnyFileGrowing(of recording: FixtureRecording) async throws -> Bool {
        let prefix = Self.callID(recording.connection).prefix(16)
        let before = daemon.files.filter { $0.hasPrefix(prefix) }.map { ($0, daemon.size(of: $0)) }
        return await shard.pass(atMost: Self.attention) {
            before.contains { daemon.size(of: $0.0) > $0.1 + 1_000 }
        }
    }

    func files() async throws -> [String]? { sharesSpool ? daemon.files : nil }

    func isClosed(_ file: String) async throws -> Bool? { sharesSpool ? !daemon.isOpen(file) : nil }
}
