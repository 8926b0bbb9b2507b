public import DequeModule

/// What has happened in a simulation, turn by turn. Two runs of one seed have equal digests.
public struct Trace: Sendable {
    public struct Turn: Sendable, CustomStringConvertible {
        public var time: Duration
        /// `nil`: outside the shards.
        public var shard: Int?
        public var what: String

        public var description: String {
            "\(time) \(shard.map { "shard \($0)" } ?? "outside"): \(what)"
        }
    }

    /// Of every turn and note since the start.
    public private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    public private(set) var count = 0
    /// The latest turns and notes, the last of them at the end.
    public private(set) var turns: Deque<Turn> = []
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    mutating func add(time: Duration, shard: Int?, what: String) {
        count += 1
        mix(UInt64(truncatingIfNeeded: time.wholeNanoseconds))
        mix(UInt64(truncatingIfNeeded: shard ?? -1))
        for byte in what.utf8 { mix(UInt64(byte)) }
        guard limit > 0 else { return }
        if turns.count == limit { turns.removeFirst() }
        turns.append(Turn(time: time, shard: shard, what: what))
    }

    private mutating func mix(_ word: UInt64) {
        digest = (digest ^ word) &* 0x100_0000_01B3
    }
}
