import HeapModule

/// What is still to happen in a simulation: what is due in the order that the seed draws, and what comes later.
final class EventQueue {
    /// Entries of one lane happen in the order in which they fall due: the bytes of one link, the timers of one shard.
    struct Lane: Hashable {
        fileprivate var number: Int
    }

    final class Entry {
        let due: Duration
        let lane: Lane
        /// On which shard; `nil`: outside, in the network or in a test's own client.
        let shard: Int?
        let what: StaticString
        /// Whether a simulation with this outstanding is not at rest: everything but a shard's timers.
        let isUnderWay: Bool
        fileprivate let sequence: Int
        fileprivate var work: (() -> Void)?

        fileprivate init(
            due: Duration, sequence: Int, lane: Lane, shard: Int?, what: StaticString, isUnderWay: Bool,
            work: @escaping () -> Void
        ) {
            self.due = due
            self.sequence = sequence
            self.lane = lane
            self.shard = shard
            self.what = what
            self.isUnderWay = isUnderWay
            self.work = work
        }
    }

    private struct Later: Comparable {
        let entry: Entry

        static func == (left: Later, right: Later) -> Bool { left.entry === right.entry }

        static func < (left: Later, right: Later) -> Bool {
            (left.entry.due, left.entry.sequence) < (right.entry.due, right.entry.sequence)
        }
    }

    private let driver: SimulationThread
    private var ready: [Entry] = []
    private var later = Heap<Later>()
    private var sequence = 0
    private var lanes = 0
    private(set) var underWay = 0

    init(driver: SimulationThread) {
        self.driver = driver
    }

    func makeLane() -> Lane {
        lanes += 1
        return Lane(number: lanes)
    }

    @discardableResult
    func add(
        _ what: StaticString, after delay: Duration = .zero, lane: Lane, shard: Int?, isUnderWay: Bool = true,
        work: @escaping () -> Void
    ) -> Entry {
        sequence += 1
        let entry = Entry(
            due: driver.now + max(delay, .zero), sequence: sequence, lane: lane, shard: shard, what: what,
            isUnderWay: isUnderWay, work: work)
        if isUnderWay { underWay += 1 }
        if entry.due > driver.now {
            later.insert(Later(entry: entry))
        } else {
            ready.append(entry)
        }
        return entry
    }

    func cancel(_ entry: Entry) {
        guard take(entry) != nil else { return }
        ready.removeAll { $0 === entry }
    }

    /// What an entry does, once; `nil` where it was cancelled or has happened.
    func take(_ entry: Entry) -> (() -> Void)? {
        guard let work = entry.work else { return nil }
        entry.work = nil
        if entry.isUnderWay { underWay -= 1 }
        return work
    }

    /// Draws what happens next. Where nothing is due, time goes on to what falls due first, and at times a little
    /// further, as on a busy machine, but never beyond `limit`. `nil`: nothing is left up to there.
    func next(notAfter limit: Duration?, slack: ClosedRange<Duration>, from seed: inout SeededGenerator) -> Entry? {
        dropCancelled()
        if ready.isEmpty {
            guard let first = later.min?.entry.due, limit.map({ first <= $0 }) ?? true else { return nil }
            let late = seed.oneIn(4) ? first + seed.draw(slack) : first
            driver.now = min(late, max(limit ?? late, first))
        }
        while let first = later.min?.entry, first.due <= driver.now {
            later.removeMin()
            if first.work != nil { ready.append(first) }
        }
        let lane = ready[seed.draw(below: ready.count)].lane
        return ready.firstIndex { $0.lane == lane }.map { ready.remove(at: $0) }
    }

    /// Whether something is due now.
    var hasReady: Bool {
        dropCancelled()
        return !ready.isEmpty || (later.min?.entry.due).map { $0 <= driver.now } ?? false
    }

    /// Breaks the cycles that outstanding work makes.
    func clear() {
        ready = []
        later = Heap()
        underWay = 0
    }

    private func dropCancelled() {
        while let first = later.min?.entry, first.work == nil {
            later.removeMin()
        }
    }
}
