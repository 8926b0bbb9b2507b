import CallControl
import EventLoops

/// One end of an in-memory TCP link: the bytes that the other end has sent and this one has not received yet, and who
/// receives them. Bytes arrive in pieces, and after times, that the seed draws.
final class SimulatedEndpoint {
    let world: SimulatorState
    /// `nil`: a test's own end, or not accepted yet.
    var shard: Int?
    let peerName: String
    var peer: SimulatedEndpoint?
    /// Pieces of a few bytes, slowly.
    var isTrickling = false
    /// What a sender may have on its way to this end.
    var buffer: Int
    private let arrivals: EventQueue.Lane
    private let writability: EventQueue.Lane
    private var handler: (any ByteStreamHandler)?
    private var incoming = ByteQueue()
    private var isOpen = true
    private var isReading = true
    /// The other end has sent its last byte.
    private var isFinished = false
    private var isReset = false
    /// Pauses so far, by which one that goes on is told from another.
    private var pauses = 0
    private var isArriving = false
    /// A write took less than it was offered, and nobody has said since that there is room.
    private var isShort = false

    init(world: SimulatorState, shard: Int?, peerName: String) {
        self.world = world
        self.shard = shard
        self.peerName = peerName
        buffer = world.options.linkBuffer
        arrivals = world.agenda.makeLane()
        writability = world.agenda.makeLane()
    }

    /// From now on bytes arrive.
    func attach(_ handler: any ByteStreamHandler) {
        self.handler = handler
        expectArrival()
    }

    func clear() {
        handler = nil
        peer = nil
    }

    /// Goes on on another shard, with the handler that `accept` gives there.
    func move(to other: Int, accept: @escaping (SimulatedEndpoint) -> any ByteStreamHandler) {
        guard isOpen, !isReset else { return }
        handler = nil
        isReading = false
        shard = other
        world.agenda.add("moved", lane: arrivals, shard: other) { [self] in
            isReading = true
            attach(accept(self))
        }
    }

    // MARK: Reading

    func pauseReading() {
        isReading = false
        pauses += 1
        lookForHangUp()
    }

    func resumeReading() {
        isReading = true
        expectArrival()
    }

    private var canArrive: Bool {
        if isReset { return true }
        return isOpen && isReading && (!incoming.isEmpty || isFinished)
    }

    private func expectArrival() {
        guard handler != nil, !isArriving, canArrive else { return }
        isArriving = true
        let latency = world.seed.draw(world.options.latency)
        world.agenda.add("bytes", after: latency, lane: arrivals, shard: shard) { [self, shard] in
            // What was on its way to where this end was before comes to where it is now.
            guard shard == self.shard else {
                isArriving = false
                return expectArrival()
            }
            arrive()
        }
    }

    private func arrive() {
        isArriving = false
        guard canArrive else { return }
        guard !isReset, !incoming.isEmpty else { return tellClosed() }
        let most = min(incoming.count, isTrickling ? 3 : world.options.piece)
        // Most pieces are whole, as on a wire; some end anywhere, some after very little.
        let count =
            switch world.seed.draw(below: 8) {
            case 0: world.seed.draw(1...min(most, 16))
            case 1: world.seed.draw(1...most)
            default: most
            }
        let piece = incoming.take(count)
        world.note("\(count) bytes")
        peer?.tellWritable()
        handler?.received(piece.span)
        expectArrival()
    }

    // MARK: Writing

    private var room: Int { buffer - incoming.count }

    func write(_ bytes: Span<UInt8>) -> Int {
        guard isOpen, let peer else { return bytes.count }
        guard peer.isOpen else {
            // The other side answers with a reset, which reaches also a reader that pauses.
            if !isReading { reset() }
            return bytes.count
        }
        let taken = min(max(peer.room, 0), bytes.count)
        if taken < bytes.count { isShort = true }
        peer.incoming.append(bytes, count: taken)
        peer.expectArrival()
        return taken
    }

    private func tellWritable() {
        guard isShort else { return }
        isShort = false
        let latency = world.seed.draw(world.options.latency)
        world.agenda.add("writable", after: latency, lane: writability, shard: shard) { [self, shard] in
            if isOpen, shard == self.shard { handler?.becameWritable() }
        }
    }

    // MARK: The end

    /// What was written still arrives there.
    func close() {
        guard isOpen else { return }
        isOpen = false
        incoming.removeAll()
        world.agenda.add("closed", lane: arrivals, shard: shard) { self.tellClosed() }
        guard let peer else { return }
        peer.isFinished = true
        peer.expectArrival()
        peer.lookForHangUp()
        peer.tellWritable()
    }

    /// A shard's end notices a peer that has ended once a pause has lasted a second, and receives nothing more.
    private func lookForHangUp() {
        guard isOpen, isFinished, !isReading, let shard else { return }
        let pause = pauses
        world.agenda.add("hang-up", after: .seconds(1), lane: arrivals, shard: shard, isUnderWay: false) { [self] in
            guard isOpen, !isReading, pause == pauses, shard == self.shard else { return }
            incoming.removeAll()
            tellClosed()
        }
    }

    /// The line goes dead: what is on its way is lost, and each end comes to know.
    func cut() {
        peer?.reset()
        reset()
    }

    private func reset() {
        isReset = true
        incoming.removeAll()
        expectArrival()
    }

    private func tellClosed() {
        isOpen = false
        guard let handler else { return }
        self.handler = nil
        world.network.forget(self)
        handler.closed()
    }
}
