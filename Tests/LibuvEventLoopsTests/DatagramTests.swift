import EventLoops
import TestSupport
import Testing

@testable import LibuvEventLoops

@Suite(.hangLimit) struct `A UDP socket` {
    private struct Datagram: Sendable, Equatable {
        var bytes: [UInt8]
        var sender: SocketAddress
    }

    private static func open(on loop: LibuvEventLoop, at address: SocketAddress = anyPort) async throws -> (
        socket: any DatagramSocket, received: Log<Datagram>
    ) {
        try await loop.run { loop in
            let received = Log<Datagram>()
            let socket = try loop.openDatagramSocket(at: address) { bytes, sender in
                precondition(loop.isCurrent)
                var copy: [UInt8] = []
                for index in bytes.indices { copy.append(bytes[index]) }
                received.add(Datagram(bytes: copy, sender: sender))
            }
            return (socket, received)
        }
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func `sends and receives whole datagrams with their sender`(host: String) async throws {
        try await withLoops(2) { loops in
            let address = SocketAddress(host: host, port: 0)
            let left = try await Self.open(on: loops[0], at: address)
            let right = try await Self.open(on: loops[1], at: address)
            #expect(left.socket.localAddress.port != 0)
            let datagrams: [[UInt8]] = [[1, 2, 3], [], pattern(9_000), [4]]
            let sent = try await loops[0].run { _ in
                datagrams.map { left.socket.send($0.span, to: right.socket.localAddress) }
            }
            #expect(sent == [true, true, true, true])
            try await until { right.received.entries.count == 4 }
            #expect(
                right.received.entries == datagrams.map { Datagram(bytes: $0, sender: left.socket.localAddress) })

            let back = try await loops[1].run { _ in right.socket.send([9].span, to: left.socket.localAddress) }
            #expect(back)
            try await until { left.received.entries.count == 1 }
        }
    }

    @Test func `tells its senders apart`() async throws {
        try await withLoops { loops in
            let receiver = try await Self.open(on: loops[0])
            let first = try await Self.open(on: loops[0])
            let second = try await Self.open(on: loops[0])
            try await loops[0].run { _ in
                for socket in [first.socket, second.socket, first.socket] {
                    let sender = UInt8(truncatingIfNeeded: socket.localAddress.port)
                    socket.send([sender].span, to: receiver.socket.localAddress)
                }
            }
            try await until { receiver.received.entries.count == 3 }
            let senders = [first, second, first].map(\.socket.localAddress)
            #expect(receiver.received.entries.map(\.sender) == senders)
        }
    }

    @Test func `drops what cannot be sent, and says so`() async throws {
        try await withLoops { loops in
            let left = try await Self.open(on: loops[0])
            let sent = try await loops[0].run { _ in
                [
                    left.socket.send([1].span, to: SocketAddress(host: "no-address", port: 1)),
                    left.socket.send(pattern(70_000).span, to: left.socket.localAddress),
                    left.socket.send([1].span, to: left.socket.localAddress),
                ]
            }
            #expect(sent == [false, false, true])
            try await until { left.received.entries.map(\.bytes) == [[1]] }
            let afterClose = try await loops[0].run { _ in
                left.socket.close()
                left.socket.close()
                return left.socket.send([1].span, to: left.socket.localAddress)
            }
            #expect(!afterClose)
        }
    }

    @Test func `cannot be opened where another is`() async throws {
        try await withLoops { loops in
            let first = try await Self.open(on: loops[0])
            let address = first.socket.localAddress
            let error = await #expect(throws: EventLoopError.self) { try await Self.open(on: loops[0], at: address) }
            #expect(error?.description == "cannot open a UDP socket at \(address): address already in use")
        }
    }
}

@Suite(.hangLimit) struct `A connected UDP socket` {
    private struct End {
        var socket: any ConnectedDatagramSocket
        var received: Log<[UInt8]>
        var failures: Log<DatagramFailure>
    }

    private static func connect(_ loop: LibuvEventLoop, to peer: SocketAddress) async throws -> End {
        try await loop.run { loop in
            let (received, failures) = (Log<[UInt8]>(), Log<DatagramFailure>())
            let socket = try loop.openDatagramSocket(
                connectedTo: peer,
                received: { bytes in
                    precondition(loop.isCurrent)
                    received.add(copy(of: bytes))
                }, failed: { failures.add($0) })
            return End(socket: socket, received: received, failures: failures)
        }
    }

