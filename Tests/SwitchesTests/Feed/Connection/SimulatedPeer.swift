import CallControl
import CallControlTesting
import CallModel
import EventLoops
import Synchronization
import Testing

/// A peer on the last shard of a simulation: it listens, says lines and answers commands.
final class SimulatedPeer: Sendable {
    static let address = SocketAddress(host: "127.0.0.1", port: 5_500)

    typealias Answer = @Sendable (String) -> [String]

    private struct State {
        var listener: (any Listener)?
        var ends: [End] = []
        var connectedAt: [Duration] = []
        var received: [String] = []
        var greeting: [String] = []
        var answer: Answer = { _ in [] }
    }

    let shard: SimulatedEventLoop
    private let state = Mutex(State())

    /// What it says first on each connection.
    init(on shard: SimulatedEventLoop, greeting: [String] = [hello]) {
        self.shard = shard
        state.withLock { $0.greeting = greeting }
    }

    static let hello = #"{"event":"hello","commands":["route","release"]}"#

    func listen() throws {
        let listener = try shard.listen(at: Self.address, spread: []) { [self] shard, stream in
            let (end, greeting) = state.withLock { state in
                let end = End(stream, peer: self)
                state.ends.append(end)
                state.connectedAt.append(shard.now)
                return (end, state.greeting)
            }
            end.say(greeting)
            return end
        }
        state.withLock { $0.listener = listener }
    }

    /// Takes no more connections; those that are open stay.
    func stopListening() {
        state.withLock { $0.listener }?.close()
    }

    func greet(with lines: [String]) { state.withLock { $0.greeting = lines } }

    /// How it answers each line of the engine's.
    func answer(_ answer: @escaping Answer) { state.withLock { $0.answer = answer } }

    var connections: [Duration] { state.withLock { $0.connectedAt } }
    var received: [String] { state.withLock { $0.received } }
    var isConnected: Bool { state.withLock { $0.ends.last }?.isOpen == true }

    /// As a turn of its shard.
    func say(_ lines: [String], in simulation: Simulation) {
        simulation.perform(on: shard) { state.withLock { $0.ends.last }?.say(lines) }
    }

    func say(bytes: [UInt8], in simulation: Simulation) {
        simulation.perform(on: shard) { state.withLock { $0.ends.last }?.say(bytes: bytes) }
    }

    func close(in simulation: Simulation) {
        simulation.perform(on: shard) { state.withLock { $0.ends.last }?.close() }
    }

    /// One connection of the peer's. What the link does not take at once is sent later.
    final class End: ByteStreamHandler {
        private let stream: any ByteStream
        private let peer: SimulatedPeer
        private let open = Atomic(true)
        private let waiting = Mutex<[UInt8]>([])
        private let line = Mutex<[UInt8]>([])

        init(_ stream: any ByteStream, peer: SimulatedPeer) {
            self.stream = stream
            self.peer = peer
        }

        var isOpen: Bool { open.load(ordering: .relaxed) }

        func say(_ lines: [String]) {
            say(bytes: lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] })
        }

        func say(bytes: [UInt8]) {
            waiting.withLock { $0 += bytes }
            becameWritable()
        }

        func becameWritable() {
            waiting.withLock { bytes in
                let taken = stream.write(bytes.span)
                bytes.removeFirst(taken)
            }
        }

        func close() { stream.close() }

        func closed() { open.store(false, ordering: .relaxed) }

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
                let answer = peer.state.withLock { state in
                    state.received.append(text)
                    return state.answer
                }
                say(answer(text))
            }
        }
    }
}
