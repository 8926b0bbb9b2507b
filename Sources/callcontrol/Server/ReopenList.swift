import CallControl
import EventLoops

/// What SIGHUP has opened anew: the log, and whatever else other programs move away under this one.
final class ReopenList: Sendable {
    private let actions = Locked<[@Sendable () -> Void]>([])

    /// Adds an action that has its owner open its file by its name again. It may run on any thread, and must not wait.
    func add(_ reopen: @escaping @Sendable () -> Void) {
        actions.withLock { $0.append(reopen) }
    }

    func reopenAll() {
        for reopen in actions.withLock({ $0 }) { reopen() }
    }
}
