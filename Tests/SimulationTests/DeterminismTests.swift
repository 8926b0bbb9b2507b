import CallControlTesting
import Testing

struct DeterminismTests {
    private func run(seed: UInt64, shards: Int) -> (digest: UInt64, turns: Int) {
        let simulation = Simulation(seed: seed, shards: shards)
        let office = ToyActors(on: simulation)
        simulation.launch(on: simulation.shards[0]) { await office.run() }
        simulation.advance(by: .seconds(1))
        return (simulation.trace.digest, simulation.trace.count)
    }

    @Test(arguments: 1...4) func `a seed gives one trace`(shards: Int) {
        for seed in 0..<50 as Range<UInt64> {
            let one = run(seed: seed, shards: shards)
            #expect(one.turns > shards)
            #expect(one == run(seed: seed, shards: shards))
        }
    }

    @Test func `two hundred seeds give two hundred traces`() {
        #expect(Set((0..<200).map { run(seed: $0, shards: 3).digest }).count == 200)
    }

    @Test func `a trace does not depend on the thread or on how busy the machine is`() async {
        let here = run(seed: 42, shards: 4).digest
        let everywhere = await withTaskGroup { group in
            for _ in 0..<16 { group.addTask { run(seed: 42, shards: 4).digest } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(everywhere == [here])
    }

    @Test func `all work of pinned actors is done when the simulation is at rest`() async {
        let simulation = Simulation(seed: 1, shards: 4)
        let office = ToyActors(on: simulation)
        let task = simulation.launch(on: simulation.shards[2]) { await office.run() }
        simulation.advance(by: .seconds(1))
        await task.value
        for clerk in office.clerks {
            #expect(clerk.shard === simulation.shards[clerk.shard.index])
            simulation.perform(on: clerk.shard) {
                let remembered = clerk.assumeIsolated { $0.remembered }
                #expect(remembered.count { $0.hasPrefix("letter") } == 3)
                #expect(remembered.count { $0.hasPrefix("asked") } == 3)
                #expect(remembered.last == "waited" || remembered.contains("waited"))
            }
        }
    }
}
