import EventLoops
import Glibc
import Logging
import TestSupport
import Testing

@testable import LibuvEventLoops

@Suite(.hangLimit) struct `A TCP listener` {
    @Test func `spreads its connections over the loops in turn`() async throws {
        try await withLoops(4) { loops in
            let places = Log<Int>()
            let server = try await RecordingServer.start(on: loops[0], spread: loops) { shard, stream in
                precondition(shard.isCurrent)
                places.add(shard.index)
                return Recorder(shard, stream, onReceived: { recorder, bytes in recorder.write(bytes[...]) })
            }
            let address = server.address
            let answers = await onThread {
                let sockets = (0..<200).map { _ in RawSocket(to: address) }
                for (number, socket) in sockets.enumerated() { socket.send([UInt8(number)]) }
                defer { for socket in sockets { socket.close() } }
                return sockets.map { $0.receive(1) }
            }
            #expect(answers == (0..<200).map { [UInt8($0)] })
            for loop in loops {
                #expect(places.entries.count { $0 == loop.index } == 50)
            }
            try await until { server.recorders.allSatisfy { $0.now.closed == 1 } }
            #expect(server.recorders.allSatisfy { $0.now.faults == 0 })
        }
    }

    @Test func `says where it cannot listen, and why`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0])
            let taken = server.address
            let refusals = try await loops[0].run { loop in
                [taken, SocketAddress(host: "localhost", port: 1), SocketAddress(host: "192.0.2.1", port: 1)].map {
                    Self.refusal(at: $0, on: loop)
                }
            }
            #expect(
                refusals == [
                    "cannot listen at \(taken): address already in use",
                    "cannot listen at localhost:1: invalid argument",
                    "cannot listen at 192.0.2.1:1: address not available",
                ])
        }
    }

    private static func refusal(at address: SocketAddress, on loop: LibuvEventLoop) -> String {
        do throws(EventLoopError) {
            _ = try loop.listen(at: address, spread: []) { Recorder($0, $1) }
            return "none"
        } catch {
            return error.description
        }
    }

    @Test func `takes no more connections once it is closed`() async throws {
        try await withLoops { loops in
            let server = try await RecordingServer.start(on: loops[0])
            try await loops[0].run { _ in
                server.listener.close()
                server.listener.close()
            }
            let results = Log<String>()
            try await loops[0].run { loop in
                // The socket is closed at the end of this turn's iteration.
                _ = loop.after(.milliseconds(1)) {
                    loop.connect(to: server.address) { result in
                        if case .failure(let error) = result { results.add(error.description) }
                        return nil
                    }
                }
            }
            try await until { results.entries == ["cannot connect to \(server.address): connection refused"] }
        }
    }

    @Test func `listens on IPv6`() async throws {
        try await withLoops { loops in
            let opened = Log<String>()
            let accepted = Log<String>()
            try await loops[0].run { loop in
                let listener = try loop.listen(at: SocketAddress(host: "::1", port: 0), spread: []) { shard, stream in
                    accepted.add(stream.peer)
                    return Recorder(shard, stream)
                }
                loop.connect(to: listener.localAddress) { result in
                    guard case .success(let stream) = result else { return nil }
                    opened.add(stream.peer)
                    return Recorder(loop, stream)
                }
            }
            try await until { opened.entries.count == 1 && accepted.entries.count == 1 }
            #expect(opened.entries[0].hasPrefix("[::1]:"))
            #expect(accepted.entries[0].hasPrefix("[::1]:"))
        }
    }

    @Test func `refuses without spinning or stopping while no descriptor is left`() async {
        await #expect(processExitsWith: .success) {
            try await runOutOfDescriptors()
        }
    }
}

private func limitDescriptors(to count: Int32) {
    var files = rlimit(rlim_cur: rlim_t(count), rlim_max: 4_096)
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
}

/// Leaves exactly `count` descriptors: below the limit there may be gaps, as many as the process inherited.
private func leaveDescriptors(_ count: Int) {
    limitDescriptors(to: 256)
    var taken: [Int32] = []
    while let next = Optional(dup(STDERR_FILENO)), next >= 0 { taken.append(next) }
    for descriptor in taken.suffix(count) { close(descriptor) }
}

/// The clients' descriptors are made first; then there are a few more for the connections that they ask for.
private func runOutOfDescriptors() async throws {
    // A child that waits for ever would hold up the whole run: a time limit ends tests, not their children.
    alarm(UInt32(HangLimit.minutes) * 60)
    let messages = Log<String>()
    let logger = Logger(label: "listener") { _ in KeptMessages(in: messages) }
    try await withLoops(2, logger: logger) { loops in
        let server = try await RecordingServer.start(on: loops[0], spread: [loops[1]])
        let address = server.address
        await onThread {
            let clients = (0..<40).map { _ in socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
            leaveDescriptors(TCPListener.keptBack + 6)
            for client in clients { RawSocket.connect(client, to: address) }
            // Whoever was shed is told; the first few wait in vain for bytes.
            while clients.count(where: { RawSocket(descriptor: $0).isEnded() }) < 30 { usleep(10_000) }
        }
        // What Dispatch opens for it, and to look after its threads, is still to be had.
        try await Task.sleep(for: .milliseconds(1))
        try await until { server.recorders.count >= 4 }
        // The loop still has its turns.
        try await loops[0].run { _ in }

        limitDescriptors(to: 4_096)
        let before = server.recorders.count
        let late = RawSocket(to: address)
        try await until { server.recorders.count == before + 1 }
        late.close()
        // One line at each edge; on a busy machine the clients may come in more than one rush.
        let edges = messages.entries
        precondition(!edges.isEmpty && edges.count.isMultiple(of: 2), "an edge was not told")
        for (place, edge) in edges.enumerated() {
            let expected = place.isMultiple(of: 2) ? "connections are refused" : "connections are accepted again"
            precondition(edge == expected, "the lines at the edges do not alternate")
        }
    }
}
