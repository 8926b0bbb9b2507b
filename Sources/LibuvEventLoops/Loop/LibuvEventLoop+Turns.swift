import CLibuv
import EventLoops

extension LibuvEventLoop {
    /// One callback of libuv and the local jobs that it brought about.
    func turn(_ work: () -> Void) {
        turnTime = nil
        work()
        hasRun = true
        drain()
    }

    /// Runs `work` in a later turn. On the loop's thread.
    func inLaterTurn(_ work: @escaping () -> Void) {
        later.append(work)
        comeAgain()
    }

    /// The next iteration does not wait for anything.
    func comeAgain() {
        guard let idle, !idle.isClosing else { return }
        unsafe uv_idle_start(idle.pointer(as: uv_idle_t.self)) { handle in
            let idle: LoopHandle = unsafe owner(of: handle?.pointee.data)
            idle.loop.runLater()
        }
    }

    private func runLater() {
        if let idle {
            unsafe uv_idle_stop(idle.pointer(as: uv_idle_t.self))
        }
        let due = later
        later = []
        for work in due {
            turn(work)
        }
        answerWake()
    }

    /// Calls the wait handler where anything ran since. What its own jobs leave to be written is written in the next
    /// iteration, which comes at once.
    fileprivate func prepareToWait() {
        guard hasRun else { return }
        hasRun = false
        turnTime = nil
        waitHandler?()
        drain()
        if hasRun {
            comeAgain()
        }
    }

    /// Makes the handles that drive the loop, before its thread starts.
    func open() throws(UVError) {
        try takeSpareDescriptor()
        let prepare = try unsafe LoopHandle(UV_PREPARE, on: self) { loop, handle in
            unsafe uv_prepare_init(loop, handle.assumingMemoryBound(to: uv_prepare_t.self))
        }
        unsafe uv_prepare_start(prepare.pointer(as: uv_prepare_t.self)) { handle in
            let prepare: LoopHandle = unsafe owner(of: handle?.pointee.data)
            prepare.loop.prepareToWait()
        }
        let check = try unsafe LoopHandle(UV_CHECK, on: self) { loop, handle in
            unsafe uv_check_init(loop, handle.assumingMemoryBound(to: uv_check_t.self))
        }
        unsafe uv_check_start(check.pointer(as: uv_check_t.self)) { handle in
            let check: LoopHandle = unsafe owner(of: handle?.pointee.data)
            check.loop.prepareToWait()
        }
        idle = try unsafe LoopHandle(UV_IDLE, on: self) { loop, handle in
            unsafe uv_idle_init(loop, handle.assumingMemoryBound(to: uv_idle_t.self))
        }
        let waker = try unsafe LoopHandle(UV_ASYNC, on: self) { loop, handle in
            unsafe uv_async_init(loop, handle.assumingMemoryBound(to: uv_async_t.self)) { handle in
                let waker: LoopHandle = unsafe owner(of: handle?.pointee.data)
                waker.loop.takeRemote()
            }
        }
        remote.withLock { remote in
            remote.waker = waker
            // What was handed over before could wake nobody.
            guard remote.isSignalled else { return }
            remote.isSignalled = false
            remote.signal()
        }
    }

    /// libuv takes a descriptor of its own for each loop, with its first stream. It takes it here: later it could be
    /// the one that a listener had given up for a moment, to refuse connections with.
    private func takeSpareDescriptor() throws(UVError) {
        let first = try unsafe LoopHandle(UV_TCP, on: self) { loop, handle in
            unsafe uv_tcp_init(loop, handle.assumingMemoryBound(to: uv_tcp_t.self))
        }
        first.closeHandle()
        unsafe uv_run(uv, UV_RUN_NOWAIT)
    }
}