    private static func open(_ loop: LibuvEventLoop, host: String, port: UInt16 = 0) async throws -> (
        socket: any DatagramSocket, received: Log<SocketAddress>
    ) {
        try await loop.run { loop in
            let received = Log<SocketAddress>()
            let address = SocketAddress(host: host, port: port)
            return (try loop.openDatagramSocket(at: address) { _, sender in received.add(sender) }, received)
        }
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func `hears its peer, and nobody else`(host: String) async throws {
        try await withLoops { loops in
            let peer = try await Self.open(loops[0], host: host)
            let stranger = try await Self.open(loops[0], host: host)
            let end = try await Self.connect(loops[0], to: peer.socket.localAddress)
            #expect(end.socket.localAddress.host == host && end.socket.localAddress.port != 0)
            try await loops[0].run { _ in
                stranger.socket.send([66].span, to: end.socket.localAddress)
                end.socket.send([1].span)
            }
            try await until { peer.received.entries == [end.socket.localAddress] }
            try await loops[0].run { _ in
                stranger.socket.send([67].span, to: end.socket.localAddress)
                peer.socket.send([2].span, to: end.socket.localAddress)
                let nothing: [UInt8] = []
                peer.socket.send(nothing.span, to: end.socket.localAddress)
            }
            try await until { end.received.entries.count == 2 }
            #expect(end.received.entries == [[2], []])
            #expect(end.failures.entries == [])
        }
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func `is told that nobody is there, each time, and goes on when somebody is`(host: String) async throws {
        try await withLoops { loops in
            let former = try await Self.open(loops[0], host: host)
            let address = former.socket.localAddress
            let end = try await Self.connect(loops[0], to: address)
            try await loops[0].run { _ in former.socket.close() }
            for count in 1...3 {
                try await loops[0].run { _ in end.socket.send([1].span) }
                try await until { end.failures.entries.count >= count }
            }
            #expect(end.failures.entries.allSatisfy { $0 == .refused })

            let peer = try await Self.open(loops[0], host: host, port: address.port)
            try await loops[0].run { _ in end.socket.send([1].span) }
            try await until { peer.received.entries == [end.socket.localAddress] }
            _ = try await loops[0].run { _ in peer.socket.send([2].span, to: end.socket.localAddress) }
            try await until { end.received.entries == [[2]] }
        }
    }

    /// Linux keeps the refusal for the next call on the socket, which may be the next send: that one is not lost.
    @Test func `loses no datagram to a refusal of the one before`() async throws {
        try await withLoops { loops in
            let former = try await Self.open(loops[0], host: "127.0.0.1")
            let address = former.socket.localAddress
            let end = try await Self.connect(loops[0], to: address)
            try await loops[0].run { _ in former.socket.close() }
            // A loop closes sockets in a later iteration.
            try await loops[0].run { _ = $0.now }
            let received = Log<[UInt8]>()
            let peer = try await loops[0].run { loop in
                end.socket.send([1].span)
                let peer = try loop.openDatagramSocket(at: address) { bytes, _ in
                    received.add(copy(of: bytes))
                }
                end.socket.send([2].span)
                return peer
            }
            try await until { received.entries == [[2]] }
            try await until { end.failures.entries.first == .refused }
            try await loops[0].run { _ in peer.close() }
        }
    }

    @Test func `says nothing more once it is closed`() async throws {
        try await withLoops { loops in
            let peer = try await Self.open(loops[0], host: "127.0.0.1")
            let end = try await Self.connect(loops[0], to: peer.socket.localAddress)
            try await loops[0].run { _ in
                end.socket.close()
                end.socket.close()
                end.socket.send([1].span)
            }
            #expect(end.failures.entries == [])
        }
    }

    @Test func `cannot be connected to what is no address`() async throws {
        try await withLoops { loops in
            let nobody = SocketAddress(host: "no-address", port: 1)
            let error = await #expect(throws: EventLoopError.self) { try await Self.connect(loops[0], to: nobody) }
            #expect(error?.description == "cannot open a UDP socket to no-address:1: invalid argument")
        }
    }
}

private func copy(of bytes: Span<UInt8>) -> [UInt8] {
    var copy: [UInt8] = []
    for index in bytes.indices { copy.append(bytes[index]) }
    return copy
}
