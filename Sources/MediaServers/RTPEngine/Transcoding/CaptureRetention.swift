import CallControl
import EventLoops
import Logging

/// Deletes pcap files whose WAV file is complete and on the disk, at once or after a time (option `keep-captures`).
///
/// What is kept for a time has a marker beside it, which names the time: so it is deleted also where the program ends
/// before. Blocks for as long as the disk does; used on the converter's threads.
final class CaptureRetention: Sendable {
    private struct Kept {
        var marker: String
        var capture: String
        /// Seconds since 1970.
        var until: Int
    }

    private static let prefix = ".callcontrol-keep-"
    private static let markerExtension = ".until"

    private let directory: String
    /// Negative: nothing is ever deleted.
    private let seconds: Int
    private let logger: Logger
    private let counters: RTPEngineCounters
    private let kept = Locked<[Kept]>([])

    init(directory: String, seconds: Int, logger: Logger, counters: RTPEngineCounters) {
        self.directory = directory
        self.seconds = seconds
        self.logger = logger
        self.counters = counters
    }

    /// Finds what an earlier run of the program has kept.
    func findKept() {
        guard seconds >= 0 else { return }
        SpoolDirectory.names(in: directory) { name in
            guard let kept = read(name) else { return }
            self.kept.withLock { $0.append(kept) }
        }
    }

    /// Takes the captures of a recording that is converted: `isComplete`, with all that they have.
    func take(_ captures: [String], isComplete: Bool, _ metadata: Logger.Metadata) {
        guard seconds >= 0 else { return }
        guard isComplete else {
            counters.countCaptures(captures.count, .incomplete)
            logger.warning("captures stay: not all of them is in the WAV file", metadata: metadata)
            return
        }
        for capture in captures where seconds == 0 || !keep(capture) { delete(capture, metadata) }
    }

    /// Deletes what has been kept for long enough.
    func deleteExpired() {
        let now = SpoolDirectory.seconds
        let expired = kept.withLock { kept in
            let expired = kept.filter { $0.until <= now }
            kept.removeAll { $0.until <= now }
            return expired
        }
        for old in expired {
            delete(old.capture, [:])
            _ = SpoolDirectory.remove(old.marker)
        }
    }

    /// `false`: the file cannot be marked, and is not kept.
    private func keep(_ capture: String) -> Bool {
        guard let name = capture.split(separator: "/").last else { return false }
        let until = SpoolDirectory.seconds + seconds
        let marker = "\(directory)/\(Self.prefix)\(until)-\(name)\(Self.markerExtension)"
        guard SpoolDirectory.make(marker) else { return false }
        kept.withLock { $0.append(Kept(marker: marker, capture: capture, until: until)) }
        return true
    }

    private func read(_ name: String) -> Kept? {
        guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.markerExtension) else { return nil }
        let rest = name.dropFirst(Self.prefix.count).dropLast(Self.markerExtension.count)
        guard let hyphen = rest.firstIndex(of: "-"), let until = Int(rest[..<hyphen]) else { return nil }
        let capture = rest[rest.index(after: hyphen)...]
        guard capture.hasSuffix(SpoolFile.fileExtension) else { return nil }
        return Kept(marker: "\(directory)/\(name)", capture: "\(directory)/\(capture)", until: until)
    }

    private func delete(_ capture: String, _ metadata: Logger.Metadata) {
        if SpoolDirectory.remove(capture) {
            counters.countCaptures(1, .deleted)
        } else {
            counters.countCaptures(1, .undeletable)
            logger.error(
                "a capture cannot be deleted", metadata: metadata.merging(["file": "\(capture)"]) { $1 })
        }
    }
}
