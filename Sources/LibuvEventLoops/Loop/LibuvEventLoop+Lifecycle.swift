import CLibuv
import EventLoops
public import Logging
import Synchronization

extension LibuvEventLoop {
    /// Starts `count` loops, runs `body` with them, and stops them: every handle is closed, every thread has ended.
    ///
    /// What `body` leaves running on a loop (an unstructured task, a call of an actor of the loop) must end before it
    /// returns: a job that comes to a stopped loop ends the process with a sentence that says so. A late
    /// ``wake()`` is harmless.
    ///
    /// - Parameter name: each thread is called this and its number.
    /// - Throws: a ``CallControl/EventLoopError`` where a loop cannot be started; otherwise what `body` throws.
    public static func withLoops<Output>(
        count: Int, name: String, logger: Logger, _ body: ([LibuvEventLoop]) async throws -> Output
    ) async throws -> Output {
        precondition(count > 0, "there is at least one event loop")
        BrokenPipeSignal.ignore
        var running: [EventLoopThread] = []
        let result: Result<Output, any Error>
        do {
            for index in 0..<count {
                running.append(try EventLoopThread(index: index, name: name, logger: logger))
            }
            result = .success(try await body(running.map(\.loop)))
        } catch {
            result = .failure(error)
        }
        for loop in running {
            await loop.stop()
        }
        return try result.get()
    }

    /// The loop's thread: runs the loop until ``stop()`` has closed its last handle.
    func run() {
        threadID.store(UInt(pthread_self()), ordering: .relaxed)
        unsafe clibuv_name_thread(String(name.suffix(15)))
        unsafe uv_run(uv, UV_RUN_DEFAULT)
        precondition(isStopping, "event loop \(name) ran out of handles before it was stopped")
        finish()
        threadID.store(0, ordering: .relaxed)
    }

    /// Undoes ``open()``, also where that came halfway, for a loop that gets no thread.
    func abandon() {
        closeHandles()
        unsafe uv_run(uv, UV_RUN_DEFAULT)
        finish()
    }

    private func finish() {
        takeLast()
        let result = unsafe uv_loop_close(uv)
        precondition(result == 0, "event loop \(name) was closed with handles left: \(UVError(result).reason)")
    }

    /// Closes every handle; the loop then comes to its end by itself. On the loop's thread.
    func closeHandles() {
        isStopping = true
        remote.withLock { $0.waker = nil }
        timers = []
        closeReservedPorts()
        unsafe uv_walk(
            uv,
            { handle, _ in
                let handle: LoopHandle = unsafe owner(of: handle?.pointee.data)
                handle.closeHandle()
            }, nil)
        idle = nil
    }

    /// Without handles nobody wakes the loop: it looks by itself, until nothing is left. The last look and the end of
    /// taking are one step under the lock, so that no job falls between.
    private func takeLast() {
        while true {
            takeRemote()
            runLast()
            let isStopped = remote.withLock { remote in
                remote.isStopped = remote.jobs.isEmpty && remote.parcels.isEmpty
                return remote.isStopped
            }
            if isStopped {
                break
            }
        }
        wakeHandler = nil
        waitHandler = nil
    }

    private func runLast() {
        while nextJob < jobs.count || !later.isEmpty {
            let due = later
            later = []
            for work in due {
                turn(work)
            }
            drain()
        }
    }
}

/// A write to a connection that the peer has closed raises SIGPIPE, which would end the process: the error is enough.
private enum BrokenPipeSignal {
    static let ignore: Void = {
        clibuv_ignore_broken_pipes()
    }()
}
