import Logging

/// Bounded queue of log lines, between the threads that log and the one that writes.
///
/// A tenth of its places is kept for lines at level `error` and above. Lines that do not fit are dropped and counted by
/// level. The count is a line of its own, where the next line fits.
struct LogQueue {
    /// Lines by level, at the level's place in `Logger.Level.allCases`.
    typealias Counts = [Int]

    /// Lines that are written at once.
    struct Batch: Equatable {
        var bytes: [UInt8] = []
        var counts = LogQueue.noLines
        fileprivate var lines = 0
    }

    static let noLines = Counts(repeating: 0, count: Logger.Level.allCases.count)

    private let limit: Int
    private var waiting = Batch()
    /// Lines that the writer has taken and not settled.
    private var taken = 0
    private var dropped = Self.noLines

    /// - Parameter limit: lines that wait, or are being written.
    init(limit: Int) {
        self.limit = limit
    }

    /// Whether there is something to say: lines, or the count of those that were dropped.
    var isEmpty: Bool { waiting.lines == 0 && !hasDropped }

    private var hasDropped: Bool { dropped.contains { $0 > 0 } }

    /// Appends a line, its end included. `false`: it is dropped. `summary` makes the line that tells the counts.
    mutating func append(_ line: String, _ level: Logger.Level, summary: (Counts) -> String) -> Bool {
        let bound = level >= .error ? limit : limit - max(1, limit / 10)
        guard waiting.lines + taken < bound else {
            dropped[level.place] += 1
            return false
        }
        tellDropped(summary)
        put(line)
        waiting.counts[level.place] += 1
        return true
    }

    /// Takes all that waits. Until ``settle(_:isWritten:)`` its lines count as waiting.
    mutating func take(summary: (Counts) -> String) -> Batch {
        if waiting.lines == 0 { tellDropped(summary) }
        let batch = waiting
        waiting = Batch()
        taken = batch.lines
        return batch
    }

    /// The batch is written, or its lines are lost and count as dropped.
    mutating func settle(_ batch: Batch, isWritten: Bool) {
        taken = 0
        guard !isWritten else { return }
        for place in batch.counts.indices { dropped[place] += batch.counts[place] }
    }

    private mutating func tellDropped(_ summary: (Counts) -> String) {
        guard hasDropped else { return }
        put(summary(dropped))
        dropped = Self.noLines
    }

    private mutating func put(_ line: String) {
        waiting.bytes += line.utf8
        waiting.lines += 1
    }
}

extension Logger.Level {
    /// Its index among all levels, from the least severe one.
    var place: Int {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        case .critical: 6
        }
    }
}
