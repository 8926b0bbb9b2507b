import CallControl
import DequeModule

/// What a simulated shard has: jobs, handlers, and chance of its own.
final class ShardState {
    let index: Int
    let world: SimulatorState
    let timers: EventQueue.Lane
    private let mailbox: EventQueue.Lane
    let end: EventQueue.Lane
    var jobs: Deque<UnownedJob> = []
    var seed: SeededGenerator
    var wakeHandler: (() -> Void)?
    var beforeWaiting: (() -> Void)?
    private var isWoken = false
    private var hasEnd = false
    weak var shard: SimulatedEventLoop?

    init(index: Int, world: SimulatorState, seed: UInt64) {
        self.index = index
        self.world = world
        self.seed = SeededGenerator(seed: seed ^ (UInt64(index + 1) &* 0xD6E8_FEB8_6659_FD93))
        timers = world.agenda.makeLane()
        mailbox = world.agenda.makeLane()
        end = world.agenda.makeLane()
    }

    /// A job of the Swift runtime's, which owns it and hands it over without a count.
    func run(_ job: UnownedJob) {
        guard let shard else { return }
        unsafe job.runSynchronously(
            isolatedTo: shard.asUnownedSerialExecutor(), taskExecutor: shard.asUnownedTaskExecutor())
    }

    var isCurrent: Bool { world.current === self }

    func after(_ delay: Duration, _ work: @escaping () -> Void) -> (entry: EventQueue.Entry, agenda: EventQueue) {
        let entry = world.agenda.add(
            "timer", after: delay, lane: timers, shard: index, isUnderWay: false, work: work)
        return (entry, world.agenda)
    }

    func wake() {
        guard !isWoken else { return }
        isWoken = true
        world.agenda.add("inbox", lane: mailbox, shard: index) { [unowned self] in
            isWoken = false
            wakeHandler?()
        }
    }

    /// Something ran, so before it waits again the loop calls its handler. When is drawn: a loop may have more turns
    /// before it waits, or none; time does not go on before.
    func hasRun() {
        guard !hasEnd, beforeWaiting != nil else { return }
        hasEnd = true
        world.agenda.add("before waiting", lane: end, shard: index) { [unowned self] in
            hasEnd = false
            beforeWaiting?()
        }
    }

    func clear() {
        wakeHandler = nil
        beforeWaiting = nil
    }
}
