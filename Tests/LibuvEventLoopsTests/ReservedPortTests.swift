import EventLoops
import TestSupport
import Testing

@testable import LibuvEventLoops

@Suite(.hangLimit) struct `A port that is reserved` {
    /// One that was free a moment ago.
    private func freePort(on loop: LibuvEventLoop) async throws -> SocketAddress {
        let server = try await RecordingServer.start(on: loop)
        let address = server.address
        try await loop.run { _ in server.listener.close() }
        while true {
            do {
                try await loop.reserve(address)
                return address
            } catch {
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    @Test func `is listened at later, and who connected meanwhile is served`() async throws {
        try await withLoops { loops in
            let address = try await freePort(on: loops[0])
            let early = await onThread {
                let socket = RawSocket(to: address)
                socket.send([7])
                return socket
            }
            let server = try await RecordingServer.start(on: loops[0], at: address) { shard, stream in
                Recorder(shard, stream, onReceived: { recorder, bytes in recorder.write(bytes[...]) })
            }
            #expect(server.address == address)
            #expect(await onThread { early.receive(1) } == [7])
            early.close()
        }
    }

    @Test func `is nobody else's`() async throws {
        try await withLoops { loops in
            let address = try await freePort(on: loops[0])
            let error = await #expect(throws: EventLoopError.self) { try await loops[0].reserve(address) }
            #expect(error?.description == "cannot listen at \(address): address already in use")
            let other = await #expect(throws: EventLoopError.self) {
                try await loops[0].reserve(.init(host: "0.0.0.0", port: address.port))
            }
            #expect(other?.description.hasSuffix("address already in use") == true)
        }
    }

    @Test func `is given up with its loop`() async throws {
        let address = try await withLoops { loops in try await freePort(on: loops[0]) }
        try await withLoops { loops in try await loops[0].reserve(address) }
    }
}
