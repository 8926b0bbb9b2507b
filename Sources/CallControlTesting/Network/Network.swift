import CallControl
import CallModel
import EventLoops

/// The in-memory network of a simulation: who listens where, and every link that is open.
final class Network {
    private unowned let world: SimulatorState
    private var listeners: [SocketAddress: OpenListener] = [:]
    private var sockets: [SocketAddress: OpenSocket] = [:]
    private var ends: [ObjectIdentifier: SimulatedEndpoint] = [:]
    private var lastPort: UInt16 = 40_000
    private var connections = 0

    init(world: SimulatorState) {
        self.world = world
    }

    func clear() {
        for end in ends.values { end.clear() }
        ends = [:]
        listeners = [:]
        sockets = [:]
    }

    func forget(_ end: SimulatedEndpoint) {
        ends[ObjectIdentifier(end)] = nil
    }

    private func withPort(_ address: SocketAddress) -> SocketAddress {
        guard address.port == 0 else { return address }
        lastPort += 1
        return SocketAddress(host: address.host, port: lastPort)
    }

    // MARK: TCP

    struct OpenListener {
        var shards: [SimulatedEventLoop]
        var gate: any ConnectionGate
        var accepted = 0
    }

    func listen(at address: SocketAddress, _ listener: OpenListener) throws(EventLoopError) -> SocketAddress {
        let address = withPort(address)
        guard listeners[address] == nil else {
            throw EventLoopError(operation: "listen at \(address)", reason: "address already in use")
        }
        listeners[address] = listener
        return address
    }

    func stopListening(at address: SocketAddress) {
        listeners[address] = nil
    }

    /// The near end of a new link, which is usable at once: what is written waits until the far end is accepted.
    /// `connected` says later, on `shard`, whether somebody listens; where nobody does, the end is reset.
    func connect(
        to address: SocketAddress, from peer: String? = nil, shard: Int?, connected: @escaping (EventLoopError?) -> Void
    ) -> SimulatedEndpoint {
        connections += 1
        let near = SimulatedEndpoint(world: world, shard: shard, peerName: address.description)
        let port = 50_000 + connections % 10_000
        let host = peer ?? "10.0.\(connections / 10_000).1"
        let far = SimulatedEndpoint(
            world: world, shard: nil, peerName: SocketAddress(host: host, port: UInt16(port)).description)
        near.peer = far
        far.peer = near
        for end in [near, far] { ends[ObjectIdentifier(end)] = end }
        let lane = world.agenda.makeLane()
        let latency = world.seed.draw(world.options.latency)
        world.agenda.add("connection asked for", after: latency, lane: lane, shard: nil) { [self] in
            let isAccepted = accept(far, at: address)
            let error =
                isAccepted ? nil : EventLoopError(operation: "connect to \(address)", reason: "connection refused")
            if !isAccepted {
                near.cut()
                forget(far)
            }
            let latency = world.seed.draw(world.options.latency)
            world.agenda.add("connection answered", after: latency, lane: lane, shard: shard) { connected(error) }
        }
        return near
    }

    private func accept(_ end: SimulatedEndpoint, at address: SocketAddress) -> Bool {
        guard let listener = listeners[address] else { return false }
        admit(end, at: address, to: listener)
        return true
    }

    /// The peer has its connection, whatever becomes of it.
    private func admit(_ end: SimulatedEndpoint, at address: SocketAddress, to listener: OpenListener) {
        let delay = listener.gate.delay()
        guard delay <= .zero else {
            world.agenda.add("accept later", after: delay, lane: world.agenda.makeLane(), shard: nil, isUnderWay: false)
            {
                [self] in
                guard listeners[address] != nil else { return end.cut() }
                admit(end, at: address, to: listener)
            }
            return
        }
        guard let peer = SocketAddress(end.peerName), let accept = listener.gate.admit(peer) else { return end.cut() }
        let accepted = listeners[address]?.accepted ?? 0
        listeners[address]?.accepted += 1
        let shard = listener.shards[accepted % listener.shards.count]
        end.shard = shard.index
        world.agenda.add("accept", lane: world.agenda.makeLane(), shard: shard.index) {
            end.attach(accept(shard, SimulatedStream(end)))
        }
    }

    // MARK: UDP

    /// What a connected socket is connected to.
    struct Peer {
        var address: SocketAddress
        /// Called where no socket is open there.
        var refused: () -> Void
    }

    struct OpenSocket {
        var shard: Int?
        var received: (Span<UInt8>, SocketAddress) -> Void
        /// Whose datagrams alone are received; `nil`: everybody's.
        var peer: Peer?
    }

    func open(at address: SocketAddress, _ socket: OpenSocket) throws(EventLoopError) -> SocketAddress {
        let address = withPort(address)
        guard sockets[address] == nil else {
            throw EventLoopError(operation: "open \(address)", reason: "address already in use")
        }
        sockets[address] = socket
        return address
    }

    func closeSocket(at address: SocketAddress) {
        sockets[address] = nil
    }

    func send(_ bytes: [UInt8], from: SocketAddress, to: SocketAddress) {
        guard let socket = sockets[to] else { return refuse(from) }
        guard !world.seed.oneIn(world.options.datagramLoss) else { return }
        let latency = world.seed.draw(world.options.latency)
        world.agenda.add("datagram", after: latency, lane: world.agenda.makeLane(), shard: socket.shard) { [self] in
            guard let socket = sockets[to] else { return refuse(from) }
            guard socket.peer.map({ $0.address == from }) ?? true else { return }
            socket.received(bytes.span, from)
        }
    }

    /// The host of the receiver has no such socket, and tells a connected sender so.
    private func refuse(_ sender: SocketAddress) {
        guard let socket = sockets[sender], socket.peer != nil else { return }
        let latency = world.seed.draw(world.options.latency)
        world.agenda.add("refusal", after: latency, lane: world.agenda.makeLane(), shard: socket.shard) { [self] in
            sockets[sender]?.peer?.refused()
        }
    }
}
