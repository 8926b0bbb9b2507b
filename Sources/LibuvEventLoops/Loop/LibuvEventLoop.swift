import CLibuv
public import EventLoops
import Logging
import Synchronization

/// A shard over a libuv loop, on a thread of its own.
///
/// Loops are made, started and stopped by ``withLoops(count:name:logger:_:)``. What comes from other threads (jobs,
/// wakes, accepted connections) waits in one place behind one lock and costs one `uv_async_send` for each batch; what
/// arises on the loop's own thread waits in plain arrays. Every callback of libuv is a turn, see ``turn(_:)``.
///
/// `@unchecked Sendable`: whatever is not a constant, an atomic or behind the lock is used on the loop's thread alone.
@safe public final class LibuvEventLoop: EventLoop, @unchecked Sendable {
    public let index: Int
    /// The name of the loop's thread, for logs and debuggers.
    public let name: String
    let logger: Logger

    let uv: UnsafeMutablePointer<uv_loop_t>
    /// The `pthread_t` of the loop's thread; 0 before it runs and after.
    let threadID = Atomic<UInt>(0)
    /// Whether a call of the wake handler is owed.
    let wakeOwed = Atomic<Bool>(false)
    let remote = Locked(Remote())

    /// Jobs that arose on this thread, from `nextJob` on.
    var jobs: [UnownedJob] = []
    var nextJob = 0
    /// The memory of the last batch of jobs from other threads, for the next.
    var spareJobs: [UnownedJob] = []
    /// What runs in the next turn, from this thread.
    var later: [() -> Void] = []
    /// The time of day of the turn under way; `nil`: nobody has asked yet.
    var turnTime: WallTime?
    /// Whether anything ran since `beforeWaiting` was called.
    var hasRun = false
    var isStopping = false
    var wakeHandler: (@Sendable () -> Void)?
    var waitHandler: (@Sendable () -> Void)?

    /// Active while the loop has work and must not wait.
    var idle: LoopHandle?
    /// Listening sockets that wait for their listeners.
    var reservedPorts: [SocketAddress: ListeningSocket] = [:]
    /// Timers that are not in use.
    var timers: [TimerHandle] = []
    /// Where every socket of the loop reads to.
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: LibuvEventLoop.readBufferSize, alignment: 64)
    static let readBufferSize = 65_536

    init(index: Int, name: String, logger: Logger) throws(UVError) {
        self.index = index
        self.name = name
        self.logger = logger
        unsafe uv = .allocate(capacity: 1)
        try UVError.check(unsafe uv_loop_init(uv))
    }

    deinit {
        unsafe uv.deallocate()
        unsafe readBuffer.deallocate()
    }

    public var isCurrent: Bool {
        threadID.load(ordering: .relaxed) == UInt(pthread_self())
    }

    public var now: Duration {
        .milliseconds(unsafe uv_now(uv))
    }

    public var instant: Duration {
        .nanoseconds(uv_hrtime())
    }

    /// On the loop's thread the time at which the turn first asked: the same for all that the turn brings about.
    public var wallTime: WallTime {
        guard isCurrent else { return readWallTime() }
        if let turnTime { return turnTime }
        let time = readWallTime()
        turnTime = time
        return time
    }

    public var exactMoment: Timestamp {
        let microseconds = Int64(uv_hrtime() / 1_000)
        return Timestamp(monotonic: .microseconds(microseconds), wallMicroseconds: readWallTime().microseconds)
    }

    private func readWallTime() -> WallTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    public func random() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
