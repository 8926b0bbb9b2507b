import CallControl
import TLibrary
import TestSupport
import Testing

/// A client that asks for very much at once leaves the others their turn.
@Suite(.serialized, .hangLimit) struct `A flood` {
    @Test(arguments: [1, 2]) func `of requests holds nobody else up`(shards: Int) async throws {
        try await SessionFixture.run(shards: shards) { stand in
            let flooding = try await stand.watcher("flooding")
            let other = try await stand.watcher("other")
            let filling = String(repeating: "x", count: 500)
            let flood: [Operation] = Array(
                repeating: .updateUserData(["number": .integer(1), "filling": .string(filling)]), count: 200)
            let rounds = 20
            async let last: ReferenceID = {
                var last = ReferenceID.none
                for _ in 0..<rounds { last = await flooding.send(flood, as: "5001", of: stand.call) }
                return last
            }()
            // Each of its requests waits for a few of the flood's, not for all that lie before it in the kernel.
            var answered = 0
            for _ in 0..<10 {
                let asked = await other.send([.queryServer])
                #expect(await other.answer(to: asked)?.message == .eventServerInfo)
                answered += 1
            }
            #expect(answered == 10)
            #expect(await flooding.answer(to: last)?.message == .eventAttachedDataChanged)
            let answers = flooding.events.compactMap(\.referenceID).dropFirst(2)
            #expect(
                answers.count == flood.count * rounds && Array(answers) == answers.sorted { $0.rawValue < $1.rawValue })
        }
    }
}
