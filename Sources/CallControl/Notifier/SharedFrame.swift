import Synchronization
import TLibrary

/// One encoded event, held by the backlogs of all sessions that have still to get it, or may ask for it again. It counts
/// in the memory of all backlogs once, for as long as anybody holds it.
package final class SharedFrame: Sendable {
    let bytes: [UInt8]
    let outline: FrameSummary
    private let total: BacklogMemory?

    /// The object itself, the head of its array, and what the allocator adds to both.
    private static let overhead = 176

    init(copying frame: Span<UInt8>, in total: BacklogMemory) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(frame.count)
        bytes.append(copying: frame)
        self.bytes = bytes
        outline = FrameSummary(of: frame)
        self.total = total
        total.add(bytes.capacity + Self.overhead)
    }

    /// Bytes that are passed on as they are: the end of a frame, or more than one. Without a total they count nowhere.
    init(raw bytes: [UInt8], in total: BacklogMemory?) {
        self.bytes = bytes
        outline = FrameSummary()
        self.total = total
        total?.add(bytes.capacity + Self.overhead)
    }

    /// The frames that lie there back to back, each by itself.
    static func each(in frames: Span<UInt8>, _ total: BacklogMemory) -> [SharedFrame] {
        var events: [SharedFrame] = []
        var start = 0
        while start < frames.count {
            let end = start + frameSize(at: start, in: frames)
            events.append(SharedFrame(copying: frames.extracting(start..<end), in: total))
            start = end
        }
        return events
    }

    /// Behind the length field come as many bytes as it says.
    static func frameSize(at place: Int, in bytes: Span<UInt8>) -> Int {
        (0..<4).reduce(0) { $0 << 8 | Int(bytes[place + $1]) } + 4
    }

    deinit {
        total?.add(-(bytes.capacity + Self.overhead))
    }
}

/// What the backlogs of all sessions of an engine take together, in bytes of memory: the events, each once, and the
/// places that each session has for them. What is kept for taking up is in it.
package final class BacklogMemory: Sendable {
    private let bytes = Atomic<Int>(0)
    /// The largest backlog of each shard, or a little more than it is by now.
    private let shards: [Largest]
    let limit: Int

    private final class Largest: Sendable {
        let bytes = Atomic<Int>(0)
    }

    init(shards: Int, limit: Int) {
        self.shards = (0..<shards).map { _ in Largest() }
        self.limit = limit
    }

    var now: Int { bytes.load(ordering: .relaxed) }

    var isOverLimit: Bool { now > limit }

    func add(_ change: Int) {
        bytes.add(change, ordering: .relaxed)
    }

    /// A session of the shard has a backlog of that size.
    func note(_ size: Int, on shard: Int) {
        let largest = shards[shard]
        if size > largest.bytes.load(ordering: .relaxed) { largest.bytes.store(size, ordering: .relaxed) }
    }

    /// What the shard has found to be its largest.
    func setLargest(_ size: Int, on shard: Int) {
        shards[shard].bytes.store(size, ordering: .relaxed)
    }

    /// The shard of the largest backlog.
    var shardOfLargest: Int {
        var found = (shard: 0, size: -1)
        for (shard, largest) in shards.enumerated() {
            let size = largest.bytes.load(ordering: .relaxed)
            if size > found.size { found = (shard, size) }
        }
        return found.shard
    }
}
