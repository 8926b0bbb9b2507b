import CallControl
import CallControlTesting
import CallModel
import EventLoops
import Testing

/// A server that gathers what it receives, and can pause.
final class Receiver: ByteStreamHandler {
    let stream: any ByteStream
    let shard: any EventLoop
    let pieces = Gathered<[UInt8]>()
    let edges = Gathered<String>()

    init(_ stream: any ByteStream, on shard: any EventLoop) {
        self.stream = stream
        self.shard = shard
    }

    var bytes: [UInt8] { pieces.all.flatMap { $0 } }

    func received(_ bytes: Span<UInt8>) {
        #expect(shard.isCurrent)
        #expect(!edges.all.contains("closed"))
        pieces.append(bytes.indices.map { bytes[$0] })
    }

    func becameWritable() {
        #expect(shard.isCurrent)
        edges.append("writable")
    }

    func closed() {
        #expect(shard.isCurrent)
        edges.append("closed")
    }
}

struct LinkTests {
    static let port = SocketAddress(host: "127.0.0.1", port: 8_000)
    static let letter = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    private func listen(_ simulation: Simulation, spread: Bool = false) throws -> Gathered<Receiver> {
        let accepted = Gathered<Receiver>()
        _ = try simulation.shards[0].listen(at: Self.port, spread: spread ? simulation.shards : []) { shard, stream in
            #expect(shard.isCurrent)
            let receiver = Receiver(stream, on: shard)
            accepted.append(receiver)
            return receiver
        }
        return accepted
    }

    @Test func `bytes arrive whole and in order, cut anywhere`() throws {
        var cuts: Set<Int> = []
        for seed in 0..<100 as Range<UInt64> {
            let simulation = Simulation(seed: seed)
            let accepted = try listen(simulation)
            let connection = simulation.connect(to: Self.port)
            for start in stride(from: 0, to: Self.letter.count, by: 500) {
                connection.send(Array(Self.letter[start..<start + 500]))
                if start % 1_000 == 0 { simulation.step() }
            }
            simulation.runUntilIdle()
            let receiver = try #require(accepted.all.first)
            #expect(receiver.bytes == Self.letter)
            cuts.insert(receiver.pieces.all.count)
        }
        #expect(cuts.count > 3)
    }

    @Test func `a link that trickles brings a few bytes at a time`() throws {
        let simulation = Simulation(seed: 1)
        let accepted = try listen(simulation)
        let connection = simulation.connect(to: Self.port)
        connection.trickle()
        connection.send(Array(Self.letter.prefix(200)))
        simulation.runUntilIdle()
        let pieces = try #require(accepted.all.first).pieces.all
        #expect(pieces.flatMap { $0 } == Array(Self.letter.prefix(200)))
        #expect(pieces.allSatisfy { $0.count <= 3 })
    }

    @Test func `a reader that stalls fills the link, and its writer is told when there is room`() throws {
        var options = Simulation.Options()
        options.linkBuffer = 1_000
        let simulation = Simulation(seed: 2, options: options)
        let accepted = try listen(simulation)
        let connection = simulation.connect(to: Self.port)
        simulation.runUntilIdle()
        connection.stall()
        let receiver = try #require(accepted.all.first)
        simulation.perform(on: simulation.shards[0]) {
            #expect(receiver.stream.write(Self.letter.span) == 1_000)
            #expect(receiver.stream.write(Self.letter.span) == 0)
        }
        simulation.advance(by: .seconds(5))
        #expect(receiver.edges.all.isEmpty)
        connection.resume()
        simulation.runUntilIdle()
        #expect(connection.takeReceived() == Array(Self.letter.prefix(1_000)))
        #expect(receiver.edges.all == ["writable"])
    }

