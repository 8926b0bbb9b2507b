import CallControlTesting
import CallModel
import TLibrary

/// When a recording was captured by what its media servers have reported as evidence.
struct Evidence {
    private var spans: [ClosedRange<Duration>] = []
    /// A report came so close to a start or an end that the engine may have counted it to either side.
    private(set) var isAmbiguous = false

    private static let lag = Duration.milliseconds(10)

    /// - Parameter changes: those of the recording alone.
    init(
        of recording: String, in connection: ConnectionID, _ changes: [Oracle.Change], _ media: [ScriptedMediaServer],
        until end: Duration
    ) {
        for (place, change) in changes.enumerated() where change.file != nil {
            let over = changes[(place + 1)...].first { $0.state == .off }?.time ?? end
            for server in media {
                let entries = server.log.entries(of: connection).filter { $0.report.recording.text == recording }
                let start = entries.first { entry in
                    if case .started(_, change.file, _, _) = entry.report.event { true } else { false }
                }
                guard let start, case .started(let id, _, _, _) = start.report.event else { continue }
                let sent = server.log.sendings.first { $0.command.connection == connection && $0.command.id == id }?
                    .time
                follow(entries, from: sent ?? start.time, to: over)
            }
        }
    }

    private mutating func follow(_ entries: [MediaLog.Entry], from start: Duration, to over: Duration) {
        var since: Duration?
        for entry in entries {
            guard case .evidence(let evidence) = entry.report.event else { continue }
            let isNear = [start, over].contains { abs($0, entry.time) < Self.lag }
            guard start <= entry.time, entry.time <= over else {
                if isNear { isAmbiguous = true }
                continue
            }
            switch evidence.edge {
            case .began(let time): since = since ?? time
            case .ended(let time):
                if let from = since { spans.append(from...max(from, time)) }
                since = nil
            }
        }
        if let since { spans.append(since...max(since, over)) }
    }

    private func abs(_ left: Duration, _ right: Duration) -> Duration {
        left < right ? right - left : left - right
    }

    /// What of these stretches it covers.
    func cover(_ stretches: [ClosedRange<Duration>]) -> [ClosedRange<Duration>] {
        stretches.flatMap { stretch in
            spans.filter { $0.overlaps(stretch) }.map { $0.clamped(to: stretch) }
        }
    }
}
