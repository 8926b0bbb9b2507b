import CallControl
import CallControlTesting
import LibuvEventLoops
import Logging
import MediaServers
import TestSupport
import Testing

/// The real daemon, held to what every media server is held to.
@Suite(.hangLimit) struct RTPEngineConformanceTests {
    private let logger = Logger(label: "conformance") { _ in SwiftLogNoOpLogHandler() }

    @Test(arguments: ConformanceScenario.all)
    func `rtpengine with a shared spool directory`(scenario: ConformanceScenario) async throws {
        try await run(scenario, sharesSpool: true)
    }

    @Test(arguments: ConformanceScenario.all)
    func `rtpengine whose spool directory nobody sees`(scenario: ConformanceScenario) async throws {
        try await run(scenario, sharesSpool: false)
    }

    private func run(_ scenario: ConformanceScenario, sharesSpool: Bool) async throws {
        try await DaemonGate.shared.pass {
            try await rehearse(scenario, sharesSpool: sharesSpool)
        }
    }

    private func rehearse(_ scenario: ConformanceScenario, sharesSpool: Bool) async throws {
        try await LibuvEventLoop.withLoops(count: 2, name: "rtpengine", logger: logger) { loops in
            let client = NGProbe(on: loops[1])
            try await Daemon.run(by: client) { daemon in
                let stand = RTPEngineFixture(
                    shard: .running(loops[0]), daemon: daemon, telephones: Telephones(on: loops[1], client: client),
                    sharesSpool: sharesSpool, logger: logger)
                try await scenario.run(on: stand)
            }
        }
    }
}
