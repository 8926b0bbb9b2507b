import CallControl
import Dispatch
import EventLoops
import Foundation
import Logging

extension RecordLog {
    /// How long a start waits for the records of an earlier run; the rest is done beside the new one.
    private static let patience = DispatchTimeInterval.seconds(1)

    /// Closes the recordings that an earlier run has left open as `not-finished`, by what their files show, on a thread of
    /// its own. Nothing of this run is written before the files are opened, and none of it is read.
    func closeEarlierRun(_ options: ServerConfiguration.Records, _ files: RecordedFiles) {
        let earlier = EarlierRun(options)
        earlierRuns.enter()
        let thread = Thread { [self] in
            close(earlier, files)
            earlierRuns.leave()
        }
        thread.name = "earlier records"
        thread.start()
        _ = earlierRuns.wait(timeout: .now() + Self.patience)
    }

    private func close(_ earlier: EarlierRun, _ files: RecordedFiles) {
        if earlier.omittedBytes > 0 {
            logger.notice(
                "older records are not searched for open recordings", metadata: ["bytes": "\(earlier.omittedBytes)"])
        }
        var count = 0
        do {
            for line in try earlier.open() {
                guard keepEarlier(JSON(closing: line, with: files, at: .now)) else { break }
                count += 1
            }
        } catch {
            logger.error("records of an earlier run cannot be read", metadata: ["reason": "\(error)"])
        }
        guard count > 0 else { return }
        logger.notice("recordings of an earlier run closed as not finished", metadata: ["recordings": "\(count)"])
    }
}

extension WallTime {
    fileprivate static var now: WallTime {
        WallTime(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }
}
