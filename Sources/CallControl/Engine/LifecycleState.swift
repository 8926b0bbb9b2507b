import EventLoops
import Synchronization

/// How far an engine is in its life, for those who wait for it.
final class LifecycleState: Sendable {
    enum Phase: Int, Comparable, Sendable {
        case made, running, stopping, stopped

        static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
    }

    private let state = Locked<State>(State())

    private struct State {
        var phase = Phase.made
        var lastWaiter = 0
        var waiters: [Int: Waiter] = [:]
    }

    private struct Waiter {
        var phase: Phase
        var continuation: CheckedContinuation<Void, Never>
    }

    var phase: Phase { state.withLock { $0.phase } }

    /// Goes on to a phase; never back.
    func reach(_ phase: Phase) {
        let woken = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.phase = max(state.phase, phase)
            let reached = state.waiters.filter { $0.value.phase <= phase }
            for number in reached.keys { state.waiters[number] = nil }
            return reached.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Returns once the phase is reached, or the task is cancelled.
    func wait(for phase: Phase) async {
        let number = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.phase < phase, !Task.isCancelled else { return false }
                    state.waiters[number] = Waiter(phase: phase, continuation: continuation)
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: number) }
            waiter?.continuation.resume()
        }
    }
}
