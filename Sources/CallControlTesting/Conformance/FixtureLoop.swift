import CallControl
public import EventLoops

/// The shard of a ``ConformanceFixture``, and how its time passes: by itself, or with the turns of a simulation.
public struct FixtureLoop {
    private enum Kind {
        case running(ShardVisitor)
        case simulated(Simulation, SimulatedEventLoop)
    }

    private let kind: Kind
    public let shard: any EventLoop

    /// A shard that runs on a thread of its own, such as an event loop.
    public static func running(_ shard: any EventLoop) -> FixtureLoop {
        FixtureLoop(kind: .running(ShardVisitor(shard)), shard: shard)
    }

    /// A shard of a simulation, which is driven by the scenario.
    public static func simulated(_ simulation: Simulation, shard: Int = 0) -> FixtureLoop {
        let shard = simulation.shards[shard]
        return FixtureLoop(kind: .simulated(simulation, shard), shard: shard)
    }

    /// Runs `work` on the shard, in a turn of its own.
    public func perform(_ work: @escaping @Sendable () -> Void) async {
        switch kind {
        case .running(let visitor): await visitor.run(work)
        case .simulated(let simulation, let shard): simulation.perform(on: shard, work)
        }
    }

    /// Lets time pass.
    public func pass(_ duration: Duration) async {
        switch kind {
        case .running(let visitor): await visitor.pause(for: duration)
        case .simulated(let simulation, _): simulation.advance(by: duration)
        }
    }

    /// Runs a driver's last words, as a part of the simulation where there is one.
    func shutDown(_ driver: any MediaServer) async {
        switch kind {
        case .running: await driver.shutDown()
        case .simulated(let simulation, let shard):
            simulation.launch(on: shard) { await driver.shutDown() }
            simulation.runUntilIdle()
        }
    }

    /// Lets time pass until `condition` holds, which is then true, or until about `limit` has passed: a machine that
    /// stands still is given the time that it lost.
    public func pass(atMost limit: Duration, until condition: () async throws -> Bool) async rethrows -> Bool {
        let step = Duration.milliseconds(5)
        var passed = Duration.zero
        while try await !condition() {
            guard passed < limit else { return false }
            await pass(step)
            passed += step
        }
        return true
    }
}
