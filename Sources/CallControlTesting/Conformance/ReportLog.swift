import CallControl
import CallModel
import EventLoops
import TLibrary

/// What a driver has reported, on whatever thread, and what it wants to be run on its shard.
final class ReportLog: Sendable {
    private let reports = Locked<[MediaReport]>([])
    private let reachabilities = Locked<[MediaReachability]>([])
    private let errands = Locked<[@Sendable () -> Void]>([])

    /// For drivers of this book. Used on the shard.
    func open(on shard: any EventLoop) -> MediaReports {
        shard.onWake { [self] in
            let due = errands.withLock { errands in
                defer { errands = [] }
                return errands
            }
            for errand in due { errand() }
        }
        return MediaReports(
            deliver: { [self] report in reports.withLock { $0.append(report) } },
            reach: { [self] reachability in reachabilities.withLock { $0.append(reachability) } },
            run: { [self] _, work in
                errands.withLock { $0.append(work) }
                shard.wake()
            })
    }

    var all: [MediaReport] { reports.withLock { $0 } }
    var told: [MediaReachability] { reachabilities.withLock { $0 } }

    func events(of recording: FixtureRecording) -> [MediaReport.Event] {
        all.filter { $0.connection == recording.connection && $0.recording == recording.recording }.map(\.event)
    }
}

extension MediaReport.Event {
    /// The command that it answers; `nil`: nobody asked.
    var answered: MediaCommand.ID? {
        switch self {
        case .started(let id, _, _, _), .resumed(let id, _, _), .confirmed(let id), .refused(let id, _): id
        case .ended, .lost, .audio, .evidence, .source, .undecoded: nil
        }
    }
}
