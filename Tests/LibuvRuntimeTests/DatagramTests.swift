import CallControl
import CallModel
import TestSupport
import Testing

@testable import LibuvRuntime

@Suite(.hangLimit) struct `A UDP socket` {
    private struct Datagram: Sendable, Equatable {
        var bytes: [UInt8]
        var sender: SocketAddress
    }

    private static func open(on loop: EventLoop, at address: SocketAddress = anyPort) async throws -> (
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
            let error = await #expect(throws: ShardError.self) { try await Self.open(on: loops[0], at: address) }
            #expect(error?.description == "cannot open a UDP socket at \(address): address already in use")
        }
    }
}
