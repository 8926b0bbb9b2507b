import DequeModule
import TLibrary

/// The calls of a shard that have ended a moment ago: a client whose request has crossed the end of its call is told so, and not
/// that there never was one (WireFormat, "Bad input").
struct CallTombstones {
    private struct End {
        var connection: ConnectionID
        var time: Duration
    }

    /// How long an ended call is known at least.
    static let memory = Duration.seconds(5)

    private let limit: Int
    private var ends = Deque<End>()
    private var known: Set<ConnectionID> = []
    /// Whether calls are forgotten before their time, for there are too many.
    private(set) var isCrowded = false

    /// The default limit is 13,000 calls that end in a second on one shard.
    init(limit: Int = 65_536) {
        self.limit = limit
    }

    /// Says how many are forgotten for it before their time: none, or one.
    mutating func add(_ connection: ConnectionID, at now: Duration) -> Int {
        while let first = ends.first, now - first.time > Self.memory { forget(first) }
        isCrowded = ends.count >= limit
        if isCrowded, let first = ends.first { forget(first) }
        ends.append(End(connection: connection, time: now))
        known.insert(connection)
        return isCrowded ? 1 : 0
    }

    func contains(_ connection: ConnectionID) -> Bool {
        known.contains(connection)
    }

    private mutating func forget(_ end: End) {
        ends.removeFirst()
        known.remove(end.connection)
    }
}
