import CallModel
import DequeModule
import EventLoops
import Logging

/// The outboxes of a shard that have something to write in this turn, those whose clients read slowly, and those that
/// keep what was sent.
actor WriteRound: LoopBound {
    static let rank = 80

    nonisolated let seat: ShardSeat
    let total: BacklogMemory
    private let way: WriteRoundWay
    private let sweepsKept: Duration
    nonisolated let counters: ShardCounters
    private let logger: Logger
    private var due: [OutboundQueue] = []
    var pages = FanOutBuffers()
    /// Those who have something on a page, in the order in which they write. One that has left its page since may stand
    /// here still.
    var followers: Deque<OutboundQueue> = []
    /// Whether somebody who was taken from `followers` has not written yet.
    var isWriting = false
    /// Where backlogs are put together for a write, one at a time.
    private var chunk: [UInt8] = []
    private var slow: [ClientID: OutboundQueue] = [:]
    private var keeping: [ClientID: OutboundQueue] = [:]
    private var isSweeping = false
    private var isSweepingKept = false
    private var isRelieving = false
    /// Whether the total was over its limit when it was looked at last.
    private var isFull = false

    init(
        on seat: ShardSeat, total: BacklogMemory, retention: Duration, counters: ShardCounters, logger: Logger,
        way: WriteRoundWay
    ) {
        self.seat = seat
        self.total = total
        self.way = way
        sweepsKept = max(.milliseconds(100), retention / 8)
        self.counters = counters
        self.logger = logger
    }

    func join(_ outbox: OutboundQueue) {
        due.append(outbox)
    }

    func takeDue() -> [OutboundQueue] {
        var taken: [OutboundQueue] = []
        swap(&taken, &due)
        return taken
    }

    /// Gives the room of a round back, so that the next one need not make it again.
    func giveBack(_ taken: [OutboundQueue]) {
        guard due.isEmpty, taken.capacity > due.capacity else { return }
        due = taken
        due.removeAll(keepingCapacity: true)
    }

    // MARK: - Room

    func takeChunk() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &chunk)
        return taken
    }

    func giveBack(chunk taken: [UInt8]) {
        if taken.capacity <= 262_144 { chunk = taken }
    }

    // MARK: - Slow clients

    func noteSlow(_ outbox: OutboundQueue) {
        slow[outbox.client] = outbox
        sweepLater()
    }

    func noteQuick(_ client: ClientID) {
        slow[client] = nil
    }

    func noteKeeping(_ outbox: OutboundQueue) {
        guard keeping.updateValue(outbox, forKey: outbox.client) == nil else { return }
        sweepKeptLater()
    }

    func forget(_ client: ClientID) {
        slow[client] = nil
        keeping[client] = nil
    }

    /// Cuts a session in a turn of its own, since its last event is made by what stands before it on the way.
    func cutLater(_ outbox: OutboundQueue) {
        forget(outbox.client)
        counters.sessionsCut.add()
        logger.warning(
            "A session is cut: its client reads too slowly.", metadata: ["session": "\(outbox.client.rawValue)"])
        _ = seat.shard.after(.zero) { [way] in
            let event = way.farewell("slow-consumer")
            if !outbox.enter(event, { outbox, event in outbox.disconnectSlow(copy event) }) { way.evict(outbox.client) }
        }
    }

    /// Ends a session without a connection, in a turn of its own.
    func expelLater(_ client: ClientID) {
        forget(client)
        noteExpelled(client, "more has come for it than may be kept")
        _ = seat.shard.after(.zero) { [way] in way.evict(client) }
    }

    private func noteExpelled(_ client: ClientID, _ reason: String) {
        counters.sessionsExpired.add()
        logger.notice(
            "A session that waits to be taken up is dropped: \(reason).", metadata: ["session": "\(client.rawValue)"])
    }

    private func sweepLater() {
        guard !slow.isEmpty else { return counters.backlogAge.set(0) }
        guard !isSweeping else { return }
        isSweeping = true
        _ = seat.shard.after(.milliseconds(250)) { [self] in
            var largest = 0
            var oldest = Duration.zero
            for outbox in enter((), { round, _ in round.slowOnes }) {
                largest = max(largest, outbox.enter(()) { outbox, _ in outbox.checkAge() })
                oldest = max(oldest, outbox.enter(()) { outbox, _ in outbox.backlogAge } ?? .zero)
            }
            counters.backlogAge.set(Int(oldest / .milliseconds(1)))
            enter(largest) { round, largest in round.swept(largest) }
        }
    }

    private func swept(_ largest: Int) {
        isSweeping = false
        noteLimitLeft()
        total.setLargest(largest, on: seat.shard.index)
        sweepLater()
    }

    private func sweepKeptLater() {
        guard !isSweepingKept, !keeping.isEmpty else { return }
        isSweepingKept = true
        _ = seat.shard.after(sweepsKept) { [self] in
            var empty: [ClientID] = []
            for outbox in enter((), { round, _ in round.keepingOnes })
            where !outbox.enter((), { outbox, _ in outbox.sweepKept() }) {
                empty.append(outbox.client)
            }
            enter(empty) { round, empty in round.sweptKept(copy empty) }
        }
    }

    private func sweptKept(_ empty: [ClientID]) {
        isSweepingKept = false
        noteLimitLeft()
        for client in empty { keeping[client] = nil }
        sweepKeptLater()
    }

    /// In the order of their clients' numbers, so that what follows is the same in each run of a simulation.
    private var slowOnes: [OutboundQueue] {
        slow.values.sorted { $0.client.rawValue < $1.client.rawValue }
    }

    private var keepingOnes: [OutboundQueue] {
        keeping.values.sorted { $0.client.rawValue < $1.client.rawValue }
    }

    // MARK: - The limit of all backlogs together

    /// All backlogs together are over their limit, or may be. Who pays is seen to in a turn of its own.
    func reduceBacklog() {
        guard !isRelieving else { return }
        isRelieving = true
        if !isFull {
            isFull = true
            counters.backlogsFull.add()
            logger.warning(
                "The backlogs of all sessions together are at their limit.", metadata: ["bytes": "\(total.now)"])
        }
        _ = seat.shard.after(.zero) { [self] in payBack() }
    }

    /// From no actor. Sessions without a connection go first, the one that waits longest before the others; then what is
    /// kept for sessions that have one; then the largest backlog, on whichever shard it is.
    private nonisolated func payBack() {
        // A little more than it must be, so that it does not come to this with every event.
        let wanted = total.limit - total.limit / 64
        if total.isOverLimit, let client = way.evictOldest() {
            enter(client) { round, client in round.noteExpelled(copy client, "all backlogs together are too much") }
            return finish(again: true)
        }
        if total.isOverLimit {
            for outbox in enter((), { round, _ in round.keepingOnes }) where total.now > wanted {
                _ = outbox.enter(()) { outbox, _ in outbox.forgetKept() }
            }
        }
        guard total.isOverLimit else { return finish(again: false) }
        let home = total.shardOfLargest
        if home != seat.shard.index {
            way.reduceBacklog(home)
            return finish(again: false)
        }
        let sizes = enter((), { round, _ in round.slowOnes }).map { outbox in
            (outbox, bytes: outbox.enter(()) { outbox, _ in outbox.waitingCost })
        }
        let largest = sizes.sorted { $0.bytes > $1.bytes }
        var rest = largest[...]
        while total.now > wanted, let next = rest.popFirst() {
            next.0.enter(()) { outbox, _ in outbox.markSlow() }
        }
        total.setLargest(rest.first?.bytes ?? 0, on: seat.shard.index)
        finish(again: false)
    }

    private nonisolated func finish(again: Bool) {
        enter(again) { round, again in round.relieved(again: again) }
    }

    private func relieved(again: Bool) {
        guard total.isOverLimit else {
            isRelieving = false
            return noteLimitLeft()
        }
        // Others have been asked to give way, or nobody here can: both are looked at again, and not with each event.
        _ = seat.shard.after(.milliseconds(1)) { [self] in enter(again) { round, again in round.lookAgain(again) } }
    }

    private func lookAgain(_ again: Bool) {
        isRelieving = false
        if again, total.isOverLimit { reduceBacklog() }
    }

    private func noteLimitLeft() {
        guard isFull, !total.isOverLimit else { return }
        isFull = false
        logger.notice("The backlogs of all sessions together are within their limit again.")
    }
}

/// What a write round asks of others on its shard. Called from no actor.
struct WriteRoundWay: Sendable {
    /// Makes EventLinkDisconnected with a reason.
    var farewell: @Sendable (String) -> [UInt8]
    /// Ends a session that has no connection.
    var evict: @Sendable (ClientID) -> Void
    /// Ends the session that has waited longest to be taken up, and says which. `nil`: none waits.
    var evictOldest: @Sendable () -> ClientID?
    /// Asks another shard to relieve the total.
    var reduceBacklog: @Sendable (Int) -> Void
}
