import CallControl
import CoreMetrics
import Dispatch
import EventLoops
import Foundation
import Logging

/// Log of the server: a bounded queue, and a thread that writes what is in it. No thread that logs ever waits.
///
/// A destination that takes nothing costs lines, which are dropped and counted, and nothing else.
final class BufferedLog: Sendable {
    /// Time that ``close()`` gives the writer to write what waits.
    static let closingTime = DispatchTimeInterval.seconds(2)
    /// How often the writer looks for counts that are due, while there are some.
    private static let tick = DispatchTimeInterval.seconds(1)

    private struct State {
        var queue: LogQueue
        var limiter: LogRateLimiter
        var reopens = false
        var isClosing = false
        /// Whether the writer was told, and has not gone to wait since.
        var isAwake = true
        /// The last batch was not written: the next attempt waits for a tick.
        var isFailing = false
    }

    private enum Step {
        case write(LogQueue.Batch)
        case reopen
        case wait(isTimed: Bool)
        case end
    }

    private let label: String
    private let state: Locked<State>
    private let work = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let metrics: LogMetrics

    /// - Throws: where the log's file cannot be opened or made.
    convenience init(
        _ options: ServerConfiguration.Log, label: String, metrics: (any MetricsFactory)? = nil
    ) throws(LogFileError) {
        self.init(options, label: label, metrics: metrics, to: try LogDestination(path: options.file))
    }

    init(
        _ options: ServerConfiguration.Log, label: String, metrics: (any MetricsFactory)? = nil,
        to destination: LogDestination
    ) {
        self.label = label
        self.metrics = LogMetrics(metrics ?? NOOPMetricsHandler.instance)
        state = Locked(
            State(queue: LogQueue(limit: options.queue), limiter: LogRateLimiter(limit: options.rate)))
        let thread = Thread { [self] in write(to: destination) }
        thread.name = "log"
        thread.start()
    }

    func logger(level: Logger.Level) -> Logger {
        var logger = Logger(label: label) { BufferedLogHandler(label: $0, log: self) }
        logger.logLevel = level
        return logger
    }

    /// Has the writer open its file by its name again. May be called on any thread, and does not wait.
    func reopen() {
        wake { $0.reopens = true }
    }

    /// Writes what waits, and ends the thread. Returns when that is done, or after two seconds where nobody reads.
    func close() async {
        wake { state in
            state.isClosing = true
            state.isFailing = false
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [ended] in
                _ = ended.wait(timeout: .now() + Self.closingTime)
                continuation.resume()
            }
        }
    }

    // MARK: - On any thread

    func log(_ level: Logger.Level, _ label: String, _ message: String, _ metadata: () -> Logger.Metadata) {
        let (verdict, kind) = state.withLock { $0.limiter.admit(level, message, at: Self.now) }
        switch verdict {
        case .admitted(let suppressed):
            if suppressed > 0 { tellSuppressed(kind, suppressed) }
            append(LogLine.text(at: Self.wallTime, level, label, message, metadata()), level)
        case .suppressedFirst:
            metrics.countSuppressed(1, at: level)
            append(
                LogLine.text(
                    at: Self.wallTime, .warning, self.label,
                    "log lines of one kind are left out for the rest of a minute", ["of": "\(kind.message)"]),
                .warning)
        case .suppressed:
            metrics.countSuppressed(1, at: level)
        }
    }

    private func tellSuppressed(_ kind: LogRateLimiter.Kind, _ lines: Int) {
        append(
            LogLine.text(
                at: Self.wallTime, .notice, label, "log lines of one kind were left out",
                ["of": "\(kind.message)", "lines": "\(lines)"]),
            .notice)
    }

    private func append(_ line: String, _ level: Logger.Level) {
        let (isKept, wakes) = state.withLock { state in
            guard state.queue.append(line, level, summary: dropped) else { return (false, false) }
            defer { state.isAwake = true }
            return (true, !state.isAwake)
        }
        if !isKept { metrics.countDropped(1, at: level) }
        if wakes { work.signal() }
    }

    private func wake(_ change: @Sendable (inout State) -> Void) {
        let wakes = state.withLock { state in
            change(&state)
            defer { state.isAwake = true }
            return !state.isAwake
        }
        if wakes { work.signal() }
    }

    /// The line that tells how many lines were dropped.
    private func dropped(_ counts: LogQueue.Counts) -> String {
        let told = Logger.Level.allCases.filter { counts[$0.place] > 0 }
        let metadata = told.map { ($0.rawValue, Logger.MetadataValue.string("\(counts[$0.place])")) }
        return LogLine.text(
            at: Self.wallTime, .warning, label, "log lines were dropped: they came faster than they were written",
            Logger.Metadata(uniqueKeysWithValues: metadata))
    }

    private static let start = ContinuousClock.now

    /// On a clock that only goes forward.
    private static var now: Duration { ContinuousClock.now - start }

    private static var wallTime: WallTime {
        WallTime(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    // MARK: - On the thread

    private func write(to destination: LogDestination) {
        var destination = destination
        while true {
            switch nextStep() {
            case .write(let batch):
                let isWritten = destination.write(batch.bytes)
                state.withLock { state in
                    state.queue.settle(batch, isWritten: isWritten)
                    state.isFailing = !isWritten
                }
                guard !isWritten else { continue }
                for place in batch.counts.indices where batch.counts[place] > 0 {
                    metrics.countDropped(batch.counts[place], at: Logger.Level.allCases[place])
                }
            case .reopen:
                do throws(LogFileError) {
                    try destination.reopen()
                } catch {
                    append(LogLine.text(at: Self.wallTime, .error, label, error.description), .error)
                }
            case .wait(let isTimed):
                _ = work.wait(timeout: isTimed ? .now() + Self.tick : .distantFuture)
                for (kind, lines) in state.withLock({ $0.limiter.expire(at: Self.now) }) {
                    tellSuppressed(kind, lines)
                }
                // The next attempt.
                state.withLock { $0.isFailing = false }
            case .end:
                ended.signal()
                return
            }
        }
    }

    /// Says what comes next. A change that comes after ``Step/wait(isTimed:)`` was said signals, and only then: who
    /// appends while the writer writes is seen here.
    private func nextStep() -> Step {
        state.withLock { state in
            if state.reopens {
                state.reopens = false
                return .reopen
            }
            if !state.queue.isEmpty, !state.isFailing {
                return .write(state.queue.take(summary: dropped))
            }
            if state.isClosing { return .end }
            state.isAwake = false
            return .wait(isTimed: state.limiter.isSuppressing || !state.queue.isEmpty)
        }
    }
}
