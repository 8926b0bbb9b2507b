import CallControl
import CallControlTesting
import CallModel
import EventLoops
import TLibrary
import Testing

/// Whatever goes wrong and for however long: when all is well again, the lamps agree with what is captured.
@Suite struct FailureHistoryTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `When all is well again no lamp lies, and nothing is captured that no lamp shows`(seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        let stage = try FailureFixture(
            seed: seed, servers: 1 + Int(seed % 2), datagramLoss: seed % 3 == 0 ? 12 : 0,
            configure: { $0.recording.pauseFailure = seed % 4 < 2 ? .stop : .keepTrying })
        let subjects = try (0..<5).map { _ in try stage.call() }
        for _ in 0..<40 {
            disturb(stage, subjects, &chance)
            let verb = chance.pick([FailureFixture.Verb.start, .start, .pause, .resume, .stop])
            stage.client.ask(verb.rawValue, of: chance.pick(subjects).call, as: FailureFixture.dn)
            stage.simulation.advance(by: chance.draw(.milliseconds(1)...Duration.milliseconds(900)))
        }
        calm(stage)
        // Where datagrams get lost, a server counts as lost now and then, and its recordings move.
        for _ in 0..<60 where !lies(stage, subjects).isEmpty { stage.simulation.advance(by: .seconds(1)) }
        #expect(lies(stage, subjects) == [], "seed \(seed)")
        #expect(stage.violations == [], "seed \(seed)")
    }

    private func lies(_ stage: FailureFixture, _ subjects: [FailureFixture.Subject]) -> [String] {
        subjects.enumerated().compactMap { place, subject in
            let lamp = stage.lamp(of: subject)
            let capturing = stage.capturing(subject).count { $0 }
            return capturing == (lamp == "On" ? 1 : 0) ? nil : "call \(place): \(lamp), captured \(capturing) times"
        }
    }

    private func disturb(
        _ stage: FailureFixture, _ subjects: [FailureFixture.Subject], _ chance: inout SeededGenerator
    ) {
        let server = chance.pick(stage.servers)
        switch chance.draw(below: 9) {
        case 0: server.freeze()
        case 1, 2: stage.thaw(server)
        case 3:
            // A restart with the same calls, as after a crash with a store of them.
            server.restart()
            for subject in subjects {
                stage.simulation.perform(on: stage.simulation.shards[server.shard.index]) {
                    server.carry(subject.session)
                }
            }
        case 4:
            let kinds: [Misbehaviour] = [
                .silence, .loseAnswer, .answerAfter(.seconds(3)), .hang(.seconds(2)), .answerTwice, .strangeCookie,
                .cutShort, .notBencode, .refuse("no"),
            ]
            let kind = chance.pick(kinds)
            server.follow { $0.name.hasSuffix("recording") ? kind : nil }
        case 5: server.follow { $0.name == "start recording" || $0.name == "pause recording" ? .lie : nil }
        default: server.follow { _ in nil }
        }
    }

    private func calm(_ stage: FailureFixture) {
        for server in stage.servers {
            server.follow { _ in nil }
            stage.thaw(server)
        }
        stage.simulation.advance(by: .seconds(20))
    }
}
