import Logging
import Synchronization

/// How many calls there may be on all shards together.
final class CallLimiter: Sendable {
    private let used = Atomic<Int>(0)
    private let limit: Int
    private let logger: Logger
    /// Whether the limit was reached, and nobody has said since that there is room again.
    private let isAtLimit = Atomic<Bool>(false)

    init(limit: Int, logger: Logger) {
        self.limit = limit
        self.logger = logger
    }

    /// `false`: as many as there may be.
    func take() -> Bool {
        guard used.add(1, ordering: .relaxed).oldValue < limit else {
            used.subtract(1, ordering: .relaxed)
            recordLimitReached()
            return false
        }
        return true
    }

    /// Whether there are as many as there may be.
    var isFull: Bool { used.load(ordering: .relaxed) >= limit }

    /// Somebody has found that there are as many as there may be.
    func recordLimitReached() {
        guard !isAtLimit.exchange(true, ordering: .relaxed) else { return }
        logger.warning("The server has as many calls as it may have.", metadata: ["calls": "\(limit)"])
    }

    /// One more, whatever there are: somebody else has made it already.
    func takeAnyhow() {
        used.add(1, ordering: .relaxed)
    }

    func give() {
        let left = used.subtract(1, ordering: .relaxed).newValue
        guard isAtLimit.load(ordering: .relaxed), left < limit - limit / 64 else { return }
        guard isAtLimit.exchange(false, ordering: .relaxed) else { return }
        logger.notice("The server has room for calls again.")
    }
}
