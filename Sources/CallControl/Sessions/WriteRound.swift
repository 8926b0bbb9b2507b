import CallModel
import Logging
import Synchronization

/// The outboxes of a shard that have something to write in this turn, and those whose clients read slowly.
actor WriteRound: ShardBound {
    static let rank = 80

    nonisolated let seat: ShardSeat
    private let total: BacklogTotal
    private let limit: Int
    nonisolated let counters: ShardCounters
    /// Makes EventLinkDisconnected with a reason. Called on the shard, from no actor.
    private let farewell: @Sendable (String) -> [UInt8]
    private let logger: Logger
    private var due: [Outbox] = []
    private var slow: [ClientID: Outbox] = [:]
    private var isSweeping = false
    private var isRelieving = false

    init(
        on seat: ShardSeat, total: BacklogTotal, limit: Int, counters: ShardCounters, logger: Logger,
        farewell: @escaping @Sendable (String) -> [UInt8]
    ) {
        self.seat = seat
        self.total = total
        self.limit = limit
        self.counters = counters
        self.farewell = farewell
        self.logger = logger
    }

    func join(_ outbox: Outbox) {
        due.append(outbox)
    }

    func takeDue() -> [Outbox] {
        var taken: [Outbox] = []
        swap(&taken, &due)
        return taken
    }

    /// Gives the room of a round back, so that the next one need not make it again.
    func giveBack(_ taken: [Outbox]) {
        guard due.isEmpty, taken.capacity > due.capacity else { return }
        due = taken
        due.removeAll(keepingCapacity: true)
    }

    // MARK: - Slow clients

    func note(_ outbox: Outbox, isSlow: Bool) {
        slow[outbox.client] = isSlow ? outbox : nil
        sweepLater()
    }

    /// Cuts a session in a turn of its own, since its last event is made by what stands before it on the way.
    func cutLater(_ outbox: Outbox) {
        slow[outbox.client] = nil
        _ = seat.shard.after(.zero) { [farewell] in
            let event = farewell("slow-consumer")
            outbox.enter(event) { outbox, event in outbox.cutAsTooSlow(copy event) }
        }
        counters.sessionsCut.add()
        logger.warning(
            "A session is cut: its client reads too slowly.", metadata: ["session": "\(outbox.client.rawValue)"])
    }

    /// Counts bytes of a backlog towards the total of all sessions, whose limit the largest backlogs pay for.
    func owe(_ change: Int) {
        let sum = total.bytes.add(change, ordering: .relaxed).newValue
        guard change > 0, sum > limit, !isRelieving else { return }
        isRelieving = true
        _ = seat.shard.after(.zero) { [self] in
            let sizes = enter((), { round, _ in round.slowOnes }).map { outbox in
                (outbox, bytes: outbox.enter(()) { outbox, _ in outbox.backlogBytes })
            }
            var excess = enter(()) { round, _ in round.excess }
            for (outbox, bytes) in sizes.sorted(by: { $0.bytes > $1.bytes }) where excess > 0 {
                outbox.enter(()) { outbox, _ in outbox.condemn() }
                excess -= bytes
            }
            enter(()) { round, _ in round.relieved() }
        }
    }

    /// What all backlogs together have beyond their limit.
    private var excess: Int { total.bytes.load(ordering: .relaxed) - limit }

    private func relieved() {
        isRelieving = false
    }

    private func sweepLater() {
        guard !slow.isEmpty else { return counters.backlogAge.set(0) }
        guard !isSweeping else { return }
        isSweeping = true
        _ = seat.shard.after(.milliseconds(250)) { [self] in
            var oldest = Duration.zero
            for outbox in enter((), { round, _ in round.slowOnes }) {
                outbox.enter(()) { outbox, _ in outbox.checkAge() }
                oldest = max(oldest, outbox.enter(()) { outbox, _ in outbox.status.backlogAge })
            }
            counters.backlogAge.set(Int(oldest / .milliseconds(1)))
            enter(()) { round, _ in round.swept() }
        }
    }

    private func swept() {
        isSweeping = false
        sweepLater()
    }

    /// In the order of their clients' numbers, so that what follows is the same in each run of a simulation.
    private var slowOnes: [Outbox] {
        slow.values.sorted { $0.client.rawValue < $1.client.rawValue }
    }
}

/// The backlogs of all sessions of an engine together, in bytes.
final class BacklogTotal: Sendable {
    let bytes = Atomic<Int>(0)
}
