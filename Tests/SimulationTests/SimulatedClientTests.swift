import CallControl
import CallControlTesting
import CallModel
import EventLoops
import TLibrary
import Testing

/// A server that says whatever a test wants it to say, and keeps the requests that it gets.
private final class Scripted: ByteStreamHandler {
    let stream: any ByteStream
    private let bytes = Locked<[UInt8]>([])

    init(_ stream: any ByteStream) {
        self.stream = stream
    }

    func received(_ span: Span<UInt8>) {
        bytes.withLock { bytes in
            for index in span.indices { bytes.append(span[index]) }
        }
    }

    func becameWritable() {}
    func closed() {}

    /// The messages of whole frames that have come in.
    var messages: [MessageNumber] {
        let bytes = bytes.withLock { $0 }
        var found: [MessageNumber] = []
        var start = 0
        while case .frame(let length) = FrameDecoder.split(bytes.span, at: start) {
            found += [MessageNumber(ofFrame: bytes.span.extracting(start..<start + length))].compactMap { $0 }
            start += length
        }
        return found
    }
}

struct SimulatedClientTests {
    private static let address = SocketAddress(host: "127.0.0.1", port: 8_000)

    private func serve(_ simulation: Simulation) throws -> Gathered<Scripted> {
        let accepted = Gathered<Scripted>()
        _ = try simulation.shards[0].listen(at: Self.address, spread: []) { _, stream in
            let server = Scripted(stream)
            accepted.append(server)
            return server
        }
        return accepted
    }

    /// A frame of version 1 with the attributes' bytes.
    private func frame(_ message: MessageNumber, _ attributes: [UInt8] = []) -> [UInt8] {
        let (high, low) = (UInt8(message.rawValue >> 8), UInt8(truncatingIfNeeded: message.rawValue))
        return [0, 0, 0, UInt8(4 + attributes.count), 1, 0, high, low] + attributes
    }

    @Test func `a client opens its session, registers and asks, in that order`() throws {
        let simulation = Simulation(seed: 1)
        let accepted = try serve(simulation)
        let client = SimulatedClient(in: simulation, at: Self.address, name: "desktop")
        client.register("5001")
        client.ask(4013, of: ConnectionID(rawValue: 7), as: "5001")
        simulation.runUntilIdle()
        let server = try #require(accepted.all.first)
        #expect(server.messages == [.requestRegisterClient, .requestRegisterAddress, .requestPrivateService])
        #expect(client.requests.map(\.reference.rawValue) == [1, 2, 3])
    }

    @Test func `events are kept in order, cut anywhere, and pings are answered`() throws {
        let simulation = Simulation(seed: 2)
        let accepted = try serve(simulation)
        let client = SimulatedClient(in: simulation, at: Self.address, opens: false)
        simulation.runUntilIdle()
        let server = try #require(accepted.all.first)
        client.connection.trickle()
        // ReferenceID 9 and ConnID 1.
        let reference: [UInt8] = [0, 2, 1, 0, 0, 0, 9]
        let bytes =
            frame(.eventACK, reference) + frame(.ping) + frame(.eventEstablished, [0, 9, 5, 0, 0, 0, 0, 0, 0, 0, 1])
        simulation.perform(on: simulation.shards[0]) { #expect(server.stream.write(bytes.span) == bytes.count) }
        simulation.runUntilIdle()
        #expect(client.events.map(\.message) == [.eventACK, .eventEstablished])
        #expect(client.answers(to: ReferenceID(rawValue: 9)).count == 1)
        #expect(client.events(.eventEstablished).first?.connID == ConnectionID(rawValue: 1))
        #expect(server.messages == [.pong])
        #expect(client.faults.isEmpty)
    }

    @Test func `a frame that no server may send is a fault`() throws {
        let simulation = Simulation(seed: 3)
        let accepted = try serve(simulation)
        let client = SimulatedClient(in: simulation, at: Self.address, opens: false)
        simulation.runUntilIdle()
        let server = try #require(accepted.all.first)
        let bytes = frame(.requestMakeCall)
        simulation.perform(on: simulation.shards[0]) { _ = server.stream.write(bytes.span) }
        simulation.runUntilIdle()
        #expect(client.faults.count == 1)
        #expect(client.events.isEmpty)
    }
}
