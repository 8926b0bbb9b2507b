import CallControl
import CallControlTesting
import Testing

/// Whatever leaves the simulation's thread must be seen at once: no seed would repeat it.
struct EscapeTests {
    @Test func `a job from a foreign thread traps`() async throws {
        let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let simulation = Simulation(seed: 1)
            let clerk = Clerk(on: simulation.shards[0])
            // Not launched on the simulation, so the pool's thread enqueues the hop to the clerk.
            await Task.detached { await clerk.remember("escaped") }.value
        }
        let sentence = String(decoding: try #require(exit).standardErrorContent, as: UTF8.self)
        #expect(sentence.contains("a job was enqueued on shard 0 from a thread that does not drive it"))
    }

    @Test func `a task that slept on the real clock traps when it comes back`() async {
        await #expect(processExitsWith: .failure) {
            let simulation = Simulation(seed: 1)
            let task = simulation.launch(on: simulation.shards[0]) { try? await Task.sleep(for: .milliseconds(100)) }
            simulation.runUntilIdle()
            await task.value
        }
    }

    @Test func `a child that prefers the pool traps when it comes back`() async {
        await #expect(processExitsWith: .failure) {
            let simulation = Simulation(seed: 1)
            let clerk = Clerk(on: simulation.shards[0])
            let task = simulation.launch(on: simulation.shards[0]) {
                await withDiscardingTaskGroup { group in
                    group.addTask(executorPreference: globalConcurrentExecutor) { await clerk.remember("escaped") }
                }
            }
            simulation.runUntilIdle()
            await task.value
        }
    }

    @Test func `a wake from a foreign thread traps`() async {
        await #expect(processExitsWith: .failure) {
            let shard = Simulation(seed: 1).shards[0]
            await Task.detached { shard.wake() }.value
        }
    }

    @Test func `what a test does between turns belongs to the run`() async {
        let simulation = Simulation(seed: 1)
        let clerk = Clerk(on: simulation.shards[0])
        let task = simulation.perform {
            Task(executorPreference: simulation.shards[0]) {
                await clerk.wait()
                return Task.isCancelled
            }
        }
        simulation.perform { task.cancel() }
        simulation.perform(on: simulation.shards[0]) { clerk.assumeIsolated { $0.collect() } }
        #expect(await task.value)
    }
}