    @Test func `a server that pauses reading holds its client up, and loses nothing`() throws {
        var options = Simulation.Options()
        options.linkBuffer = 1_000
        let simulation = Simulation(seed: 3, options: options)
        let accepted = try listen(simulation)
        let connection = simulation.connect(to: Self.port)
        simulation.runUntilIdle()
        let receiver = try #require(accepted.all.first)
        simulation.perform(on: simulation.shards[0]) { receiver.stream.pauseReading() }
        connection.send(Self.letter)
        simulation.advance(by: .seconds(5))
        #expect(receiver.pieces.all.isEmpty)
        #expect(connection.unsent == Self.letter.count - 1_000)
        simulation.perform(on: simulation.shards[0]) { receiver.stream.resumeReading() }
        simulation.runUntilIdle()
        #expect(receiver.bytes == Self.letter)
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func `what was written before a close arrives before the end`(
        seed: UInt64
    ) throws {
        let simulation = Simulation(seed: seed)
        let accepted = try listen(simulation)
        let connection = simulation.connect(to: Self.port)
        connection.send(Self.letter)
        connection.close()
        simulation.runUntilIdle()
        let receiver = try #require(accepted.all.first)
        #expect(receiver.bytes == Self.letter)
        #expect(receiver.edges.all == ["closed"])
        #expect(connection.isClosed)
        simulation.perform(on: simulation.shards[0]) {
            #expect(receiver.stream.write(Self.letter.span) == Self.letter.count)
        }
    }

    @Test func `a cut line closes both ends, and a paused one too`() throws {
        let simulation = Simulation(seed: 5)
        let accepted = try listen(simulation)
        let connection = simulation.connect(to: Self.port)
        simulation.runUntilIdle()
        let receiver = try #require(accepted.all.first)
        simulation.perform(on: simulation.shards[0]) { receiver.stream.pauseReading() }
        connection.send(Self.letter)
        connection.cut()
        simulation.runUntilIdle()
        #expect(receiver.edges.all == ["closed"])
        #expect(receiver.bytes.isEmpty)
        #expect(connection.isClosed)
    }

    @Test func `connections are spread over the shards in turn`() throws {
        let simulation = Simulation(seed: 6, shards: 3)
        let accepted = try listen(simulation, spread: true)
        for _ in 0..<6 { _ = simulation.connect(to: Self.port) }
        simulation.runUntilIdle()
        #expect(accepted.all.map(\.shard.index).sorted() == [0, 0, 1, 1, 2, 2])
    }

    @Test func `an address is listened at once, and a port of its own is given where none is named`() throws {
        let simulation = Simulation(seed: 7)
        _ = try listen(simulation)
        #expect(throws: EventLoopError(operation: "listen at 127.0.0.1:8000", reason: "address already in use")) {
            try listen(simulation)
        }
        let shard = simulation.shards[0]
        let any = SocketAddress(host: "127.0.0.1", port: 0)
        let listener = try shard.listen(at: any, spread: []) { Receiver($1, on: $0) }
        #expect(listener.localAddress.port != 0)
        listener.close()
        let connection = simulation.connect(to: listener.localAddress)
        simulation.runUntilIdle()
        #expect(connection.isClosed)
    }

    @Test func `shards connect to each other, or are told that nobody listens`() throws {
        let simulation = Simulation(seed: 8, shards: 2)
        let accepted = try listen(simulation)
        let caller = simulation.shards[1]
        let answers = Gathered<EventLoopError?>()
        simulation.perform(on: caller) {
            caller.connect(to: Self.port) { result in
                #expect(caller.isCurrent)
                guard case .success(let stream) = result else { return nil }
                answers.append(nil)
                #expect(stream.write(Self.letter.span) == Self.letter.count)
                return Receiver(stream, on: caller)
            }
            caller.connect(to: SocketAddress(host: "127.0.0.1", port: 9)) { result in
                guard case .failure(let error) = result else { return nil }
                answers.append(error)
                return nil
            }
        }
        #expect(answers.all.isEmpty)
        simulation.runUntilIdle()
        #expect(answers.all.count == 2)
        #expect(answers.all.contains(EventLoopError(operation: "connect to 127.0.0.1:9", reason: "connection refused")))
        #expect(accepted.all.first?.bytes == Self.letter)
    }

    @Test func `datagrams arrive, overtake each other, and get lost where that is asked for`() throws {
        var options = Simulation.Options()
        options.datagramLoss = 4
        var orders: Set<[UInt8]> = []
        for seed in 0..<20 as Range<UInt64> {
            let simulation = Simulation(seed: seed, options: options)
            let shard = simulation.shards[0]
            let received = Gathered<UInt8>()
            let any = SocketAddress(host: "127.0.0.1", port: 0)
            let socket = try shard.openDatagramSocket(at: any) { bytes, _ in
                #expect(shard.isCurrent)
                received.append(bytes[0])
            }
            let sender = try simulation.openDatagramSocket(at: any) { _, _ in }
            for number in 0..<20 as Range<UInt8> { sender.send([number].span, to: socket.localAddress) }
            simulation.runUntilIdle()
            #expect(received.all.count < 20)
            #expect(Set(received.all).count == received.all.count)
            orders.insert(received.all)
        }
        #expect(orders.count == 20)
    }
}
