import CallControl
import CoreMetrics
import Dispatch
import EventLoops
import Foundation
import Logging
import TLibrary

/// The records of recordings as lines of a log file, written by a thread of its own.
///
/// Where the disk takes nothing, records wait for it, up to `backlog-bytes`; beyond that they are lost, counted, and
/// said in the log. No shard ever waits.
final class RecordLog: RecordSink {
    private struct State {
        var waiting: [RecordEntry] = []
        /// Of what waits, and of what the thread has in batch.
        var bytes = 0
        /// The lines of the thread's batch that are not written yet, and since when the oldest of them waits.
        var inBatch = 0
        var oldestInBatch: ContinuousClock.Instant?
        /// Since the log last said so.
        var lost = 0
        var isClosing = false
        var isWriting = true
        /// The thread has found nothing to do, and waits for a signal.
        var isIdle = false
    }

    /// How long it is until a disk that took nothing is tried again.
    private static let pause = DispatchTimeInterval.milliseconds(500)
    /// How often the path is checked while nothing is written.
    private static let checkInterval = DispatchTimeInterval.seconds(1)
    /// So many lines are encoded before they are written.
    private static let linesAtOnce = 64

    private let state = Locked<State>(State())
    private let work = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    /// What is done about earlier runs.
    let earlierRuns = DispatchGroup()
    private let limit: Int
    private let metrics: RecordMetrics
    let logger: Logger

    convenience init(
        _ options: ServerConfiguration.Records, factory: any MetricsFactory = MetricsSystem.factory, logger: Logger
    ) throws(RecordLogError) {
        self.init(try RecordFile(options), limit: options.backlogBytes, factory: factory, logger: logger)
    }

    init(
        _ store: some RecordStore, limit: Int, factory: any MetricsFactory = MetricsSystem.factory, logger: Logger
    ) {
        self.limit = limit
        self.logger = logger
        metrics = RecordMetrics(factory)
        let thread = Thread { [self] in write(to: store) }
        thread.name = "records"
        thread.start()
    }

    func begin(_ record: RecordingRecord) {
        offer(.began(record))
    }

    func keep(_ record: RecordingRecord) {
        offer(.record(record))
    }

    /// Opens another file at once where the present one was moved or removed: for SIGHUP. May be called on any thread.
    func reopen() {
        work.signal()
    }

    /// Writes the record of a recording that an earlier run has left open, once there is room for it: half of the backlog is
    /// left to this run. On a thread that may wait. `false`: the log is closed before.
    func keepEarlier(_ record: JSON) -> Bool {
        let entry = RecordEntry(.earlier(record))
        while !take(entry, upTo: max(limit / 2, entry.bytes)) {
            guard state.withLock({ $0.isWriting && !$0.isClosing }) else { return false }
            Thread.sleep(forTimeInterval: 0.01)
        }
        metrics.closed.increment()
        return true
    }

    private func offer(_ line: RecordEntry.Line) {
        guard !take(RecordEntry(line)) else { return }
        metrics.lost.increment()
        let isFirst = state.withLock { state in
            state.lost += 1
            return state.lost == 1
        }
        if isFirst { logger.error("Records are lost: the disk takes them too slowly, or not at all.") }
    }

    /// Says whether there was room for it.
    private func take(_ entry: RecordEntry, upTo limit: Int? = nil) -> Bool {
        state.withLock { state in
            guard state.isWriting, state.bytes + entry.bytes <= limit ?? self.limit else { return false }
            state.waiting.append(entry)
            state.bytes += entry.bytes
            // Under the lock: either the thread sees the entry before it waits, or it is woken.
            if state.isIdle {
                state.isIdle = false
                work.signal()
            }
            return true
        }
    }

