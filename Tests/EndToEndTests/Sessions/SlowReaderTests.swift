import CallControl
import Foundation
import TLibrary
import TestSupport
import Testing

/// Clients that read slowly or not at all, over real sockets: kernels' buffers between, and a server that has others.
///
/// `SLOW_READER_SECONDS` says how long they do it, once the server has begun to conflate for them; 1 where it is not set.
/// `scripts/soak` runs them with 60.
@Suite(.serialized, .hangLimit) struct `A slow reader` {
    private static let time = Duration.seconds(
        ProcessInfo.processInfo.environment["SLOW_READER_SECONDS"].flatMap(Int.init) ?? 1)

    /// Enough to fill what the kernels keep for the connection, and then for so long a change every 10 ms or so, of which
    /// the client misses many. Gives how many there were.
    private func changes(_ stand: SessionFixture, until name: String) async -> Int32 {
        var count: Int32 = 0
        while count < 4_000, await stand.status(of: name)?.outbox.conflated ?? 0 == 0 {
            await stand.change(count..<count + 100, bytes: 15_000)
            count += 100
        }
        let before = await stand.status(of: name)?.outbox.conflated ?? 0
        let begin = ContinuousClock.now
        while ContinuousClock.now - begin < Self.time {
            await stand.change(count..<count + 10, bytes: 1_000, every: .milliseconds(10))
            count += 10
        }
        #expect(await stand.status(of: name)?.outbox.conflated ?? 0 > before)
        return count
    }

    private func expectAll(_ count: Int32, at client: LooseClient) async {
        #expect(await client.hears { $0.last { $0.userData != nil }?.userData?.first("number") == .integer(count - 1) })
        let told = client.told
        #expect(told.reduce(0) { $0 + $1.conflated + 1 } == count)
        for (before, after) in zip(told, told.dropFirst()) {
            #expect(after.number - before.number == after.conflated + 1)
        }
        #expect(client.faults == 0 && !client.isClosed)
    }

    @Test func `that has stopped is told how things stand when it reads again`() async throws {
        try await SessionFixture.run({ $0.limits.backlogAge = .seconds(86_400) }) { stand in
            let stopped = try await stand.watcher("stopped")
            let quick = try await stand.watcher("quick")
            await stopped.stop()
            let count = await changes(stand, until: "stopped")
            #expect(await quick.hears { $0.last?.userData?.first("number") == .integer(count - 1) })
            #expect(quick.told.map(\.number) == (0..<count).map { $0 })
            await stopped.goOn()
            await expectAll(count, at: stopped)
            #expect(stopped.told.count < Int(count))
        }
    }

    @Test func `that takes 10 kB a second is told the last word, too`() async throws {
        try await SessionFixture.run({ $0.limits.backlogAge = .seconds(86_400) }) { stand in
            let trickling = try await stand.watcher("trickling")
            await trickling.trickle(bytesPerSecond: 10_000)
            let count = await changes(stand, until: "trickling")
            await trickling.trickle(bytesPerSecond: nil)
            await expectAll(count, at: trickling)
        }
    }

    @Test func `past its limits is told so, and costs nobody else anything`() async throws {
        try await SessionFixture.run({ $0.limits.backlogBytes = 40_000 }) { stand in
            let stopped = try await stand.watcher("stopped")
            let quick = try await stand.watcher("quick")
            await stopped.stop()
            var count: Int32 = 0
            while count < 4_000, await stand.status(of: "stopped") != nil {
                await stand.change(count..<count + 100, bytes: 15_000)
                count += 100
                // Answers are never dropped: so many of them are a backlog that grows.
                await stopped.send(Array(repeating: .queryServer, count: 100))
            }
            let last = count - 1
            #expect(await quick.hears { $0.last?.userData?.first("number") == .integer(last) })
            #expect(quick.told.count == count)
            await stopped.goOn()
            #expect(await stopped.isGone())
            #expect(stopped.faults == 0)
        }
    }
}
