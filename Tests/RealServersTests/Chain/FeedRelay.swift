import CallControl
import CallModel
import EventLoops
import Synchronization

/// The wire between engine and SIP server, for a test to cut.
final class FeedRelay: Sendable {
    private struct State {
        var listener: (any Listener)?
        var ends: [RelayEnd] = []
        var count = 0
    }

    private let here: SocketAddress
    private let there: SocketAddress
    private let visitor: ShardVisitor
    private let state = Mutex(State())

    init(at here: SocketAddress, to there: SocketAddress, on shard: any EventLoop) async throws {
        self.here = here
        self.there = there
        visitor = ShardVisitor(shard)
        try await mend()
    }

    /// How many connections there have been.
    var connections: Int { state.withLock { $0.count } }

    /// Closes the connection, and refuses others.
    func cut() async {
        await visitor.run { [self] in
            let (listener, ends) = state.withLock { state in
                defer { (state.listener, state.ends) = (nil, []) }
                return (state.listener, state.ends)
            }
            listener?.close()
            for end in ends { end.stream.close() }
        }
    }

    /// Takes connections, again.
    func mend() async throws {
        let opened = await visitor.run { [self] in
            Result { () throws(EventLoopError) in
                try visitor.seat.shard.listen(at: here, spread: []) { shard, stream in self.join(stream, on: shard) }
            }
        }
        let listener = try opened.get()
        state.withLock { $0.listener = listener }
    }

    func end() async { await cut() }

    private func join(_ stream: any ByteStream, on shard: any EventLoop) -> any ByteStreamHandler {
        let near = RelayEnd(stream)
        shard.connect(to: there) { [self] result in
            guard case .success(let stream) = result else {
                near.stream.close()
                return nil
            }
            let far = RelayEnd(stream)
            far.connect(to: near)
            near.connect(to: far)
            state.withLock { $0.ends += [near, far] }
            return far
        }
        state.withLock { $0.count += 1 }
        return near
    }
}

/// One end of the wire: what comes in goes out at the other.
private final class RelayEnd: ByteStreamHandler {
    let stream: any ByteStream
    private let other = Mutex<RelayEnd?>(nil)
    private let early = Mutex<[UInt8]>([])

    init(_ stream: any ByteStream) { self.stream = stream }

    func connect(to end: RelayEnd) {
        other.withLock { $0 = end }
        let bytes = early.withLock { $0 }
        if !bytes.isEmpty { received(bytes.span) }
    }

    func received(_ bytes: Span<UInt8>) {
        guard let end = other.withLock({ $0 }) else {
            let bytes = bytes.indices.map { bytes[$0] }
            return early.withLock { $0 += bytes }
        }
        // A feed is thin: what does not go at once breaks the wire, which a test would notice.
        if end.stream.write(bytes) < bytes.count { stream.close() }
    }

    func becameWritable() {}

    func closed() { other.withLock { $0 }?.stream.close() }
}
