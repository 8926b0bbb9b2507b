import Synchronization

/// How many of something there may be on all shards together: calls, or sessions.
final class Room: Sendable {
    private let used = Atomic<Int>(0)
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// `false`: as many as there may be.
    func take() -> Bool {
        guard used.add(1, ordering: .relaxed).oldValue < limit else {
            give()
            return false
        }
        return true
    }

    /// Whether there are as many as there may be.
    var isFull: Bool { used.load(ordering: .relaxed) >= limit }

    /// One more, whatever there are: somebody else has made it already.
    func takeAnyhow() {
        used.add(1, ordering: .relaxed)
    }

    func give() {
        used.subtract(1, ordering: .relaxed)
    }
}
