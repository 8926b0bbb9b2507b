import CallControl
public import EventLoops

/// A whole system in one thread on virtual time: shards, a network and whatever a test runs on them. Its seed draws
/// what happens next, so a seed is one run (article Simulation).
///
/// Used by one test, on one thread at a time.
public final class Simulation {
    public struct Options: Sendable {
        /// How long bytes and datagrams are on their way.
        public var latency = Duration.microseconds(20)...Duration.milliseconds(2)
        /// How much late a busy machine may be.
        public var slack = Duration.zero...Duration.milliseconds(1)
        /// Of one direction of a TCP link, in bytes: what a kernel takes before a write is cut short.
        public var linkBuffer = 65_536
        /// The most that is received at once, in bytes.
        public var piece = 16_384
        /// One datagram in so many is lost; 0: none.
        public var datagramLoss = 0
        /// The time of day at the start.
        public var epoch = WallTime(microseconds: 1_800_000_000_000_000)
        /// How many turns the trace keeps.
        public var traceLimit = 10_000
        /// How many turns a run, and how many jobs a turn, may have before it counts as endless.
        public var turnLimit = 5_000_000

        public init() {}
    }

    public let seed: UInt64
    public let shards: [SimulatedEventLoop]
    let world: SimulatorState

    public init(seed: UInt64, shards count: Int = 1, options: Options = Options()) {
        precondition(count > 0, "a simulation has at least one shard")
        self.seed = seed
        let world = SimulatorState(seed: seed, options: options)
        self.world = world
        shards = (0..<count).map { SimulatedEventLoop(index: $0, in: world, seed: seed) }
    }

    deinit {
        world.clear()
    }

    /// Virtual time since the start.
    public var now: Duration { world.now }

    public var trace: Trace { world.trace }

    /// Chance for tests, from the same seed: drawn between turns, it belongs to the run.
    public func draw<Result>(_ body: (inout SeededGenerator) -> Result) -> Result {
        body(&world.seed)
    }

    /// One turn: one inbox, one due timer or one piece of the network's, on a shard that the seed draws, and all jobs
    /// that it brings about. Where nothing is due, time goes on to what is. `false`: nothing is left at all.
    @discardableResult
    public func step() -> Bool {
        world.driver.drive { world.step(notAfter: nil) }
    }

    /// Turns until the system is at rest: no wake, no bytes and no media server's answer is under way, and no timer
    /// is due. Timers of later are not waited for.
    public func runUntilIdle() {
        world.driver.drive {
            var turns = 0
            while world.agenda.underWay > 0 || world.agenda.hasReady {
                turns += 1
                precondition(turns < world.options.turnLimit, "Simulation: it does not come to rest")
                guard world.step(notAfter: nil) else { return }
            }
        }
    }

    /// All turns of the time from now to `duration` from now, which it then is.
    public func advance(by duration: Duration) {
        let end = now + duration
        world.driver.drive {
            var turns = 0
            while world.step(notAfter: end) {
                turns += 1
                precondition(turns < world.options.turnLimit, "Simulation: time does not get on")
            }
            world.driver.now = max(end, world.now)
        }
    }

    /// Turns until `condition` holds, which is then true, or until `limit` has passed or nothing is left.
    @discardableResult
    public func run(within limit: Duration = .seconds(60), until condition: () -> Bool) -> Bool {
        let end = now + limit
        while !condition() {
            guard world.driver.drive({ world.step(notAfter: end) }) else { return condition() }
        }
        return true
    }
}

extension Simulation {
    /// Runs `body` as a part of the simulation, on no shard: where a test wakes shards, cancels tasks or lets go of
    /// actors between turns.
    @discardableResult
    public func perform<Result>(_ body: () -> Result) -> Result {
        world.driver.drive {
            let result = body()
            world.turn("perform", on: nil) {}
            return result
        }
    }

    /// Runs `body` as a turn of a shard, at once.
    public func perform(on shard: SimulatedEventLoop, _ body: () -> Void) {
        world.driver.drive { world.turn("perform", on: world.shards[shard.index], body) }
    }

    /// Starts a task that prefers the shard, and runs its first jobs. It ends by its own, or by
    /// `perform { task.cancel() }`.
    @discardableResult
    public func launch(
        on shard: SimulatedEventLoop, name: String? = nil, _ operation: @escaping @Sendable () async -> Void
    ) -> Task<Void, Never> {
        perform {
            Task(name: name, executorPreference: shard) {
                await operation()
                // A task does not keep the executor that it prefers.
                withExtendedLifetime(shard) {}
            }
        }
    }

    /// A line in the trace; part of its digest.
    public func note(_ what: String) {
        world.driver.drive { world.note(what) }
    }
}
