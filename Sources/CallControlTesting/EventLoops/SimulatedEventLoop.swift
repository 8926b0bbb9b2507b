import CallControl
public import EventLoops

/// A shard of a ``Simulation``: the production actors' executor, clock, timers and sockets, in one thread with all
/// other shards and on virtual time.
public final class SimulatedEventLoop: EventLoop {
    public let index: Int
    let driver: SimulationThread
    let state: Isolated<ShardState>
    private let epoch: WallTime

    init(index: Int, in world: SimulatorState, seed: UInt64) {
        self.index = index
        driver = world.driver
        epoch = world.options.epoch
        let state = ShardState(index: index, world: world, seed: seed)
        self.state = Isolated(state, to: world.driver)
        world.shards.append(state)
        state.shard = self
    }

    /// Whether the simulation executes this shard now, on this thread.
    public var isCurrent: Bool {
        driver.isThisThread && state.value.isCurrent
    }

    public var now: Duration { driver.now }

    public var wallTime: WallTime {
        WallTime(microseconds: epoch.microseconds + Int64(driver.now.wholeNanoseconds / 1_000))
    }

    public func random() -> UInt64 {
        state.value.seed.next()
    }

    /// Traps on a thread that does not drive the simulation: no seed would repeat that.
    public func wake() {
        driver.admit("a shard was woken")
        state.value.wake()
    }

    public func onWake(_ handler: @escaping @Sendable () -> Void) {
        precondition(state.value.wakeHandler == nil, "the wake handler of a shard is set once")
        state.value.wakeHandler = handler
    }

    public func beforeWaiting(_ handler: @escaping @Sendable () -> Void) {
        precondition(state.value.beforeWaiting == nil, "the handler before waiting of a shard is set once")
        state.value.beforeWaiting = handler
    }

    public func after(_ delay: Duration, _ work: @escaping @Sendable () -> Void) -> any Timer {
        driver.admit("a timer was set")
        return SimulatedTimer(state.value.after(delay, work), driver: driver)
    }

    /// A line in the simulation's trace, and a part of its digest.
    public func note(_ what: String) {
        driver.admit("a note was made")
        state.value.world.note(what)
    }
}

// MARK: Executor

extension SimulatedEventLoop {
    /// Traps on a thread that does not drive the simulation: something has escaped from it.
    public func enqueue(_ job: consuming ExecutorJob) {
        driver.admit("a job was enqueued on shard \(index)")
        state.value.jobs.append(UnownedJob(job))
    }

    public func checkIsolated() {
        precondition(isCurrent, "not on shard \(index) of the simulation")
    }

    public func isIsolatingCurrentContext() -> Bool? {
        isCurrent
    }
}

/// A timer of a ``SimulatedEventLoop``, on virtual time.
final class SimulatedTimer: Timer {
    private let entry: Isolated<EventQueue.Entry>
    private let agenda: Isolated<EventQueue>

    init(_ timer: (entry: EventQueue.Entry, agenda: EventQueue), driver: SimulationThread) {
        entry = Isolated(timer.entry, to: driver)
        agenda = Isolated(timer.agenda, to: driver)
    }

    func cancel() {
        agenda.value.cancel(entry.value)
    }
}