    /// Writes what waits and ends the thread. Returns when that is done, or after two seconds where the disk hangs. What is
    /// left to do about an earlier run after one second is left to the next.
    func close() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                _ = earlierRuns.wait(timeout: .now() + .seconds(1))
                state.withLock { $0.isClosing = true }
                work.signal()
                _ = ended.wait(timeout: .now() + .seconds(2))
                continuation.resume()
            }
        }
        let lost = state.withLock { state in
            state.isWriting = false
            return state.lost + state.waiting.count + state.inBatch
        }
        if lost > 0 { logger.error("Records were not written.", metadata: ["records": "\(lost)"]) }
    }

    // MARK: - Metrics

    /// Brings the metrics of this moment up to date. May be called on any thread.
    func measure() {
        let (waiting, oldest) = state.withLock { state in
            (state.waiting.count + state.inBatch, state.oldestInBatch ?? state.waiting.first?.since)
        }
        metrics.waiting.record(waiting)
        metrics.lag.record(oldest.map { $0.duration(to: .now) / .seconds(1) } ?? 0)
    }
}

// MARK: - On the thread

extension RecordLog {
    /// The lines that the thread is writing.
    private struct Batch {
        var entries: [RecordEntry] = []
        var next = 0

        var isEmpty: Bool { next == entries.count }
        var rest: ArraySlice<RecordEntry> { entries[next...] }

        mutating func took(_ count: Int) {
            next += count
            if isEmpty {
                entries.removeAll(keepingCapacity: entries.count < 4_096)
                next = 0
            }
        }
    }

    private func write(to store: some RecordStore) {
        var store = store
        var batch = Batch()
        var isFailing = false
        tell(&store)
        while true {
            let isLast = fill(&batch)
            if batch.isEmpty {
                if isLast { break }
                _ = work.wait(timeout: .now() + Self.checkInterval)
                try? store.checkPath()
            } else {
                write(&batch, to: &store, &isFailing)
                if isFailing {
                    if isLast { break }
                    _ = work.wait(timeout: .now() + Self.pause)
                }
            }
            tell(&store)
        }
        store.close()
        ended.signal()
    }

    /// Takes all that waits, once the batch is written. Says whether the log is to be closed.
    private func fill(_ batch: inout Batch) -> Bool {
        state.withLock { state in
            if batch.isEmpty {
                swap(&batch.entries, &state.waiting)
                state.inBatch = batch.entries.count
                state.oldestInBatch = batch.entries.first?.since
            }
            state.isIdle = batch.isEmpty
            return state.isClosing
        }
    }

    /// Writes the batch, or as much of it as the disk takes.
    private func write(_ batch: inout Batch, to store: inout some RecordStore, _ isFailing: inout Bool) {
        do {
            while !batch.isEmpty {
                var lines = batch.rest.prefix(Self.linesAtOnce).map(\.line.bytes)[...]
                while !lines.isEmpty {
                    let count = try store.append(lines)
                    lines = lines.dropFirst(count)
                    wrote(count, of: &batch)
                }
            }
            try store.settle()
            if isFailing { logger.notice("The disk takes records again.") }
            isFailing = false
        } catch {
            if !isFailing {
                logger.error("The disk takes no records; they wait.", metadata: ["reason": "\(error)"])
            }
            isFailing = true
        }
    }

    private func wrote(_ count: Int, of batch: inout Batch) {
        let bytes = batch.rest.prefix(count).reduce(0) { $0 + $1.bytes }
        batch.took(count)
        metrics.written.increment(by: count)
        let oldest = batch.rest.first?.since
        let lost = state.withLock { state -> Int in
            state.bytes -= bytes
            state.inBatch -= count
            state.oldestInBatch = oldest
            defer { state.lost = 0 }
            return state.lost
        }
        if lost > 0 { logger.notice("Records are kept again.", metadata: ["lost": "\(lost)"]) }
    }

    private func tell(_ store: inout some RecordStore) {
        for event in store.takeEvents() {
            switch event {
            case .reopened:
                metrics.reopened.increment()
                logger.notice("records file moved or removed; another one is opened")
            case .cut(let bytes):
                logger.warning("incomplete last line cut from the records file", metadata: ["bytes": "\(bytes)"])
            }
        }
    }
}
