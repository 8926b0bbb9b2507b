import EventLoops
import Glibc
import Logging
import Testing

@testable import LibuvEventLoops

let quiet = Logger(label: "LibuvEventLoopsTests") { _ in SwiftLogNoOpLogHandler() }
let anyPort = SocketAddress(host: "127.0.0.1", port: 0)

/// Runs `body` with `count` event loops.
func withLoops<Output>(
    _ count: Int = 1, logger: Logger = quiet, _ body: ([LibuvEventLoop]) async throws -> Output
) async throws -> Output {
    try await LibuvEventLoop.withLoops(count: count, name: "test", logger: logger, body)
}

/// A logger that keeps its messages.
struct KeptMessages: LogHandler {
    let messages: Log<String>
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    init(in messages: Log<String>) {
        self.messages = messages
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        messages.add(event.message.description)
    }
}

/// Waits until `condition` holds. A test that waits in vain ends by its time limit.
func until(_ condition: () async -> Bool) async throws {
    while await !condition() {
        try await Task.sleep(for: .milliseconds(1))
    }
}

/// Blocks a thread of its own, not one of the few of the pool.
func onThread<Output: Sendable>(_ work: @escaping @Sendable () -> Output) async -> Output {
    await withCheckedContinuation { done in startThread { done.resume(returning: work()) } }
}

private func startThread(_ work: @escaping @Sendable () -> Void) {
    let start = unsafe Unmanaged.passRetained(Work(work)).toOpaque()
    var thread = pthread_t()
    unsafe pthread_create(
        &thread, nil,
        { start in
            if let start = unsafe start {
                unsafe Unmanaged<Work>.fromOpaque(start).takeRetainedValue().run()
            }
            return nil
        }, start)
    pthread_detach(thread)
}

/// A peer that reads to the end once it may, on a thread that is there before: what is closed waits for its peer for a
/// second, and a test may have to wait for the pool longer than that.
final class Reader: Sendable {
    private let gate = Gate()
    private let hasBegun = Locked(false)
    private let received = Locked<[UInt8]??>(nil)

    /// `bytes` are sent before it reads.
    init(of socket: RawSocket, sending bytes: [UInt8] = []) async throws {
        startThread { [self] in
            hasBegun.withLock { $0 = true }
            gate.pass()
            if !bytes.isEmpty { socket.send(bytes) }
            let all = socket.receiveToEnd()
            received.withLock { $0 = .some(all) }
        }
        try await until { hasBegun.withLock { $0 } }
    }

    func begin() { gate.open() }

    /// All that came; `nil`: the stream was reset.
    func all() async throws -> [UInt8]? {
        try await until { received.withLock { $0 } != nil }
        return received.withLock { $0 } ?? nil
    }
}

private final class Work: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

extension LibuvEventLoop {
    /// Runs `work` on the loop, in a turn of its own, outside any actor.
    func run<Output: Sendable>(_ work: @escaping @Sendable (LibuvEventLoop) throws -> Output) async throws -> Output {
        try await withCheckedThrowingContinuation { done in
            hand { loop in done.resume(with: Result { try work(loop) }) }
        }
    }
}

/// An actor on a loop.
actor Resident {
    let loop: LibuvEventLoop
    var count = 0

    init(on loop: LibuvEventLoop) {
        self.loop = loop
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// How many jobs ten awaits of another actor of the loop queue.
    func jobsQueued(by other: Resident) async -> Int {
        let before = loop.jobs.count
        for _ in 0..<10 {
            await other.increment()
        }
        return loop.jobs.count - before
    }

    func increment() {
        precondition(loop.isCurrent)
        count += 1
    }
}

/// What happened, from any thread.
final class Log<Entry: Sendable>: Sendable {
    private let state = Locked<[Entry]>([])

    var entries: [Entry] { state.withLock { $0 } }

    func add(_ entry: Entry) {
        state.withLock { $0.append(entry) }
    }
}

/// Bytes whose order shows.
func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8 ^ $0 >> 16) }
}
