import CallControl
import CallControlTesting

/// A small system of pinned actors, for tests of the simulation alone: clerks on several shards that pass on letters
/// by inboxes, timers, awaits and child tasks.
final class ToyActors: Sendable {
    let clerks: [Clerk]

    init(on simulation: Simulation) {
        let clerks = simulation.shards.map { Clerk(on: $0) }
        self.clerks = clerks
        for clerk in clerks {
            clerk.shard.onWake { clerk.assumeIsolated { $0.collect() } }
        }
    }

    /// Lets every clerk send letters to every other one, and waits for the answers.
    func run() async {
        await withDiscardingTaskGroup { group in
            for clerk in clerks {
                group.addTask(executorPreference: clerk.shard) { [clerks] in
                    for other in clerks where other !== clerk {
                        await clerk.remember("asked \(await other.ask(from: clerk.shard.index))")
                    }
                    await clerk.wait()
                }
            }
        }
    }
}

actor Clerk {
    nonisolated let shard: SimulatedEventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe shard.asUnownedSerialExecutor() }
    private(set) var remembered: [String] = []
    private var letters = 0
    private var waiting: CheckedContinuation<Void, Never>?

    init(on shard: SimulatedEventLoop) {
        self.shard = shard
    }

    func remember(_ what: String) {
        remembered.append(what)
        shard.note(what)
    }

    func ask(from other: Int) -> Int {
        letters += 1
        remember("letter \(letters) from \(other)")
        shard.wake()
        return letters
    }

    func collect() {
        remember("collected at \(letters)")
        guard let waiting else { return }
        self.waiting = nil
        waiting.resume()
    }

    func wait() async {
        let pause = Duration.microseconds(Int(shard.random() % 5_000))
        let shard = shard
        await withCheckedContinuation { continuation in
            waiting = continuation
            _ = shard.after(pause) { shard.wake() }
        }
        remember("waited")
    }
}
