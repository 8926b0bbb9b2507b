import Foundation
import TLibrary
import Testing

@testable import CallModel

/// Random calls of one `CallMachine`. `SIMULATION_SEEDS` is their number and `SIMULATION_FIRST` the first seed, as for
/// the histories of the engine; `SIMULATION_SEED` runs one alone. `SIMULATION_SKIP` is a number of draws to leave out before
/// each call: the same seeds give other calls.
struct RandomCallTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let skippedDraws = environment["SIMULATION_SKIP"].flatMap(Int.init) ?? 0
    private static let seeds: Range<UInt64> = {
        if let one = environment["SIMULATION_SEED"].flatMap(UInt64.init) { return one..<one + 1 }
        let first = environment["SIMULATION_FIRST"].flatMap(UInt64.init) ?? 1
        return first..<first + (environment["SIMULATION_SEEDS"].flatMap(UInt64.init) ?? 500)
    }()

    @Test func `whatever happens, the lamp tells the truth and everybody is answered`() async {
        var changes = 0
        var reached = 0
        var repeats = 0
        for seed in Self.seeds {
            await Task.yield()
            let call = RandomCall(seed: seed, skippedDraws: Self.skippedDraws)
            call.run(steps: 120)
            changes += call.witness.changes
            reached += call.pauses.reached
            repeats += call.twice.repeats
            #expect(call.witness.faults.isEmpty, "seed \(seed): \(call.witness.faults.prefix(3))")
        }
        let count = Self.seeds.count
        guard count >= 100 else { return }
        #expect(changes > 5 * count, "\(changes) changes: these calls are alive")
        #expect(repeats > 2 * count, "\(repeats) requests were asked again")
        #expect(reached > count / 10, "\(reached) pauses reached their limit")
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
