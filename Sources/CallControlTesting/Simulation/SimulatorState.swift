import CallControl
import DequeModule

/// Everything that is alive in a simulation. One thread at a time is in it.
final class SimulatorState {
    let driver: SimulationThread
    let options: Simulation.Options
    let agenda: EventQueue
    var seed: SeededGenerator
    var trace: Trace
    var shards: [ShardState] = []
    private(set) lazy var network = Network(world: self)
    /// The shard that is executed now.
    private(set) var current: ShardState?

    init(seed: UInt64, options: Simulation.Options) {
        self.seed = SeededGenerator(seed: seed)
        self.options = options
        driver = SimulationThread()
        agenda = EventQueue(driver: driver)
        trace = Trace(limit: options.traceLimit)
    }

    var now: Duration { driver.now }

    func note(_ what: String) {
        trace.add(time: now, shard: current?.index, what: what)
    }

    /// Breaks the circles that handlers and outstanding work make.
    func clear() {
        agenda.clear()
        network.clear()
        for shard in shards { shard.clear() }
        shards = []
    }

    /// One turn. `false`: nothing is left up to `limit`.
    func step(notAfter limit: Duration?) -> Bool {
        guard let entry = agenda.next(notAfter: limit, slack: options.slack, from: &seed) else { return false }
        guard let work = agenda.take(entry) else { return true }
        let shard = entry.shard.map { shards[$0] }
        turn("\(entry.what)", on: shard, isWork: entry.lane != shard?.end, work)
        return true
    }

    /// Work and what it brings about on its shard, as a loop's callback ends by draining the local jobs; then the jobs
    /// that it gave to other shards.
    func turn(_ what: String, on shard: ShardState?, isWork: Bool = true, _ work: () -> Void) {
        precondition(current == nil, "Simulation: a turn was begun from inside a turn")
        current = shard
        note(what)
        work()
        current = nil
        if isWork { shard?.hasRun() }
        if let shard { drain(shard) }
        while let other = shards.first(where: { !$0.jobs.isEmpty }) { drain(other) }
    }

    private func drain(_ shard: ShardState) {
        guard !shard.jobs.isEmpty else { return }
        shard.hasRun()
        current = shard
        defer { current = nil }
        var ran = 0
        while let job = shard.jobs.popFirst() {
            ran += 1
            precondition(ran < options.turnLimit, "Simulation: the jobs of one turn do not come to an end")
            shard.run(job)
        }
    }
}
