import CallControl
import EventLoops

/// Resumes who waits once, whichever comes first of what may end the wait.
final class OneShot: Sendable {
    private let waiting: Locked<CheckedContinuation<Void, Never>?>

    init(_ waiting: CheckedContinuation<Void, Never>) {
        self.waiting = Locked(waiting)
    }

    /// May be called on any thread, and again.
    func come() {
        waiting.withLock { $0.take() }?.resume()
    }
}
