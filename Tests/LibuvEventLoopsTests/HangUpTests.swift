import EventLoops
import Glibc
import TestSupport
import Testing

@testable import LibuvEventLoops

/// A peer that leaves while its connection is not read.
@Suite(.hangLimit) struct `A TCP stream whose reading pauses` {
    private func paused(
        _ body: (_ socket: RawSocket, _ recorder: Recorder, _ loop: LibuvEventLoop) async throws -> Void
    ) async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0]) { shard, stream in
                stream.pauseReading()
                return Recorder(shard, stream)
            }
            let socket = RawSocket(to: server.address)
            try await body(socket, try await server.first(), loops[0])
        }
    }

    @Test(arguments: [0, 1, 100_000])
    func `notices that its peer has ended, whatever was not read`(unread: Int) async throws {
        try await paused { socket, recorder, _ in
            let bytes = pattern(unread)
            await onThread {
                socket.send(bytes)
                socket.close()
            }
            try await until { recorder.now.closed == 1 }
            #expect(recorder.now.received.isEmpty && recorder.now.faults == 0)
        }
    }

    @Test(arguments: [0, 5])
    func `notices that its peer has reset the connection`(unread: Int) async throws {
        try await paused { socket, recorder, _ in
            socket.send(pattern(unread))
            socket.reset()
            try await until { recorder.now.closed == 1 }
            #expect(recorder.now.received.isEmpty && recorder.now.faults == 0)
        }
    }

    @Test func `notices a peer that sends nothing more, as it does while it reads`() async throws {
        try await paused { socket, recorder, _ in
            socket.end()
            try await until { recorder.now.closed == 1 }
            #expect(socket.receive(1).isEmpty)
            socket.close()
        }
    }

    @Test func `keeps a peer that is there, and reads on when it is to`() async throws {
        let message = pattern(50_000)
        try await paused { socket, recorder, loop in
            await onThread { socket.send(message) }
            // Longer than the pause after which the peer is looked for.
            try await Task.sleep(for: .milliseconds(2_300))
            #expect(recorder.now.closed == 0 && recorder.now.received.isEmpty)
            try await loop.run { _ in recorder.stream.resumeReading() }
            try await until { recorder.now.received.count == message.count }
            #expect(recorder.now.received == message && recorder.now.closed == 0)
            socket.close()
            try await until { recorder.now.closed == 1 }
        }
    }

    @Test func `receives what came before the end where a pause is short`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0]) { shard, stream in
                stream.pauseReading()
                _ = shard.after(.milliseconds(50)) { stream.resumeReading() }
                return Recorder(shard, stream)
            }
            let socket = RawSocket(to: server.address)
            socket.send(pattern(1_000))
            socket.close()
            let recorder = try await server.first()
            try await until { recorder.now.closed == 1 }
            #expect(recorder.now.received == pattern(1_000))
        }
    }

    @Test func `has the kernel probe for a host that has vanished`() throws {
        let listening = try ListeningSocket(at: anyPort)
        defer { listening.close() }
        let client = RawSocket(to: try listening.localAddress())
        defer { client.close() }
        guard case .connection(let descriptor, _) = listening.accept() else {
            Issue.record("a connection that is there is not accepted")
            return
        }
        defer { RawSocket(descriptor: descriptor).close() }
        var isOn: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &isOn, &length)
        #expect(isOn == 1)
    }

    @Test func `is closed at once, with what was not sent`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0]) { shard, stream in
                Recorder(shard, stream, onReceived: { recorder, _ in recorder.use { $0.abort() } })
            }
            let socket = RawSocket(to: server.address)
            socket.send([1, 2])
            let recorder = try await server.first()
            try await until { recorder.now.closed == 1 }
            #expect(recorder.now.faults == 0 && socket.isEnded())
            socket.close()
        }
    }
}

/// What a gate decides is what its listener does.
@Suite(.hangLimit) struct `A listener with a gate` {
    /// Admits so many at a time, and no connection whose turn is among those that are refused.
    private final class Gate: ConnectionGate {
        private struct State {
            var places: Int
            var asked = 0
            var held = 0
        }

        private let state: Locked<State>
        private let refused: Set<Int>
        let accepted = Log<Recorder>()

        init(places: Int, refused: Set<Int> = []) {
            state = Locked(State(places: places))
            self.refused = refused
        }

        var held: Int { state.withLock { $0.held } }

        func open(_ places: Int) { state.withLock { $0.places += places } }

        func delay() -> Duration {
            state.withLock { state in
                guard state.places == 0 else { return .zero }
                state.held += 1
                return .milliseconds(5)
            }
        }

        func admit(_ peer: SocketAddress) -> Accept? {
            let number = state.withLock { state in
                state.asked += 1
                return state.asked
            }
            guard peer.host == "127.0.0.1", !refused.contains(number) else { return nil }
            state.withLock { $0.places -= 1 }
            return { [accepted] shard, stream in
                let recorder = Recorder(shard, stream)
                accepted.add(recorder)
                return recorder
            }
        }
    }

    @Test func `closes what is not admitted, and takes the others`() async throws {
        try await withLoops { loops in
            let gate = Gate(places: 100, refused: [2, 3])
            let listener = try await loops[0].run { try $0.listen(at: anyPort, spread: [], gate: gate) }
            let address = listener.localAddress
            let ended = await onThread {
                (0..<4).map { _ in
                    let socket = RawSocket(to: address)
                    defer { socket.close() }
                    return socket.isEnded()
                }
            }
            #expect(ended == [false, true, true, false])
            try await until { gate.accepted.entries.count == 2 }
        }
    }

    @Test func `leaves connections waiting while it may accept none`() async throws {
        try await withLoops { loops in
            let gate = Gate(places: 1)
            let listener = try await loops[0].run { try $0.listen(at: anyPort, spread: [], gate: gate) }
            let sockets = (0..<3).map { _ in RawSocket(to: listener.localAddress) }
            try await until { gate.held > 5 }
            #expect(gate.accepted.entries.count == 1)
            gate.open(1)
            try await until { gate.accepted.entries.count == 2 }
            try await loops[0].run { _ in listener.close() }
            for socket in sockets { socket.close() }
        }
    }
}
