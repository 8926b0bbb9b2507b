import EventLoops
import TestSupport
import Testing

@testable import LibuvEventLoops

@Suite(.hangLimit) struct `Starting and stopping event loops` {
    @Test func `closes all that is open and frees the loops`() async throws {
        let recorders = Log<Recorder>()
        let log = Log<String>()
        weak var stopped: LibuvEventLoop?
        try await withLoops(2) { loops in
            stopped = loops[1]
            let server = try await RecordingServer.start(on: loops[0], spread: loops) { shard, stream in
                let recorder = Recorder(shard, stream)
                recorders.add(recorder)
                return recorder
            }
            let address = server.address
            let sockets = await onThread { (0..<10).map { _ in RawSocket(to: address) } }
            try await until { recorders.entries.count == 10 }
            for loop in loops {
                try await loop.run { loop in
                    _ = loop.after(.seconds(3_600)) { log.add("the timer ran") }
                    loop.after(.seconds(3_600)) { log.add("the timer ran") }.cancel()
                    _ = try loop.openDatagramSocket(at: anyPort) { _, _ in }
                    loop.onWake {}
                    loop.beforeWaiting {}
                }
            }
            for socket in sockets { socket.close() }
        }
        #expect(recorders.entries.allSatisfy { $0.now.closed == 1 && $0.now.faults == 0 })
        #expect(log.entries.isEmpty)
        // The recorders hold their streams, and these their loops.
        #expect(stopped != nil)
        let after = try await Self.isFreed()
        #expect(after)
    }

    private static func isFreed() async throws -> Bool {
        weak var stopped: LibuvEventLoop?
        try await withLoops { loops in
            stopped = loops[0]
            try await loops[0].run { loop in
                _ = try loop.listen(at: anyPort, spread: []) { Recorder($0, $1) }
                _ = loop.after(.seconds(3_600)) {}
                loop.after(.seconds(3_600)) {}.cancel()
            }
        }
        return stopped == nil
    }

    @Test func `passes on what the body returns or throws`() async throws {
        struct Wrong: Error {}
        #expect(try await withLoops { $0[0].name } == "test-0")
        await #expect(throws: Wrong.self) {
            try await withLoops { _ in throw Wrong() }
        }
    }

    @Test func `runs the jobs that were queued before`() async throws {
        let log = Log<Int>()
        var task: Task<Void, Never>?
        try await withLoops { loops in
            let loop = loops[0]
            let gate = Gate()
            async let held: Void = loop.run { _ in gate.pass() }
            task = Task(executorPreference: loop) {
                log.add(1)
                await Task.yield()
                log.add(2)
            }
            gate.open()
            try await held
        }
        await task?.value
        #expect(log.entries == [1, 2])
    }

    @Test func `refuses new sockets while it stops`() async throws {
        let log = Log<String>()
        try await withLoops { loops in
            let recorders = Log<Closer>()
            let listener = try await loops[0].run { loop in
                try loop.listen(at: anyPort, spread: []) { _, _ in
                    let closer = Closer(loop, log)
                    recorders.add(closer)
                    return closer
                }
            }
            let address = listener.localAddress
            let socket = await onThread { RawSocket(to: address) }
            try await until { !recorders.entries.isEmpty }
            Self.forget(socket)
        }
        #expect(log.entries.contains("cannot listen at 127.0.0.1:0: the event loop is stopping"))
        #expect(log.entries.contains("cannot connect to 127.0.0.1:0: the event loop is stopping"))
        #expect(log.entries.count == 2)
    }

    /// Left open on purpose: the loop's end is closed by its stop.
    private static func forget(_: RawSocket) {}

    @Test func `raises the limit of open files`() {
        #expect(OpenFileLimit.raise() >= 256)
        #expect(OpenFileLimit.raise() == OpenFileLimit.raise())
    }
}

/// Asks its loop for more when its stream is closed.
private final class Closer: ByteStreamHandler {
    private let loop: LibuvEventLoop
    private let log: Log<String>

    init(_ loop: LibuvEventLoop, _ log: Log<String>) {
        self.loop = loop
        self.log = log
    }

    func received(_ bytes: Span<UInt8>) {}
    func becameWritable() {}

    func closed() {
        do throws(EventLoopError) {
            _ = try loop.listen(at: anyPort, spread: []) { Recorder($0, $1) }
        } catch {
            log.add(error.description)
        }
        _ = loop.after(.zero) { [log] in log.add("a timer ran") }
        loop.connect(to: anyPort) { [log] result in
            if case .failure(let error) = result { log.add(error.description) }
            return nil
        }
    }
}
