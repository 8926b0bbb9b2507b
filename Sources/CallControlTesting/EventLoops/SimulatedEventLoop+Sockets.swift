import CallControl
import CallModel
public import EventLoops

extension SimulatedEventLoop {
    private var network: Network { state.value.world.network }

    public func listen(
        at address: SocketAddress, spread: [any EventLoop], gate: any ConnectionGate
    ) throws(EventLoopError) -> any Listener {
        let shards = spread.map { shard in
            guard let shard = shard as? SimulatedEventLoop else {
                preconditionFailure("connections are spread over shards of one simulation")
            }
            return shard
        }
        let listener = Network.OpenListener(shards: shards.isEmpty ? [self] : shards, gate: gate)
        let taken = try network.listen(at: address, listener)
        return SimulatedListener(at: taken, network: network, driver: driver)
    }

    public func connect(
        to address: SocketAddress,
        connected: @escaping @Sendable (Result<any ByteStream, EventLoopError>) -> (any ByteStreamHandler)?
    ) {
        let connecting = Connecting()
        connecting.end = network.connect(to: address, shard: index) { error in
            guard let end = connecting.end else { return }
            connecting.end = nil
            if let error {
                _ = connected(.failure(error))
            } else if let handler = connected(.success(SimulatedStream(end))) {
                end.attach(handler)
            } else {
                end.close()
            }
        }
    }

    public func openDatagramSocket(
        at address: SocketAddress, received: @escaping @Sendable (Span<UInt8>, SocketAddress) -> Void
    ) throws(EventLoopError) -> any DatagramSocket {
        let taken = try network.open(at: address, Network.OpenSocket(shard: index, received: received))
        return SimulatedDatagramSocket(at: taken, network: network, driver: driver)
    }

    public func openDatagramSocket(
        connectedTo peer: SocketAddress, received: @escaping @Sendable (Span<UInt8>) -> Void,
        failed: @escaping @Sendable (DatagramFailure) -> Void
    ) throws(EventLoopError) -> any ConnectedDatagramSocket {
        let socket = Network.OpenSocket(
            shard: index, received: { bytes, _ in received(bytes) },
            peer: Network.Peer(address: peer) { failed(.refused) })
        let taken = try network.open(at: SocketAddress(host: "0.0.0.0", port: 0), socket)
        return SimulatedConnectedSocket(at: taken, to: peer, network: network, driver: driver)
    }

    /// Holds the near end until it is known whether anybody answers.
    private final class Connecting {
        var end: SimulatedEndpoint?
    }
}
