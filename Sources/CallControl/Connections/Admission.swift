import CallModel
import EventLoops
import Synchronization

/// Which connections of T-Clients are taken: none from an address that is blocked after wrong passwords, and not more
/// without a session than the limits say.
final class Admission: ConnectionGate {
    private let server: TLibraryServer

    init(to server: TLibraryServer) {
        self.server = server
    }

    private var engine: CallControlEngine { server.engine }
    private var shard: any EventLoop { engine.shards[0] }
    private var counters: ShardCounters { engine.exchanges[0].counters }

    func delay() -> Duration { engine.unopened.delay(at: shard.now) }

    func admit(_ peer: SocketAddress) -> Accept? {
        let address = PeerAddress(peer.host)
        guard !engine.openings.failures.isBlocked(address, at: shard.now) else {
            counters.openingRefused(.blocked).add()
            engine.openings.log.note(.blocked, peer: peer.description, application: "", on: shard)
            return nil
        }
        switch engine.unopened.admit(from: address, at: shard.now) {
        case .refused:
            counters.unopenedRefused.add()
            return nil
        case .admitted(let unopened, let dropped):
            if let dropped {
                counters.unopenedDropped.add()
                dropped.drop()
            }
            let passage = PendingConnection(unopened)
            return { [server] shard, stream in server.accept(stream, on: shard, passage.use()) }
        }
    }
}

/// A connection on its way to its shard. Where it does not get there, its place is free again.
private final class PendingConnection: Sendable {
    private let unopened: UnopenedConnection
    private let isUsed = Atomic<Bool>(false)

    init(_ unopened: UnopenedConnection) {
        self.unopened = unopened
    }

    func use() -> UnopenedConnection {
        isUsed.store(true, ordering: .relaxed)
        return unopened
    }

    deinit {
        if !isUsed.load(ordering: .relaxed) { unopened.leave() }
    }
}
