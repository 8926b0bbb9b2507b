import CallControl
import CallModel
import EventLoops
import LibuvEventLoops
import Synchronization

/// A peer over real TCP, on an event loop: it listens at a free port, says lines and answers commands.
final class RealPeer: Sendable {
    private let loop: LibuvEventLoop
    private let listener = Mutex<(any Listener)?>(nil)
    private let greeting: [String]
    private let answer: @Sendable (String) -> [String]
    private let end = Mutex<End?>(nil)
    private let accepted = Atomic(0)

    init(on loop: LibuvEventLoop, greeting: [String], answer: @escaping @Sendable (String) -> [String]) {
        self.loop = loop
        self.greeting = greeting
        self.answer = answer
    }

    /// On the loop.
    func listen() throws(EventLoopError) -> SocketAddress {
        let listener = try loop.listen(at: SocketAddress(host: "127.0.0.1", port: 0), spread: []) {
            [self] shard, stream in
            let end = End(stream, answer: answer)
            self.end.withLock { $0 = end }
            accepted.add(1, ordering: .relaxed)
            end.say(greeting)
            return end
        }
        self.listener.withLock { $0 = listener }
        return listener.localAddress
    }

    var connections: Int { accepted.load(ordering: .relaxed) }

    /// On the loop.
    func say(_ lines: [String]) { end.withLock { $0 }?.say(lines) }

    /// On the loop.
    func close() { end.withLock { $0 }?.close() }

    private final class End: ByteStreamHandler {
        private let stream: any ByteStream
        private let answer: @Sendable (String) -> [String]
        private let line = Mutex<[UInt8]>([])

        init(_ stream: any ByteStream, answer: @escaping @Sendable (String) -> [String]) {
            self.stream = stream
            self.answer = answer
        }

        func say(_ lines: [String]) {
            for line in lines { _ = stream.write((Array(line.utf8) + [UInt8(ascii: "\n")]).span) }
        }

        func close() { stream.close() }

        func received(_ bytes: Span<UInt8>) {
            for place in bytes.indices {
                guard bytes[place] == UInt8(ascii: "\n") else {
                    line.withLock { $0.append(bytes[place]) }
                    continue
                }
                let text = line.withLock { line in
                    defer { line = [] }
                    return String(decoding: line, as: UTF8.self)
                }
                say(answer(text))
            }
        }

        func becameWritable() {}
        func closed() {}
    }
}

/// Runs work on a loop.
actor LoopVisitor {
    private let loop: LibuvEventLoop

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(_ loop: LibuvEventLoop) {
        self.loop = loop
    }

    func run<Output: Sendable, Failure: Error>(
        _ work: @Sendable () throws(Failure) -> Output
    ) throws(Failure) -> Output {
        try work()
    }
}
