/// A thread with its executor, its clock, its timers and its sockets: where sessions, calls and a notifier live.
///
/// `LibuvEventLoop` of LibuvEventLoops is one in production, `SimulatedEventLoop` of CallControlTesting in tests. A shard runs
/// every job with `runSynchronously(isolatedTo: self, taskExecutor: self)`. A *turn* is one callback (bytes, a timer,
/// an inbox) and what it brings about on the same shard; at its end the shard drains its local jobs.
///
/// Unless a member says otherwise it is used on the shard alone: ``isCurrent`` is then true.
public protocol EventLoop: SerialExecutor, TaskExecutor {
    /// The place of this shard among its engine's, from 0.
    var index: Int { get }

    /// Whether the caller runs on this shard. May be asked on any thread.
    var isCurrent: Bool { get }

    /// Time since some fixed moment, never falling, as of the current turn. For deadlines and ages.
    var now: Duration { get }

    /// The same at this very moment, not as of the turn: for measuring.
    var instant: Duration { get }

    /// The time of day, for what clients and auditors read. May be asked on any thread.
    var wallTime: WallTime { get }

    /// This very moment on both clocks, read together, to the microsecond: for records. On a simulated shard that of the
    /// turn.
    var exactMoment: Timestamp { get }

    /// Random bits for ids. Seeded in simulation.
    func random() -> UInt64

    /// Asks for one call of the wake handler in a later turn. May be called on any thread; calls before the handler
    /// has run count as one (the contract of `uv_async_send`).
    func wake()

    /// What ``wake()`` calls. Set once, before the shard is used.
    func onWake(_ handler: @escaping @Sendable () -> Void)

    /// What is called before the shard waits for new work, whenever something ran since: the place to write what the
    /// turns before have gathered. Set once, before the shard is used.
    func beforeWaiting(_ handler: @escaping @Sendable () -> Void)

    /// Runs `work` once in a later turn, `delay` from now at the earliest.
    func after(_ delay: Duration, _ work: @escaping @Sendable () -> Void) -> any Timer

    /// Listens for TCP connections that `gate` admits. A connection is handed on to the shard that it will live on:
    /// this one, or one of `spread` in turn where that is not empty.
    func listen(
        at address: SocketAddress, spread: [any EventLoop], gate: any ConnectionGate
    ) throws(EventLoopError) -> any Listener

    /// Opens a TCP connection. `connected` is called in a later turn, with the stream, whose handler it returns, or
    /// with what went wrong, when what it returns is not used.
    func connect(
        to address: SocketAddress,
        connected: @escaping @Sendable (Result<any ByteStream, EventLoopError>) -> (any ByteStreamHandler)?
    )

    /// Opens a UDP socket. Port 0 takes any free port. `received` is called on the shard with each datagram, whose
    /// bytes are good for that call only.
    func openDatagramSocket(
        at address: SocketAddress, received: @escaping @Sendable (Span<UInt8>, SocketAddress) -> Void
    ) throws(EventLoopError) -> any DatagramSocket

    /// Opens a UDP socket on a free port and connects it to `peer`. `received` is called on the shard with each datagram
    /// of the peer, whose bytes are good for that call only, and `failed` with each failure, in a later loop iteration.
    func openDatagramSocket(
        connectedTo peer: SocketAddress, received: @escaping @Sendable (Span<UInt8>) -> Void,
        failed: @escaping @Sendable (DatagramFailure) -> Void
    ) throws(EventLoopError) -> any ConnectedDatagramSocket
}

extension EventLoop {
    public var instant: Duration { now }
    public var exactMoment: Timestamp { Timestamp(monotonic: now, wallMicroseconds: wallTime.microseconds) }
}

/// A timer that has not run yet.
public protocol Timer: AnyObject, Sendable {
    /// The work will not run. Harmless once it has. On the timer's shard.
    func cancel()
}

/// The time of day, in microseconds since 1970 (TimeinSecs and TimeinuSecs of an event).
public struct WallTime: Sendable, Hashable, Comparable {
    public var microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    public static func < (left: WallTime, right: WallTime) -> Bool {
        left.microseconds < right.microseconds
    }
}

/// What a shard could not do for its caller.
public struct EventLoopError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried, such as `listen at 127.0.0.1:8000`.
    public var operation: String
    /// The system's word, such as `address already in use`.
    public var reason: String

    public init(operation: String, reason: String) {
        self.operation = operation
        self.reason = reason
    }

    public var description: String { "cannot \(operation): \(reason)" }
}
