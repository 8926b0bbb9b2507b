import EventLoops

/// One value, once, for one task that waits for it. May be given on any thread, also before anybody waits.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case awaited(CheckedContinuation<Value?, Never>)
        /// `nil`: the task was cancelled.
        case given(Value?)
    }

    private let state = Locked(State.empty)

    /// The first value given counts.
    func give(_ value: Value) { settle(value) }

    /// Waits, or returns at once where the value is there. `nil`: the task was cancelled first.
    func value() async -> Value? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let given: Value?? = state.withLock { state in
                    switch state {
                    case .empty:
                        state = .awaited(continuation)
                        return nil
                    case .awaited: preconditionFailure("a value is awaited by one task")
                    case .given(let value): return .some(value)
                    }
                }
                if let given { continuation.resume(returning: given) }
            }
        } onCancel: {
            settle(nil)
        }
    }

    private func settle(_ value: Value?) {
        let continuation: CheckedContinuation<Value?, Never>? = state.withLock { state in
            switch state {
            case .empty:
                state = .given(value)
                return nil
            case .awaited(let continuation):
                state = .given(value)
                return continuation
            case .given:
                return nil
            }
        }
        // Outside the lock: what is resumed may run at once.
        continuation?.resume(returning: value)
    }
}
