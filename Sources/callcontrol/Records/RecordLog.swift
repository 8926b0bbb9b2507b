import CallControl
import Dispatch
import Foundation
import Logging
import TLibrary

/// The records of finished recordings as lines of a log file, written by a thread of its own.
///
/// Where the disk takes nothing, records wait for it, up to `backlog-bytes`; beyond that they are lost, counted, and
/// said in the log. No shard ever waits.
final class RecordLog: RecordSink {
    private struct State {
        var waiting: [RecordingRecord] = []
        var bytes = 0
        /// Since the log last said so.
        var lost = 0
        var isClosing = false
        var isWriting = true
    }

    /// How long it is until a disk that took nothing is tried again.
    private static let pause = DispatchTimeInterval.milliseconds(500)

    private let state = Locked<State>(State())
    private let work = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let limit: Int
    private let logger: Logger

    convenience init(_ options: ServerConfiguration.Records, logger: Logger) throws(RecordLogError) {
        self.init(try RecordFile(options), limit: options.backlogBytes, logger: logger)
    }

    init(_ store: some RecordStore, limit: Int, logger: Logger) {
        self.limit = limit
        self.logger = logger
        let thread = Thread { [self] in write(to: store) }
        thread.name = "records"
        thread.start()
    }

    func keep(_ record: RecordingRecord) {
        let bytes = record.estimatedBytes
        let isFirstLost = state.withLock { state -> Bool in
            guard state.isWriting, state.bytes + bytes <= limit else {
                state.lost += 1
                return state.lost == 1
            }
            if state.waiting.isEmpty { work.signal() }
            state.waiting.append(record)
            state.bytes += bytes
            return false
        }
        if isFirstLost { logger.error("Records are lost: the disk takes them too slowly, or not at all.") }
    }

    /// Writes what waits and ends the thread. Returns when that is done, or after two seconds where the disk hangs.
    func close() async {
        state.withLock { $0.isClosing = true }
        work.signal()
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [ended] in
                _ = ended.wait(timeout: .now() + .seconds(2))
                continuation.resume()
            }
        }
        let lost = state.withLock { state in
            state.isWriting = false
            return state.lost + state.waiting.count
        }
        if lost > 0 { logger.error("Records were not written.", metadata: ["records": "\(lost)"]) }
    }

    // MARK: - On the thread

    private func write(to store: some RecordStore) {
        var store = store
        var isFailing = false
        while true {
            _ = work.wait(timeout: isFailing ? .now() + Self.pause : .distantFuture)
            let (batch, isLast) = state.withLock { ($0.waiting, $0.isClosing) }
            let written = write(batch, to: &store, &isFailing)
            let lost = state.withLock { state -> Int in
                state.waiting.removeFirst(written)
                state.bytes = state.waiting.reduce(0) { $0 + $1.estimatedBytes }
                defer { if written > 0 { state.lost = 0 } }
                return written > 0 ? state.lost : 0
            }
            if lost > 0 { logger.notice("Records are kept again.", metadata: ["lost": "\(lost)"]) }
            if isLast { break }
        }
        ended.signal()
    }

    /// Says how many of them are written.
    private func write(
        _ batch: [RecordingRecord], to store: inout some RecordStore, _ isFailing: inout Bool
    ) -> Int {
        guard !batch.isEmpty else { return 0 }
        var written = 0
        do {
            for record in batch {
                try store.append(Data("\(JSON(record).text)\n".utf8))
                written += 1
            }
            try store.settle()
            if isFailing { logger.notice("The disk takes records again.") }
            isFailing = false
        } catch {
            if !isFailing {
                logger.error("The disk takes no records; they wait.", metadata: ["reason": "\(reason(error))"])
            }
            isFailing = true
        }
        return written
    }

    private func reason(_ error: any Error) -> String {
        guard let error = error as? CocoaError else { return "\(error)" }
        return (error.underlying ?? error).localizedDescription
    }
}

extension RecordingRecord {
    /// About what it takes, in memory and as a line.
    fileprivate var estimatedBytes: Int {
        let lists = transitions.reduce(0) { bytes, transition in
            guard case .wished(_, _, let requester?) = transition.event else { return bytes }
            return bytes + requester.reasons.packed.count + requester.extensions.packed.count
        }
        return 512 + 256 * (transitions.count + files.count + gaps.count) + lists
    }
}
