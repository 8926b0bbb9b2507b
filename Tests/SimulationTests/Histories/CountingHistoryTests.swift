import CallControlTesting
import CallModel
import TLibrary
import Testing

@testable import CallControl

/// What shards count over a whole history is what its clients and its media servers have seen.
struct CountingHistoryTests {
    /// The numbers of all shards of an engine, added up.
    private struct Sums {
        let shards: [ShardCounters]

        func callAsFunction(_ tally: (ShardCounters) -> ShardCounter) -> Int {
            shards.reduce(0) { $0 + tally($1).value }
        }
    }

    private func histories(_ shards: Int) throws -> [History] {
        try (0..<24 as Range<UInt64>).map { seed in
            let history = History(try EngineFixture(seed: seed, shards: shards))
            history.run(steps: 60)
            _ = history.faults
            return history
        }
    }

    /// The requests of which clients have read such an event: each once, however often it was asked under its request-id.
    private func requests(of history: History, answeredBy isMeant: (Event) -> Bool) -> Int {
        history.desks.reduce(0) { sum, desk in
            let requests = desk.client.requests
            let first = desk.client.events.filter(isMeant).compactMap { event in
                requests.first { $0.reference == event.referenceID }.flatMap { request in
                    requests.firstIndex { $0.reference == request.reference || $0.isSame(as: request) }
                }
            }
            return sum + Set(first).count
        }
    }

    @Test(arguments: 1...3) func `at rest, what began has ended, and every receipt has its outcome`(shards: Int) throws
    {
        for history in try histories(shards) {
            let sum = Sums(shards: history.plant.engine.plan.counters.shards)
            let seed = history.plant.simulation.seed
            #expect(sum(\.callsBegun) == sum(\.callsEnded) && sum(\.callsBegun) > 0, "seed \(seed)")
            #expect(sum(\.recordingsOn) == 0 && sum(\.recordingsPaused) == 0, "seed \(seed)")
            #expect(sum(\.recordingsOff) == 0, "seed \(seed)")
            let settled = sum(\.requestsDone) + sum(\.requestsSuperseded) + sum(\.requestsFailed)
            #expect(sum(\.requestsAccepted) == settled, "seed \(seed)")
        }
    }

    @Test(arguments: 1...3) func `commands are those that the media servers got`(shards: Int) throws {
        for history in try histories(shards) {
            let sum = Sums(shards: history.plant.engine.plan.counters.shards)
            let sent = history.plant.media.flatMap(\.log.sendings).map(\.command.verb)
            let starts = sent.count { if case .start(_) = $0 { true } else { false } }
            #expect(sum(\.starts) == starts, "seed \(history.plant.simulation.seed)")
            #expect(sum(\.pauses) == sent.count { $0 == .pause })
            #expect(sum(\.resumes) == sent.count { $0 == .resume })
            #expect(sum(\.stops) == sent.count { $0 == .stop })
        }
    }

    @Test(arguments: 1...3) func `where no client was slow or cut, receipts and outcomes are those that clients read`(
        shards: Int
    ) throws {
        var looked = 0
        for history in try histories(shards) where !history.desks.contains(where: \.hasStalled) {
            looked += 1
            let sum = Sums(shards: history.plant.engine.plan.counters.shards)
            func outcomes(_ result: String) -> Int {
                requests(of: history) {
                    $0.message == .eventPrivateInfo && $0.extensions?.first("result")?.text == result
                }
            }
            #expect(sum(\.requestsAccepted) == requests(of: history) { $0.message == .eventACK })
            #expect(sum(\.requestsDone) == outcomes("done"))
            #expect(sum(\.requestsSuperseded) == outcomes("superseded"))
            #expect(sum(\.requestsFailed) == outcomes("failed"))
        }
        #expect(looked > 0)
    }
}
