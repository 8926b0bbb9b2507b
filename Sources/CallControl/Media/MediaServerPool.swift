import CallModel
import Logging
import Synchronization

/// Which media servers may take a new recording: those that answer, and are not full. One for the whole engine, read by
/// every step of a call, and so a few atomics.
final class MediaServerPool: Sendable {
    /// The recordings of one media server, on all shards together.
    private final class Load: Sendable {
        let limit: Int
        let recordings = Atomic<Int>(0)
        /// Whether the last that was said of it in the log is that it is full.
        let isFull = Atomic<Bool>(false)

        init(limit: Int) { self.limit = limit }
    }

    /// What one shard hears: each has a connection of its own to a media server.
    private final class ShardReachability: Sendable {
        let reachable = Atomic<UInt64>(.max)
    }

    let servers: [any MediaServer]
    /// `nil`: without limit.
    private let loads: [Load?]
    private let hasLimits: Bool
    private let views: [ShardReachability]
    private let counters: EngineCounters
    private let logger: Logger

    init(_ list: [MediaServerEntry], shards: Int, counters: EngineCounters, logger: Logger) {
        servers = list.map(\.server)
        loads = list.map { $0.maxRecordings.map { Load(limit: $0) } }
        hasLimits = list.contains { $0.maxRecordings != nil }
        views = (0..<shards).map { _ in ShardReachability() }
        self.counters = counters
        self.logger = logger
    }

    func available(to shard: Int) -> MediaServerSet {
        var set = MediaServerSet(bits: views[shard].reachable.load(ordering: .relaxed))
        guard hasLimits else { return set }
        for (place, load) in loads.enumerated() {
            if let load, load.recordings.load(ordering: .relaxed) >= load.limit { set.remove(place) }
        }
        return set
    }

    /// Counts a recording that begins there, or is over. `false`: one too many, which another shard was quicker to
    /// bring; it counts until it is over all the same.
    func count(_ seat: CapacityChange) -> Bool {
        guard let load = loads[seat.server] else { return true }
        guard seat.isTaken else {
            let rest = load.recordings.subtract(1, ordering: .relaxed).newValue
            if rest < load.limit, load.isFull.exchange(false, ordering: .relaxed) { log("has room again", seat.server) }
            return true
        }
        let taken = load.recordings.add(1, ordering: .relaxed).newValue
        if taken >= load.limit, !load.isFull.exchange(true, ordering: .relaxed) {
            counters.mediaServersFull.add()
            log("has as many recordings as it may have", seat.server)
        }
        return taken <= load.limit
    }

    /// What a driver found. A server that is out of the list's reach harms nobody.
    func note(_ told: MediaReachability) {
        guard servers.indices.contains(told.server), views.indices.contains(told.shard) else { return }
        let bit = UInt64(1) << UInt64(told.server)
        let view = views[told.shard]
        let before: UInt64
        if told.isReachable {
            before = view.reachable.bitwiseOr(bit, ordering: .relaxed).oldValue
        } else {
            before = view.reachable.bitwiseAnd(~bit, ordering: .relaxed).oldValue
        }
        guard (before & bit != 0) != told.isReachable else { return }
        if told.isReachable {
            log("answers again", told.server, shard: told.shard)
        } else {
            counters.mediaServersLost.add()
            log("does not answer; it gets no recordings until it does", told.server, shard: told.shard)
        }
    }

    private func log(_ what: String, _ server: Int, shard: Int? = nil) {
        var metadata: Logger.Metadata = ["media-server": "\(servers[server].name)"]
        if let shard { metadata["shard"] = "\(shard)" }
        logger.notice("A media server \(what).", metadata: metadata)
    }
}
