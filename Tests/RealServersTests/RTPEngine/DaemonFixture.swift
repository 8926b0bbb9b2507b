import CallControl
import CallModel
import EventLoops
import LibuvEventLoops
import Logging
import MediaServers
import TLibrary
import TestSupport

/// What tests of a whole engine with real daemons share: loops, telephones, and short times.
struct DaemonFixture {
    static let timeout = Duration.seconds(1)
    static let tries = 3

    let loops: [LibuvEventLoop]
    let client: NGProbe
    let telephones: Telephones
    let logger: Logger

    /// The engine has the first loop, the T-Client the second, telephones and SIP servers the third.
    static func open(_ body: (DaemonFixture) async throws -> Void) async throws {
        try await DaemonGate.shared.pass { try await enter(body) }
    }

    private static func enter(_ body: (DaemonFixture) async throws -> Void) async throws {
        let logger = Logger(label: "daemons") { _ in SwiftLogNoOpLogHandler() }
        try await LibuvEventLoop.withLoops(count: 3, name: "daemons", logger: logger) { loops in
            let client = NGProbe(on: loops[2])
            try await body(
                DaemonFixture(
                    loops: loops, client: client, telephones: Telephones(on: loops[2], client: client), logger: logger))
        }
    }

    func driver(of daemon: Daemon) throws -> RTPEngine { try driver(at: daemon.address, spool: daemon.spool) }

    func driver(at address: SocketAddress, spool: String?) throws -> RTPEngine {
        try RTPEngine(
            .forTests(at: address, spool: spool, timeout: Self.timeout, tries: Self.tries), logger: logger)
    }

    /// A daemon, and an engine that records on it.
    static func withDaemon(
        _ settings: Daemon.Settings = Daemon.Settings(),
        configure: @escaping (inout EngineConfiguration) -> Void = { _ in },
        _ body: (DaemonFixture, Daemon, RTPEngineServerFixture) async throws -> Void
    ) async throws {
        try await open { room in
            try await Daemon.run(settings, by: room.client) { daemon in
                try await room.stage([try room.driver(of: daemon)], configure: configure) { stage in
                    try await body(room, daemon, stage)
                }
            }
        }
    }

    func stage(
        _ drivers: [RTPEngine], configure: (inout EngineConfiguration) -> Void = { _ in },
        _ body: (RTPEngineServerFixture) async throws -> Void
    ) async throws {
        try await RTPEngineServerFixture.run(
            on: loops, media: drivers,
            configure: { configuration in
                configuration.recording.timeout = Self.timeout
                configuration.recording.tries = Self.tries
                configure(&configuration)
            }, body)
    }

    /// An established call whose media goes through the daemons, each of them as if it were the only one.
    func call(_ callID: String, through daemons: Daemon..., on stage: RTPEngineServerFixture) async throws
        -> ConnectionID
    {
        var session: MediaSession?
        for daemon in daemons { session = try await telephones.begin(callID, at: daemon.address) }
        guard let session else { preconditionFailure("a call goes through one daemon at least") }
        return try await stage.call(in: session)
    }

    /// Waits for what comes about sooner or later.
    func eventually(_ what: String, _ condition: () -> Bool) async throws {
        guard try await !holdsEventually(condition) else { return }
        throw Desktop.NeverSeen(description: "\(what) never came about")
    }

    /// Whether a daemon's open file gets longer.
    func isCapturing(_ daemon: Daemon) async throws -> Bool {
        let before = daemon.openFiles.map { ($0, daemon.size(of: $0)) }
        // Newer releases write what they have gathered twice a second.
        for _ in 0..<200 {
            if before.contains(where: { daemon.size(of: $0.0) > $0.1 + 1_000 }) { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return false
    }
}
