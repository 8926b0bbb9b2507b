import CallControl
import CallModel
import EventLoops
import Logging

/// Listens on the inspection port, on one of the engine's own shards, until the engine has stopped.
struct AdminServer: Sendable {
    private let engine: CallControlEngine
    private let shard: any EventLoop
    private let listener: any Listener

    var localAddress: SocketAddress { listener.localAddress }

    /// - Parameters:
    ///   - servers: the names of the media servers, in the order of the engine's list.
    ///   - connections: connections at once.
    /// - Throws: where the address cannot be had.
    init(
        _ engine: CallControlEngine, listen address: SocketAddress, registry: MetricsRegistry, servers: [String],
        connections: Int, logger: Logger
    ) async throws(EventLoopError) {
        self.engine = engine
        let shard = engine.shards[0]
        self.shard = shard
        let desk = AdminRequestHandler(
            engine, on: shard, registry: registry, servers: servers,
            connections: HTTPConnections(limit: connections, metrics: registry, logger: logger))
        let opened = await ShardVisitor(shard).run {
            Result { () throws(EventLoopError) in
                try shard.listen(at: address, spread: []) { shard, stream in
                    let connection = HTTPConnectionHandler(stream, on: shard, desk: desk)
                    connection.begin()
                    return connection
                }
            }
        }
        listener = try opened.get()
        if !PeerAddress(listener.localAddress.host).isLoopback {
            logger.warning(
                "the metrics port is open to the network: it asks for no password",
                metadata: ["address": "\(listener.localAddress)"])
        }
    }

    /// Serves until the engine has stopped, its drain included.
    func run() async {
        await engine.untilStopped()
        await ShardVisitor(shard).run { [listener] in listener.close() }
    }
}
