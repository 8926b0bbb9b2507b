import CallControl
import CallControlTesting
import Foundation
import LibuvEventLoops
import Logging
import MediaServers
import TestSupport
import Testing

/// Every driver that this package has, held to what every driver must do (article Conformance).
@Suite(.hangLimit) struct ConformanceTests {
    private let logger = Logger(label: "conformance") { _ in SwiftLogNoOpLogHandler() }

    @Test(arguments: ConformanceScenario.all)
    func `The built-in recorder`(scenario: ConformanceScenario) async throws {
        let directory = NSTemporaryDirectory() + "conformance-\(UInt64.random(in: .min ... .max))"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await LibuvEventLoop.withLoops(count: 1, name: "built-in", logger: logger) { loops in
            try await scenario.run(on: BuiltInFixture(on: loops[0], directory: directory, logger: logger))
        }
    }

    @Test(arguments: ConformanceScenario.all, [Duration.zero, .milliseconds(20)])
    func `The simulated media server`(scenario: ConformanceScenario, delay: Duration) async throws {
        try await LibuvEventLoop.withLoops(count: 1, name: "simulated", logger: logger) { loops in
            try await scenario.run(on: NullFixture(shard: .running(loops[0]), delay: delay, logger: logger))
        }
    }

    @Test(arguments: ConformanceScenario.all)
    func `The simulated media server on simulated shards`(scenario: ConformanceScenario) async throws {
        let simulation = Simulation(seed: 11)
        let stand = NullFixture(shard: .simulated(simulation), delay: .milliseconds(3), logger: logger)
        try await scenario.run(on: stand)
    }

    @Test(arguments: ConformanceScenario.all, [NewerRTPEngine.Release.mr12, .mr26])
    func `rtpengine's newer releases`(scenario: ConformanceScenario, release: NewerRTPEngine.Release) async throws {
        try await LibuvEventLoop.withLoops(count: 2, name: "rtpengine", logger: logger) { loops in
            let stand = await NewerRTPEngineFixture(
                shard: .running(loops[0]), home: .running(loops[1]), release: release, logger: logger)
            try await scenario.run(on: stand)
            #expect(stand.server.violations == [])
        }
    }

    @Test(arguments: ConformanceScenario.all, [NewerRTPEngine.Release.mr12, .mr26])
    func `rtpengine's newer releases on simulated shards`(
        scenario: ConformanceScenario, release: NewerRTPEngine.Release
    ) async throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            let simulation = Simulation(seed: seed, shards: 2)
            let stand = await NewerRTPEngineFixture(
                shard: .simulated(simulation), home: .simulated(simulation, shard: 1), release: release,
                logger: logger)
            try await scenario.run(on: stand)
            #expect(stand.server.violations == [], "seed \(seed)")
        }
    }
}
