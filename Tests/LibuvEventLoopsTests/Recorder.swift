import EventLoops

@testable import LibuvEventLoops

/// Keeps what happens on a stream, and does with received bytes what it is told.
final class Recorder: ByteStreamHandler {
    struct Record: Sendable {
        var received: [UInt8] = []
        var reads = 0
        var writable = 0
        var closed = 0
        /// Calls that came on another thread, from inside a member of the stream, or after `closed()`.
        var faults = 0
    }

    let stream: any ByteStream
    private let loop: LibuvEventLoop
    private let record = Locked(Record())
    private let isInside = Locked(false)
    private let onReceived: @Sendable (Recorder, [UInt8]) -> Void
    private let onWritable: @Sendable (Recorder) -> Void

    init(
        _ shard: any EventLoop, _ stream: any ByteStream,
        onReceived: @escaping @Sendable (Recorder, [UInt8]) -> Void = { _, _ in },
        onWritable: @escaping @Sendable (Recorder) -> Void = { _ in }
    ) {
        guard let loop = shard as? LibuvEventLoop else { preconditionFailure("a recorder is on an event loop") }
        self.loop = loop
        self.stream = stream
        self.onReceived = onReceived
        self.onWritable = onWritable
    }

    var now: Record { record.withLock { $0 } }

    func received(_ bytes: Span<UInt8>) {
        var copy: [UInt8] = []
        for index in bytes.indices { copy.append(bytes[index]) }
        let received = copy
        note {
            $0.received += received
            $0.reads += 1
        }
        onReceived(self, received)
    }

    func becameWritable() {
        note { $0.writable += 1 }
        onWritable(self)
    }

    func closed() {
        note { $0.closed += 1 }
    }

    private func note(_ change: (inout Record) -> Void) {
        let isSound = loop.isCurrent && !isInside.withLock { $0 }
        record.withLock { record in
            if !isSound || record.closed > 0 { record.faults += 1 }
            change(&record)
        }
    }

    /// Uses the stream; a handler that is called meanwhile is a fault.
    func use<Output: Sendable>(_ body: (any ByteStream) -> Output) -> Output {
        isInside.withLock { $0 = true }
        defer { isInside.withLock { $0 = false } }
        return body(stream)
    }

    /// How many of the bytes were taken.
    @discardableResult
    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        use { stream in stream.write(bytes.span) }
    }
}

/// A listener whose connections all get recorders.
final class RecordingServer: Sendable {
    let listener: any Listener
    private let accepted: Log<Recorder>

    init(listener: any Listener, accepted: Log<Recorder>) {
        self.listener = listener
        self.accepted = accepted
    }

    var address: SocketAddress { listener.localAddress }
    var recorders: [Recorder] { accepted.entries }

    static func start(
        on loop: LibuvEventLoop, at address: SocketAddress = anyPort, spread: [LibuvEventLoop] = [],
        _ accept: @escaping @Sendable (any EventLoop, any ByteStream) -> Recorder = { Recorder($0, $1) }
    ) async throws -> RecordingServer {
        try await loop.run { loop in
            let accepted = Log<Recorder>()
            let listener = try loop.listen(at: address, spread: spread) { shard, stream in
                let recorder = accept(shard, stream)
                accepted.add(recorder)
                return recorder
            }
            return RecordingServer(listener: listener, accepted: accepted)
        }
    }

    /// The recorder of the connection that comes first.
    func first() async throws -> Recorder {
        try await until { !recorders.isEmpty }
        return recorders[0]
    }
}
