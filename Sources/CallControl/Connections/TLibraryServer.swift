import CallModel
public import EventLoops
public import Logging

/// Serves T-Clients over TCP: bytes to requests, events to bytes (WireFormat).
public final class TLibraryServer: Sendable {
    let engine: CallControlEngine
    private let address: SocketAddress
    let logger: Logger

    /// - Parameters:
    ///   - engine: the engine whose calls the clients work on.
    ///   - address: where to listen; port 0: any free port.
    ///   - logger: gets lines about connections and sessions.
    public init(engine: CallControlEngine, listen address: SocketAddress, logger: Logger) {
        self.engine = engine
        self.address = address
        self.logger = logger
    }

    /// Listens once the engine runs, and takes sessions until the engine stops or the task is cancelled. Connections are
    /// spread over all of the engine's shards.
    ///
    /// - Parameter onListening: called once sessions are taken, with the address that was got.
    public func run(onListening: @Sendable (SocketAddress) -> Void = { _ in }) async throws(EventLoopError) {
        await engine.untilRunning()
        let shard = engine.shards[0]
        let opened = await ShardVisitor(shard).run { [self] in
            Result { () throws(EventLoopError) in
                try shard.listen(at: address, spread: engine.shards, gate: Admission(to: self))
            }
        }
        let listener = try opened.get()
        warnIfOpen(listener.localAddress)
        onListening(listener.localAddress)
        await engine.untilStopping()
        await ShardVisitor(shard).run { listener.close() }
    }

    /// Whoever reaches it may ask for everything.
    private func warnIfOpen(_ address: SocketAddress) {
        guard engine.configuration.password.isEmpty, !PeerAddress(address.host).isLoopback else { return }
        logger.warning(
            "a listener is open to the network: it asks for no password", metadata: ["address": "\(address)"])
    }

    /// On the shard that the connection will live on.
    func accept(
        _ stream: any ByteStream, on shard: any EventLoop, _ unopened: UnopenedConnection
    ) -> any ByteStreamHandler {
        let connection = Connection(stream, on: engine.exchanges[shard.index], of: self, unopened: unopened)
        connection.begin()
        return connection
    }
}
