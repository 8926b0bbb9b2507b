import EventLoops
import TestSupport
import Testing

@testable import LibuvEventLoops

@Suite(.hangLimit) struct `The end of a TCP stream` {
    /// Made before any turn: a turn that takes long eats up the time that a peer is given.
    private static let block = [UInt8](repeating: 5, count: 1_000_000)

    /// Writes until the stream takes no more, and says how much it took.
    private static func fill(_ recorder: Recorder) -> Int {
        var total = 0
        while true {
            let taken = recorder.write(block[...])
            total += taken
            if taken < block.count { return total }
        }
    }

    @Test func `comes after the bytes that were taken`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0])
            let socket = RawSocket(to: server.address, receiveBuffer: 65_536)
            let recorder = try await server.first()
            let reader = try await Reader(of: socket)
            let taken = try await loops[0].run { _ in
                let taken = Self.fill(recorder)
                recorder.use { stream in
                    stream.close()
                    stream.close()
                }
                reader.begin()
                return taken
            }
            let received = try await reader.all()
            #expect(received?.count == taken)
            socket.close()
            try await until { recorder.now.closed == 1 }
            #expect(recorder.now.faults == 0)
            #expect(recorder.now.writable == 0)
            let forgotten = try await loops[0].run { _ in recorder.write([1, 2, 3]) }
            #expect(forgotten == 3)
        }
    }

    @Test func `does not wait for ever for a peer that does not read`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0])
            let socket = RawSocket(to: server.address, receiveBuffer: 65_536)
            defer { socket.close() }
            let recorder = try await server.first()
            try await loops[0].run { _ in
                _ = Self.fill(recorder)
                recorder.use { $0.close() }
            }
            try await until { recorder.now.closed == 1 }
            #expect(recorder.now.faults == 0)
        }
    }

    @Test func `lets the last words through though the peer's own were not read`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0]) { shard, stream in
                stream.pauseReading()
                return Recorder(shard, stream)
            }
            let socket = RawSocket(to: server.address)
            let recorder = try await server.first()
            socket.send(pattern(100_000))
            let reader = try await Reader(of: socket, sending: pattern(100_000))
            try await loops[0].run { _ in
                recorder.write([7, 8, 9])
                recorder.use { $0.close() }
                reader.begin()
            }
            let received = try await reader.all()
            #expect(received == [7, 8, 9])
            socket.close()
            try await until { recorder.now.closed == 1 }
            #expect(recorder.now.received.isEmpty)
            #expect(recorder.now.faults == 0)
        }
    }

    @Test func `is told once when the peer resets`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0])
            let socket = RawSocket(to: server.address)
            let recorder = try await server.first()
            socket.reset()
            try await until { recorder.now.closed == 1 }
            try await loops[0].run { _ in
                recorder.write([1])
                recorder.use { $0.close() }
            }
            try await loops[0].run { _ in }
            #expect(recorder.now.closed == 1)
            #expect(recorder.now.faults == 0)
        }
    }

    @Test func `is told once when the peer resets in the middle of a write`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0])
            let socket = RawSocket(to: server.address, receiveBuffer: 65_536)
            let recorder = try await server.first()
            _ = try await loops[0].run { _ in Self.fill(recorder) }
            socket.reset()
            try await until { recorder.now.closed == 1 }
            #expect(recorder.now.writable == 0)
            #expect(recorder.now.faults == 0)
        }
    }

    @Test func `comes when the peer ends, after what was taken for it`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0])
            let socket = RawSocket(to: server.address, receiveBuffer: 65_536)
            let recorder = try await server.first()
            let reader = try await Reader(of: socket)
            let taken = try await loops[0].run { _ in
                let taken = Self.fill(recorder)
                socket.end()
                reader.begin()
                return taken
            }
            let received = try await reader.all()
            #expect(received?.count == taken)
            try await until { recorder.now.closed == 1 }
            #expect(recorder.now.faults == 0)
            socket.close()
        }
    }

    @Test func `comes when the handler's maker closes it`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0]) { shard, stream in
                let recorder = Recorder(shard, stream)
                recorder.write([1, 2])
                recorder.use { $0.close() }
                return recorder
            }
            let (socket, received) = await onThread {
                let socket = RawSocket(to: server.address)
                return (socket, socket.receiveToEnd())
            }
            #expect(received == [1, 2])
            socket.close()
            let recorder = try await server.first()
            try await until { recorder.now.closed == 1 }
            #expect(recorder.now.faults == 0)
        }
    }
}
