import CLibuv
public import EventLoops

/// What ``LibuvEventLoop/after(_:_:)`` returns: one use of a timer handle, which is used again for others.
final class LoopTimer: Timer {
    private let handle: TimerHandle
    private let use: UInt64

    fileprivate init(handle: TimerHandle, use: UInt64) {
        self.handle = handle
        self.use = use
    }

    func cancel() {
        handle.cancel(use)
    }
}

/// A timer that a stopping loop is asked for: it never runs.
private final class StoppedTimer: Timer {
    func cancel() {}
}

/// A libuv timer, which goes back to its loop's store when it has run or was cancelled.
final class TimerHandle: LoopHandle, @unchecked Sendable {
    /// Timers that a loop keeps for later use.
    private static let kept = 1_024

    private var work: (@Sendable () -> Void)?
    /// Counts the uses, so that a late `cancel()` does not meet the next one.
    private var use: UInt64 = 0

    init(on loop: LibuvEventLoop) throws(UVError) {
        try unsafe super.init(UV_TIMER, on: loop) { loop, handle in
            unsafe uv_timer_init(loop, handle.assumingMemoryBound(to: uv_timer_t.self))
        }
    }

    fileprivate func start(after milliseconds: UInt64, _ work: @escaping @Sendable () -> Void) -> LoopTimer {
        self.work = work
        use += 1
        unsafe uv_timer_start(
            pointer(as: uv_timer_t.self),
            { handle in
                let timer: TimerHandle = unsafe owner(of: handle?.pointee.data)
                timer.fire()
            }, milliseconds, 0)
        return LoopTimer(handle: self, use: use)
    }

    private func fire() {
        guard let work else { return }
        putBack()
        loop.turn(work)
    }

    fileprivate func cancel(_ use: UInt64) {
        guard use == self.use, work != nil, !isClosing else { return }
        unsafe uv_timer_stop(pointer(as: uv_timer_t.self))
        putBack()
    }

    private func putBack() {
        work = nil
        if loop.timers.count < TimerHandle.kept {
            loop.timers.append(self)
        } else {
            closeHandle()
        }
    }

    override func didClose() {
        work = nil
    }
}

extension LibuvEventLoop {
    /// In whole milliseconds, rounded up, and one at least: a timer that sets itself again and again leaves the
    /// sockets their turn.
    public func after(_ delay: Duration, _ work: @escaping @Sendable () -> Void) -> any Timer {
        precondition(isCurrent, "a timer is set on its own shard")
        guard !isStopping, let timer = timers.popLast() ?? makeTimer() else { return StoppedTimer() }
        return timer.start(after: LibuvEventLoop.milliseconds(delay), work)
    }

    /// `uv_timer_init` cannot fail.
    private func makeTimer() -> TimerHandle? {
        try? TimerHandle(on: self)
    }

    static func milliseconds(_ delay: Duration) -> UInt64 {
        let (seconds, attoseconds) = delay.components
        guard seconds >= 0, attoseconds >= 0 else { return 1 }
        // About 30 years: beyond any deadline, and far from any overflow.
        let whole = UInt64(min(seconds, 1_000_000_000)) * 1_000
        return max(1, whole + UInt64((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
