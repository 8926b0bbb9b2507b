import CLibuv
import EventLoops
import Logging

/// A loop and its thread.
struct EventLoopThread {
    let loop: LibuvEventLoop
    private let thread: uv_thread_t
    private let end: OneShot

    init(index: Int, name: String, logger: Logger) throws(EventLoopError) {
        do throws(UVError) {
            loop = try LibuvEventLoop(index: index, name: "\(name)-\(index)", logger: logger)
            end = OneShot()
            do throws(UVError) {
                try loop.open()
                thread = try EventLoopThread.startThread(ThreadStart(loop: loop, end: end))
            } catch {
                loop.abandon()
                throw error
            }
        } catch {
            throw error.during("start event loop \(name)-\(index)")
        }
    }

    private static func startThread(_ start: ThreadStart) throws(UVError) -> uv_thread_t {
        var thread = uv_thread_t()
        let argument = unsafe Unmanaged.passRetained(start)
        let result = unsafe uv_thread_create(&thread, { unsafe EventLoopThread.main($0) }, argument.toOpaque())
        if result != 0 {
            unsafe argument.release()
            throw UVError(result)
        }
        return thread
    }

    /// The first and last function of the thread.
    private static func main(_ argument: UnsafeMutableRawPointer?) {
        guard let argument = unsafe argument else { return }
        let start = unsafe Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
        start.loop.run()
        start.end.reach()
    }

    /// Waits without holding a thread of the pool; the join then waits for the thread's last instructions only.
    func stop() async {
        loop.hand { loop in loop.closeHandles() }
        await end.wait()
        var thread = thread
        unsafe uv_thread_join(&thread)
    }
}

private final class ThreadStart: Sendable {
    let loop: LibuvEventLoop
    let end: OneShot

    init(loop: LibuvEventLoop, end: OneShot) {
        self.loop = loop
        self.end = end
    }
}

/// The end of a thread, for one who awaits it.
private final class OneShot: Sendable {
    private enum State {
        case running
        case awaited(CheckedContinuation<Void, Never>)
        case reached
    }

    private let state = Locked(State.running)

    func reach() {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            defer { state = .reached }
            switch state {
            case .awaited(let waiter): return waiter
            case .running, .reached: return nil
            }
        }
        waiter?.resume()
    }

    func wait() async {
        await withCheckedContinuation { waiter in
            let isReached = state.withLock { state in
                switch state {
                case .running:
                    state = .awaited(waiter)
                    return false
                case .awaited: preconditionFailure("a thread's end is awaited once")
                case .reached: return true
                }
            }
            if isReached {
                waiter.resume()
            }
        }
    }
}
