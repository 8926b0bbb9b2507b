import CallModel
import DequeModule
package import EventLoops
import Synchronization

/// What waits for a shard's part of the engine. Anyone may post; the shard drains it in its turns.
///
/// Appending wakes the shard where the inbox was empty, and only then: the contract of `uv_async_send`. What the shard
/// posts to itself within a turn is taken before anything else, so that a switch or media server that answers at once
/// has answered before the next request is taken. Of the rest, requests wait behind everything else, and are taken some
/// at a time, by turns among the sessions that they come from.
package final class Mailbox: Sendable {
    package let shard: any EventLoop
    private let remote = Locked<Remote>(Remote())
    private let own = Locked<[ShardMessage]>([])
    /// Whether ``own`` may hold something: most looks find nothing, and need no lock.
    private let hasOwn = Atomic<Bool>(false)
    private let isInTurn = Atomic<Bool>(false)
    /// How many inputs wait, those of ``own`` left out.
    private let count = Atomic<Int>(0)
    /// Whether new work is refused, and nobody has said since that it is taken again.
    private let isShedding = Atomic<Bool>(false)
    /// Requests that were taken out and have not had their turn. The shard's own.
    private let line = Locked<RoundRobinQueue<ClientID, ShardMessage>>(RoundRobinQueue())

    private struct Remote {
        var urgent: [ShardMessage] = []
        var work: [ShardMessage] = []

        var isEmpty: Bool { urgent.isEmpty && work.isEmpty }
    }

    /// How many requests are taken before what is urgent is looked for again, and before the shard sees to its sockets.
    private static let workOfLook = 16
    private static let workOfTurn = 128

    init(_ shard: any EventLoop) {
        self.shard = shard
    }

    /// How many inputs wait for the shard. May be asked on any thread.
    var waiting: Int { count.load(ordering: .relaxed) }

    /// New work is refused. Says whether that is new.
    func beginsShedding() -> Bool {
        !isShedding.exchange(true, ordering: .relaxed)
    }

    /// Says whether new work is taken again, and was refused before.
    func endsShedding(below limit: Int) -> Bool {
        guard isShedding.load(ordering: .relaxed), waiting <= limit / 2 else { return false }
        return isShedding.exchange(false, ordering: .relaxed)
    }

    func post(_ parcel: ShardMessage) {
        if shard.isCurrent, isInTurn.load(ordering: .relaxed) {
            own.withLock { $0.append(parcel) }
            hasOwn.store(true, ordering: .relaxed)
            return
        }
        let isWork = parcel.queue != nil
        let wasEmpty = remote.withLock { remote in
            let wasEmpty = remote.isEmpty
            if isWork { remote.work.append(parcel) } else { remote.urgent.append(parcel) }
            return wasEmpty
        }
        count.add(1, ordering: .relaxed)
        if wasEmpty { shard.wake() }
    }

    /// Runs one turn of the engine's: `work`, then all that it brought about on this shard.
    func turn(_ work: () -> Void, handling handle: (ShardMessage) -> Void) {
        let isOutermost = !isInTurn.exchange(true, ordering: .relaxed)
        work()
        guard isOutermost else { return }
        drainOwn(handle)
        isInTurn.store(false, ordering: .relaxed)
    }

    /// Handles what has come from elsewhere: all that is urgent, and a part of the requests. Where some are left it
    /// comes again, after the shard has seen to its sockets.
    func drain(_ handle: (ShardMessage) -> Void) {
        isInTurn.store(true, ordering: .relaxed)
        var budget = Self.workOfTurn
        repeat {
            handleAll(takeUrgent(), handle)
            budget -= Self.workOfLook
        } while budget >= 0 && handleWork(handle)
        isInTurn.store(false, ordering: .relaxed)
        if line.withLock({ !$0.isEmpty }) { shard.wake() }
    }

    private func handleAll(_ parcels: [ShardMessage], _ handle: (ShardMessage) -> Void) {
        guard !parcels.isEmpty else { return }
        for parcel in parcels {
            handle(parcel)
            drainOwn(handle)
        }
        count.subtract(parcels.count, ordering: .relaxed)
    }

    /// Takes out all that waits elsewhere, so that whoever posts next wakes the shard.
    private func takeUrgent() -> [ShardMessage] {
        let (urgent, work) = remote.withLock { remote in
            var taken = Remote()
            swap(&taken, &remote)
            return (taken.urgent, taken.work)
        }
        if !work.isEmpty {
            line.withLock { line in
                for parcel in work { line.append(parcel, of: parcel.queue ?? ClientID(rawValue: 0)) }
            }
        }
        return urgent
    }

    /// Takes the next requests. Says whether there were any.
    private func handleWork(_ handle: (ShardMessage) -> Void) -> Bool {
        var taken = 0
        while taken < Self.workOfLook, let parcel = line.withLock({ $0.popFirst() }) {
            taken += 1
            handle(parcel)
            drainOwn(handle)
        }
        count.subtract(taken, ordering: .relaxed)
        return taken > 0
    }

    /// What a turn brings about, brings about more; all of it belongs to the turn.
    private func drainOwn(_ handle: (ShardMessage) -> Void) {
        guard hasOwn.load(ordering: .relaxed) else { return }
        var batch: [ShardMessage] = []
        while hasOwn.exchange(false, ordering: .relaxed) {
            own.withLock { swap(&batch, &$0) }
            for place in batch.indices { handle(batch.span[place]) }
            batch.removeAll(keepingCapacity: true)
        }
        // The room goes back, for the next turn.
        own.withLock { parcels in
            if parcels.isEmpty, batch.capacity <= 1_024 { swap(&batch, &parcels) }
        }
    }
}
