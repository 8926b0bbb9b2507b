import CallControl
import CallControlTesting
import Foundation
import TLibrary
import Testing

/// Random histories under the production engine. `SIMULATION_SEEDS` says how many for each number of shards, from
/// `SIMULATION_FIRST` on; `SIMULATION_SEED` runs one alone, as a failure names it.
struct HistoryTests {
    private static let environment = ProcessInfo.processInfo.environment
    static let seeds: Range<UInt64> = {
        if let one = environment["SIMULATION_SEED"].flatMap(UInt64.init) { return one..<one + 1 }
        let first = environment["SIMULATION_FIRST"].flatMap(UInt64.init) ?? 0
        return first..<first + (environment["SIMULATION_SEEDS"].flatMap(UInt64.init) ?? 40)
    }()

    private func run(seed: UInt64, shards: Int) throws -> History {
        let history = History(try EngineFixture(seed: seed, shards: shards))
        history.run(steps: 60)
        return history
    }

    @Test(arguments: 1...4) func `the lamp tells the truth, and every request gets its answers`(
        shards: Int
    ) async throws {
        for seed in Self.seeds {
            // Tests that wait for something have the thread now and then.
            await Task.yield()
            let faults = try run(seed: seed, shards: shards).faults
            #expect(faults.isEmpty, "seed \(seed), \(shards) shards")
            if !faults.isEmpty { return }
        }
    }

    @Test func `a history is repeated by its seed`() throws {
        for seed in Self.seeds.prefix(5) {
            let digest = try run(seed: seed, shards: 3).plant.simulation.trace.digest
            let again = try run(seed: seed, shards: 3).plant.simulation.trace.digest
            #expect(digest == again, "seed \(seed)")
        }
    }

    @Test func `histories record, pause, fail and move calls, or they would prove nothing`() throws {
        let histories = try (0..<90 as Range<UInt64>).map { try run(seed: $0, shards: 2) }
        let events = histories.flatMap { history in history.desks.flatMap { $0.client.events } }
        let expected: [MessageNumber] = [
            .eventEstablished, .eventHeld, .eventRetrieved, .eventRouteUsed, .eventError, .eventReleased,
            .eventPartyChanged, .eventPartyAdded, .eventPartyDeleted,
        ]
        for message in expected {
            #expect(events.contains { $0.message == message }, "\(message)")
        }
        #expect(histories.contains { !$0.plant.shelf.carriages.isEmpty }, "a recording goes on in another call")
        let gaps = histories.flatMap { $0.plant.shelf.records.flatMap(\.gaps) }
        #expect(Set(gaps.map(\.why)) == [.paused, .lost, .noAudio])
        let lamps = Set(events.compactMap(CallView.lamp))
        #expect(lamps == ["On", "Paused", "Off"])
        let told = events.compactMap(CallView.recording)
        #expect(told.contains { $0.first("warning")?.text == "pause-limit" && $0.first("state")?.text == "paused" })
        #expect(
            Set(told.filter { $0.first("cause")?.text == "limit" }.compactMap { $0.first("state")?.text }).count == 3)
        let outcomes = events.filter { $0.message == .eventPrivateInfo }
        #expect(Set(outcomes.compactMap { $0.extensions?.first("result")?.text }) == ["done", "superseded", "failed"])
    }
}
