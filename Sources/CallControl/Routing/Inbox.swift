import Synchronization

/// What waits for a shard's part of the engine. Anyone may post; the shard drains it in its turns.
///
/// Appending wakes the shard where the inbox was empty, and only then: the contract of `uv_async_send`. What the shard
/// posts to itself within a turn is taken before anything else, so that a switch or media server that answers at once
/// has answered before the next request is taken.
package final class Inbox: Sendable {
    package let shard: any Shard
    private let remote = Locked<[Parcel]>([])
    private let own = Locked<[Parcel]>([])
    /// Whether ``own`` may hold something: most looks find nothing, and need no lock.
    private let hasOwn = Atomic<Bool>(false)
    private let isInTurn = Atomic<Bool>(false)

    init(_ shard: any Shard) {
        self.shard = shard
    }

    func post(_ parcel: Parcel) {
        if shard.isCurrent, isInTurn.load(ordering: .relaxed) {
            own.withLock { $0.append(parcel) }
            hasOwn.store(true, ordering: .relaxed)
            return
        }
        let wasEmpty = remote.withLock { parcels in
            defer { parcels.append(parcel) }
            return parcels.isEmpty
        }
        if wasEmpty { shard.wake() }
    }

    /// Runs one turn of the engine's: `work`, then all that it brought about on this shard.
    func turn(_ work: () -> Void, handling handle: (Parcel) -> Void) {
        let isOutermost = !isInTurn.exchange(true, ordering: .relaxed)
        work()
        guard isOutermost else { return }
        drainOwn(handle)
        isInTurn.store(false, ordering: .relaxed)
    }

    /// Handles what has come from elsewhere, as one batch: says how much that was.
    func drain(_ handle: (Parcel) -> Void) -> Int {
        isInTurn.store(true, ordering: .relaxed)
        let batch = remote.withLock { parcels in
            var batch: [Parcel] = []
            swap(&batch, &parcels)
            return batch
        }
        for parcel in batch {
            handle(parcel)
            drainOwn(handle)
        }
        isInTurn.store(false, ordering: .relaxed)
        return batch.count
    }

    /// What a turn brings about, brings about more; all of it belongs to the turn.
    private func drainOwn(_ handle: (Parcel) -> Void) {
        guard hasOwn.load(ordering: .relaxed) else { return }
        var batch: [Parcel] = []
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
