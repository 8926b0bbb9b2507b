import CallControl
import CallModel
import EventLoops
import LibuvEventLoops
import TLibrary

/// A line between a client and its server that can be cut.
final class LooseRelay: Sendable {
    let address: SocketAddress
    private let visitor: ShardVisitor
    private let listener: any Listener
    private let ends = Locked<[any ByteStream]>([])

    private init(_ listener: any Listener, on loop: LibuvEventLoop) {
        self.listener = listener
        address = listener.localAddress
        visitor = ShardVisitor(loop)
    }

    static func open(to server: SocketAddress, on loop: LibuvEventLoop) async throws -> LooseRelay {
        let relay = MadeLater<LooseRelay>()
        let listener = await ShardVisitor(loop).run {
            Result { () throws(EventLoopError) in
                try loop.listen(at: SocketAddress(host: "127.0.0.1", port: 0), spread: []) { _, near in
                    let end = End()
                    let back = End()
                    end.other.set(to: nil)
                    back.other.set(to: near)
                    relay.object?.ends.withLock { $0.append(near) }
                    loop.connect(to: server) { result in
                        guard case .success(let far) = result else {
                            near.close()
                            return nil
                        }
                        end.other.set(to: far)
                        relay.object?.ends.withLock { $0.append(far) }
                        return back
                    }
                    return end
                }
            }
        }
        let made = LooseRelay(try listener.get(), on: loop)
        relay.set(made)
        return made
    }

    /// All connections are over, on both sides.
    func cut() async {
        await visitor.run { [self] in
            let all = ends.withLock { ends in
                defer { ends = [] }
                return ends
            }
            for end in all { end.close() }
        }
    }

    func close() async {
        await cut()
        await visitor.run { [listener] in listener.close() }
    }

    /// What one side says goes to the other.
    private final class End: ByteStreamHandler {
        let other = Other()

        func received(_ bytes: Span<UInt8>) { other.write(bytes) }
        func becameWritable() {}
        func closed() { other.close() }
    }

    /// The other side's stream, or what waits for it to be there.
    private final class Other: Sendable {
        private let state = Locked<(stream: (any ByteStream)?, waiting: [UInt8])>((nil, []))

        func set(to stream: (any ByteStream)?) {
            let waiting = state.withLock { state in
                state.stream = stream
                guard stream != nil else { return [UInt8]() }
                defer { state.waiting = [] }
                return state.waiting
            }
            if !waiting.isEmpty { _ = stream?.write(waiting.span) }
        }

        func write(_ bytes: Span<UInt8>) {
            guard let stream = state.withLock({ $0.stream }) else {
                return state.withLock { state in
                    state.waiting.append(copying: bytes)
                }
            }
            _ = stream.write(bytes)
        }

        func close() { state.withLock { $0.stream }?.close() }
    }
}
