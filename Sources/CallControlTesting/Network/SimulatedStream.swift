import CallControl
import CallModel
import EventLoops

/// An end of an in-memory link, as its shard has it.
final class SimulatedStream: ByteStream {
    let peer: String
    private let end: Isolated<SimulatedEndpoint>

    init(_ end: SimulatedEndpoint) {
        peer = end.peerName
        self.end = Isolated(end, to: end.world.driver)
    }

    func write(_ bytes: Span<UInt8>) -> Int { end.value.write(bytes) }
    func pauseReading() { end.value.pauseReading() }
    func resumeReading() { end.value.resumeReading() }
    func close() { end.value.close() }
    func abort() { end.value.cut() }

    func move(to shard: any EventLoop, accept: @escaping @Sendable (any ByteStream) -> any ByteStreamHandler) {
        end.value.move(to: shard.index) { end in accept(SimulatedStream(end)) }
    }
}

final class SimulatedListener: Listener {
    let localAddress: SocketAddress
    private let network: Isolated<Network>

    init(at address: SocketAddress, network: Network, driver: SimulationThread) {
        localAddress = address
        self.network = Isolated(network, to: driver)
    }

    func close() { network.value.stopListening(at: localAddress) }
}

final class SimulatedDatagramSocket: DatagramSocket {
    let localAddress: SocketAddress
    private let network: Isolated<Network>

    init(at address: SocketAddress, network: Network, driver: SimulationThread) {
        localAddress = address
        self.network = Isolated(network, to: driver)
    }

    func send(_ bytes: Span<UInt8>, to address: SocketAddress) -> Bool {
        var queue = ByteQueue()
        queue.append(bytes, count: bytes.count)
        network.value.send(queue.contents, from: localAddress, to: address)
        return true
    }

    func close() { network.value.closeSocket(at: localAddress) }
}

final class SimulatedConnectedSocket: ConnectedDatagramSocket {
    let localAddress: SocketAddress
    private let peer: SocketAddress
    private let network: Isolated<Network>

    init(at address: SocketAddress, to peer: SocketAddress, network: Network, driver: SimulationThread) {
        localAddress = address
        self.peer = peer
        self.network = Isolated(network, to: driver)
    }

    func send(_ bytes: Span<UInt8>) {
        var queue = ByteQueue()
        queue.append(bytes, count: bytes.count)
        network.value.send(queue.contents, from: localAddress, to: peer)
    }

    func close() { network.value.closeSocket(at: localAddress) }
}
