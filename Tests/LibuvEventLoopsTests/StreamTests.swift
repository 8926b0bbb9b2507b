import EventLoops
import TestSupport
import Testing

@testable import LibuvEventLoops

@Suite(.hangLimit) struct `A TCP stream` {
    static let echo: @Sendable (any EventLoop, any ByteStream) -> Recorder = { shard, stream in
        Recorder(shard, stream, onReceived: { recorder, bytes in recorder.write(bytes[...]) })
    }

    @Test func `gives back what came, however it was split`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0], Self.echo)
            let address = server.address
            let message = pattern(12)
            let answers = await onThread {
                (0...message.count).map { split in
                    let socket = RawSocket(to: address)
                    defer { socket.close() }
                    socket.send(Array(message[..<split]))
                    let first = socket.receive(split)
                    socket.send(Array(message[split...]))
                    return first + socket.receive(message.count - split)
                }
            }
            #expect(answers == Array(repeating: message, count: message.count + 1))
            try await until { server.recorders.allSatisfy { $0.now.closed == 1 } }
            #expect(server.recorders.allSatisfy { $0.now.faults == 0 })
        }
    }

    @Test func `says once when more can be written, and keeps the order`() async throws {
        let message = pattern(8_000_000)
        try await withLoops { loops in
            let sent = Locked((count: 0, short: 0))
            let server = try await RecordingServer.start(on: loops[0]) { shard, stream in
                @Sendable func writeOn(_ recorder: Recorder) {
                    let start = sent.withLock { $0.count }
                    guard start < message.count else { return }
                    let taken = recorder.write(message[start...])
                    sent.withLock { sent in
                        sent.count += taken
                        if taken < message.count - start { sent.short += 1 }
                    }
                    // Offered again while it is full: nothing is taken, and the call owed stays one.
                    if taken < message.count - start, recorder.write(message[..<1]) != 0 {
                        sent.withLock { $0.short = .min }
                    }
                }
                return Recorder(shard, stream, onReceived: { recorder, _ in writeOn(recorder) }, onWritable: writeOn)
            }
            let address = server.address
            let received = await onThread {
                let socket = RawSocket(to: address, receiveBuffer: 65_536)
                defer { socket.close() }
                socket.send([1])
                return socket.receive(message.count)
            }
            #expect(received == message)
            let record = try await server.first().now
            let short = sent.withLock { $0.short }
            #expect(record.writable == short)
            #expect(short >= 1)
            #expect(record.faults == 0)
        }
    }

    @Test func `reads nothing while it is paused, and all of it later`() async throws {
        let message = pattern(300_000)
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0]) { shard, stream in
                stream.pauseReading()
                return Recorder(shard, stream, onReceived: { recorder, _ in recorder.use { $0.pauseReading() } })
            }
            let socket = RawSocket(to: server.address)
            let recorder = try await server.first()
            async let sent: Void = onThread { socket.send(message) }
            try await loops[0].run { _ in }
            #expect(recorder.now.received.isEmpty)
            var resumptions = 0
            try await until {
                resumptions += 1
                try? await loops[0].run { _ in recorder.stream.resumeReading() }
                return recorder.now.received.count == message.count
            }
            await sent
            #expect(recorder.now.received == message)
            #expect(recorder.now.reads <= resumptions)
            socket.close()
            try await loops[0].run { _ in recorder.stream.resumeReading() }
            try await until { recorder.now.closed == 1 }
        }
    }

    @Test func `knows its peer`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0])
            let opened = Log<Recorder>()
            try await loops[0].run { loop in
                loop.connect(to: server.address) { result in
                    guard case .success(let stream) = result else { return nil }
                    let recorder = Recorder(loop, stream)
                    opened.add(recorder)
                    return recorder
                }
            }
            _ = try await server.first()
            try await until { !opened.entries.isEmpty }
            #expect(opened.entries[0].stream.peer == server.address.description)
            #expect(server.recorders[0].stream.peer.hasPrefix("127.0.0.1:"))
        }
    }
}
