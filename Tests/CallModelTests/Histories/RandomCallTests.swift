import TLibrary
import Testing

@testable import CallModel

struct RandomCallTests {
    @Test func `whatever happens, the lamp tells the truth and everybody is answered`() async {
        var changes = 0
        var reached = 0
        var repeats = 0
        for seed in UInt64(1)...500 {
            await Task.yield()
            let call = RandomCall(seed: seed)
            call.run(steps: 120)
            changes += call.witness.changes
            reached += call.pauses.reached
            repeats += call.twice.repeats
            #expect(call.witness.faults.isEmpty, "seed \(seed): \(call.witness.faults.prefix(3))")
        }
        #expect(changes > 2_500, "\(changes) changes: these calls are alive")
        #expect(repeats > 1_000, "\(repeats) requests were asked again")
        #expect(reached > 50, "\(reached) pauses reached their limit")
    }

    @Test func `a seed repeats its call`() {
        let commands = (0..<2).map { _ in
            let call = RandomCall(seed: 7)
            call.run(steps: 200)
            return call.scene.commands
        }
        #expect(commands[0] == commands[1] && !commands[0].isEmpty)
    }
}
