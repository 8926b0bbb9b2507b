import CLibuv
import EventLoops
import Glibc
import TestSupport
import Testing

@testable import LibuvEventLoops

@Suite(.hangLimit) struct `Opening a TCP connection` {
    @Test func `ends in a later turn with a stream`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0])
            let log = Log<String>()
            let opened = Log<Recorder>()
            try await loops[0].run { loop in
                loop.connect(to: server.address) { result in
                    log.add("connected")
                    guard case .success(let stream) = result else { return nil }
                    let recorder = Recorder(loop, stream)
                    recorder.write([4, 5])
                    opened.add(recorder)
                    return recorder
                }
                log.add("asked")
            }
            let accepted = try await server.first()
            try await until { accepted.now.received == [4, 5] }
            #expect(log.entries == ["asked", "connected"])
            try await loops[0].run { _ in accepted.use { $0.close() } }
            try await until { opened.entries[0].now.closed == 1 && accepted.now.closed == 1 }
            #expect(opened.entries[0].now.faults == 0)
        }
    }

    @Test(arguments: [
        (SocketAddress(host: "127.0.0.1", port: 1), "connection refused"),
        (SocketAddress(host: "no-address", port: 1), "invalid argument"),
    ]) func `ends in a later turn with what went wrong`(address: SocketAddress, reason: String) async throws {
        try await withLoops { loops in
            let log = Log<String>()
            try await loops[0].run { loop in
                loop.connect(to: address) { result in
                    if case .failure(let error) = result { log.add(error.description) }
                    return nil
                }
                log.add("asked")
            }
            try await until { log.entries == ["asked", "cannot connect to \(address): \(reason)"] }
        }
    }

    @Test func `bounds the silence of its peer in the kernel`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0])
            let options = Log<[Int32]>()
            try await loops[0].run { loop in
                loop.connect(to: server.address) { result in
                    guard case .success(let stream) = result, let own = stream as? TCPStream else { return nil }
                    stream.boundSilence(to: .seconds(10))
                    options.add(own.silenceOptions)
                    return nil
                }
            }
            try await until { options.entries == [[1, 5, 1, 10_000]] }
        }
    }

    @Test func `closes the stream that nobody wants`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0])
            try await loops[0].run { loop in
                loop.connect(to: server.address) { _ in nil }
            }
            let accepted = try await server.first()
            try await until { accepted.now.closed == 1 }
        }
    }

    @Test func `is over when the loop stops`() async throws {
        let log = Log<String>()
        // TEST-NET-1: nobody answers there, or the network says so at once.
        let nobody = SocketAddress(host: "192.0.2.1", port: 9)
        try await withLoops { loops in
            try await loops[0].run { loop in
                loop.connect(to: nobody) { result in
                    if case .failure(let error) = result { log.add(error.operation) }
                    return nil
                }
            }
        }
        #expect(log.entries == ["connect to 192.0.2.1:9"])
    }
}

extension TCPStream {
    /// SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_USER_TIMEOUT, as the kernel has them.
    fileprivate var silenceOptions: [Int32] {
        var descriptor: Int32 = -1
        guard unsafe uv_fileno(handle, &descriptor) == 0 else { return [] }
        let tcp = Int32(IPPROTO_TCP)
        let options = [(SOL_SOCKET, SO_KEEPALIVE), (tcp, TCP_KEEPIDLE), (tcp, TCP_KEEPINTVL), (tcp, TCP_USER_TIMEOUT)]
        return options.map { level, option in
            var value: Int32 = -1
            var size = socklen_t(MemoryLayout<Int32>.size)
            unsafe getsockopt(descriptor, level, option, &value, &size)
            return value
        }
    }
}
