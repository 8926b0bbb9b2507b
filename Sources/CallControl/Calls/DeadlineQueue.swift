import CallModel
import DequeModule
import EventLoops
import HeapModule
import TLibrary

/// A deadline of a call, as the queue of its shard keeps it.
struct DueDeadline: Sendable, Comparable {
    var at: Duration
    var connection: ConnectionID
    var deadline: CallDeadline

    static func < (left: DueDeadline, right: DueDeadline) -> Bool { left.at < right.at }
}

/// The deadlines of a shard's calls, behind one timer of the shard. A deadline is never taken out: one whose reason is
/// gone comes, and is harmless.
actor DeadlineQueue: LoopBound {
    static let rank = 70

    nonisolated let seat: ShardSeat
    private let deliver: @Sendable ([DueDeadline]) -> Void
    /// Those that came in the order in which they are due: most, since most have the same delay.
    private var queue = Deque<DueDeadline>()
    /// The others.
    private var heap = Heap<DueDeadline>()
    private var timer: (any Timer)?
    private var timerAt = Duration.zero

    /// `deliver` is called on the shard, from no actor, with the deadlines that have come.
    init(on seat: ShardSeat, deliver: @escaping @Sendable ([DueDeadline]) -> Void) {
        self.seat = seat
        self.deliver = deliver
    }

    func add(_ due: DueDeadline) {
        if let last = queue.last, due < last {
            heap.insert(due)
        } else {
            queue.append(due)
        }
        guard timer == nil || due.at < timerAt else { return }
        timer?.cancel()
        setTimer(for: due.at)
    }

    func stop() {
        timer?.cancel()
        timer = nil
        heap = Heap()
        queue = Deque()
    }

    private func setTimer(for time: Duration) {
        timerAt = time
        timer = seat.shard.after(max(.zero, time - seat.shard.now)) { [self] in
            let due = enter(()) { queue, _ in queue.takeDue() }
            deliver(due)
        }
    }

    private func takeDue() -> [DueDeadline] {
        timer = nil
        var due: [DueDeadline] = []
        let now = seat.shard.now
        while heap.isEmpty, let next = queue.first, next.at <= now {
            due.append(next)
            queue.removeFirst()
        }
        while let next = earliest, next.at <= now {
            due.append(next)
            if next == queue.first { queue.removeFirst() } else { heap.removeMin() }
        }
        if let next = earliest { setTimer(for: next.at) }
        return due
    }

    private var earliest: DueDeadline? {
        guard let first = queue.first else { return heap.min }
        guard let least = heap.min else { return first }
        return least < first ? least : first
    }
}
