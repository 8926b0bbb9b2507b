import Logging
import Synchronization

/// The packed user data of all calls on all shards, in bytes. A call is judged by what is free when it takes a step, and
/// counts what it has taken after it; so what several shards take at the same moment may pass the limit.
final class UserDataTotal: Sendable {
    private let used = Atomic<Int>(0)
    private let limit: Int
    private let logger: Logger
    /// Whether the limit was reached, and its end was not logged.
    private let isAtLimit = Atomic<Bool>(false)

    /// A limit of 0 is none.
    init(limit: Int, logger: Logger) {
        self.limit = limit == 0 ? .max : limit
        self.logger = logger
    }

    var now: Int { used.load(ordering: .relaxed) }

    /// What calls may take more.
    var free: Int { limit - now }

    func add(_ bytes: Int) {
        let now = used.add(bytes, ordering: .relaxed).newValue
        guard isAtLimit.load(ordering: .relaxed), now <= limit - limit / 16 else { return }
        guard isAtLimit.exchange(false, ordering: .relaxed) else { return }
        logger.notice("user data of all calls is within its limit again", metadata: ["bytes": "\(now)"])
    }

    /// A request was refused because of the limit.
    func recordLimitReached() {
        guard !isAtLimit.exchange(true, ordering: .relaxed) else { return }
        logger.warning(
            "user data of all calls is at its limit: requests that add some are refused",
            metadata: ["bytes": "\(now)", "limit": "\(limit)"])
    }
}
