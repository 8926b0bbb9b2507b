import CallModel
import CoreMetrics
import EventLoops
import Synchronization

/// What one shard counts. Counting costs no lock and no allocation; ``EngineCounters`` hands on what was counted.
/// Changed on that shard alone.
package final class ShardCounters: Sendable {
    // Sessions
    package let sessionsOpened = ShardCounter(
        .counter("callcontrol_sessions_opened_total", of: "sessions", "sessions opened"))
    package let sessionsClosed = ShardCounter(
        .counter(
            "callcontrol_sessions_closed_total", of: "sessions",
            "sessions that were open and have ended, for any reason"))
    package let sessionsRefused = ShardCounter(
        .counter(
            "callcontrol_sessions_refused_total", of: "sessions",
            "sessions refused: wrong password or protocol version, or the limit of sessions"))
    private let passwordsRefused = ShardCounters.openings(.password)
    private let versionsRefused = ShardCounters.openings(.protocolVersion)
    private let openingsBeyondLimit = ShardCounters.openings(.sessions)
    private let addressesBlocked = ShardCounters.openings(.blocked)
    /// Connections without a session that were closed for another one's sake, and since their address had too many.
    package let unopenedDropped = ShardCounters.dropped("unopened")
    package let unopenedRefused = ShardCounters.dropped("unopened-per-address")
    /// Sessions whose clients read too slowly.
    package let sessionsCut = ShardCounters.disconnected(.slowConsumer)
    private let shutDown = ShardCounters.disconnected(.shutdown)
    private let silent = ShardCounters.disconnected(.keepAlive)
    private let unopened = ShardCounters.disconnected(.handshake)
    private let unreadable = ShardCounters.disconnected(.protocol)
    /// Sessions that were taken up, that were asked for and could not be, and that waited in vain.
    package let sessionsTakenUp = ShardCounter(
        .counter("callcontrol_sessions_resumed_total", of: "sessions", "sessions resumed over another connection"))
    package let sessionsNotTakenUp = ShardCounter(
        .counter(
            "callcontrol_session_resumes_failed_total", of: "sessions",
            "resumes of a session that was unknown or incomplete: a new session was opened"))
    package let sessionsExpired = ShardCounter(
        .counter(
            "callcontrol_sessions_expired_total", of: "sessions",
            "sessions evicted while they waited for their client to resume"))
    /// Counts of received events that fell, or were too high.
    package let countsIgnored = ShardCounter(
        .counter(
            "callcontrol_acknowledgements_invalid_total", of: "acknowledgements",
            "counts of received events that decreased or were too high"))
    /// Times that a session had as many requests outstanding as it may have.
    package let windowsFull = ShardCounter(
        .counter("callcontrol_windows_full_total", of: "times", "times that a session reached its `window`"))
    package let requests = ShardCounter(
        .counter("callcontrol_requests_total", of: "requests", "requests received from sessions"))
    /// Requests with a `request-id` that were forgotten before their minute was over.
    package let requestsForgotten = ShardCounter(
        .counter(
            "callcontrol_idempotency_evictions_total", of: "requests",
            "cached responses to requests with a `request-id` evicted before their lifetime of a "
                + "minute: more than 64 of a call, 1,024 of an application outside calls, or too many in "
                + "all"))
    /// Requests that were refused because a shard had too much to do.
    package let requestsPutOff = ShardCounter(
        .counter(
            "callcontrol_requests_shed_total", of: "requests",
            "requests shed with 111, since a shard was overloaded"))
    /// Frames that were no request that could be carried out.
    package let framesRefused = ShardCounter(
        .counter("callcontrol_frames_rejected_total", of: "frames", "frames that were no valid request"))

    // The way out
    package let eventsEncoded = ShardCounter(
        .counter(
            "callcontrol_events_encoded_total", of: "events",
            "events and replies encoded: one for each DN, however many subscribers it has"))
    package let eventsDelivered = ShardCounter(
        .counter(
            "callcontrol_events_delivered_total", of: "events",
            "copies of events for sessions, later conflated ones included"))
    package let eventsConflated = ShardCounter(
        .counter(
            "callcontrol_events_conflated_total", of: "events",
            "events dropped because a newer one replaces them"))
    package let writes = ShardCounter(
        .counter(
            "callcontrol_writes_total", of: "writes",
            "writes to sessions: one for each session and loop iteration, and for 64 KiB of a backlog"))
    /// Times that all backlogs together came to their limit.
    package let backlogsFull = ShardCounter(
        .counter(
            "callcontrol_backlogs_full_total", of: "times",
            "times that all backlogs together reached `backlog-total`"))

    // Calls and recordings
    package let callsBegun = ShardCounter(
        .counter("callcontrol_calls_started_total", of: "calls", "calls started, by clients and by the switch"))
    package let callsEnded = ShardCounter(
        .counter("callcontrol_calls_ended_total", of: "calls", "calls that have ended"))
    package let callsRefused = ShardCounter(.refusedCalls)
    private let registrationsRefused = ShardCounters.refused(.registrations)
    private let recordingsRefused = ShardCounters.refused(.recordings)
    private let userDataRefused = ShardCounters.refused(.userData)
    private let userDataTotalRefused = ShardCounters.refused(.userDataTotal)
    private let requestIDsRefused = ShardCounters.refused(.requestIDs)
    /// Ended calls whose ConnIDs were forgotten before their time.
    package let endedCallsForgotten = ShardCounter(
        .counter(
            "callcontrol_call_tombstones_evicted_total", of: "calls",
            "call tombstones evicted before their lifetime of 5 s"))
    let recordingsOff = ShardCounters.recordings("off")
    let recordingsOn = ShardCounters.recordings("on")
    let recordingsPaused = ShardCounters.recordings("paused")
    /// Recordings that no media server took, or that were lost with theirs.
    package let recordingsFailed = ShardCounter(
        .counter(
            "callcontrol_recordings_failed_total", of: "recordings",
            "recordings that no media server accepted, or that were lost with theirs"))
    let requestsAccepted = ShardCounter(
        .counter(
            "callcontrol_recording_acks_total", of: "requests",
            "recording requests acknowledged by EventACK; an idempotent retry counts once"))
    let requestsDone = ShardCounters.outcome("done")
    let requestsSuperseded = ShardCounters.outcome("superseded")
    let requestsFailed = ShardCounters.outcome("failed")

    // Media servers
    let starts = ShardCounters.command("start")
    let pauses = ShardCounters.command("pause")
    let resumes = ShardCounters.command("resume")
    let stops = ShardCounters.command("stop")
    let confirmed = ShardCounters.answer("confirmed")
    let refused = ShardCounters.answer("refused")
    let notProved = ShardCounters.answer("not-proved")
    let unanswered = ShardCounters.answer("unanswered")
    let ended = ShardCounters.unasked("ended")
    let lost = ShardCounters.unasked("lost")
    let audio = ShardCounters.unasked("audio")
    /// Answers of media servers that came late, twice, or about nothing known.
    package let unexpectedReports = ShardCounter(.unexpectedReports)

    /// Inputs that the shard found waiting at once.
    package let inboxDepth = PeakGauge()
    /// Of the oldest event that waits for a session, in milliseconds.
    package let backlogAge = PeakGauge()

    /// When the first lamp of the write round that comes next changed, in nanoseconds of the shard's; 0: none has.
    private let lampSince = Atomic<Int64>(0)
    private let lamps = Atomic<Int>(0)
    private let lampTimer: CoreMetrics.Timer
    private let confirmationTimer: CoreMetrics.Timer

    init(lampTimer: CoreMetrics.Timer, confirmationTimer: CoreMetrics.Timer) {
        self.lampTimer = lampTimer
        self.confirmationTimer = confirmationTimer
    }

    /// All of them, in one order: each stored property that is one, so that none can be declared and left out.
    func allTallies() -> [ShardCounter] {
        Mirror(reflecting: self).children.compactMap { $0.value as? ShardCounter }
    }
}

// MARK: - Metrics with a label

extension ShardCounters {
    fileprivate static func disconnected(_ reason: Disconnection) -> ShardCounter {
        ShardCounter(
            .counter(
                "callcontrol_sessions_disconnected_total", of: "sessions", by: "reason",
                Disconnection.allCases.map(\.rawValue),
                "sessions that ended because the server closed their connection; one that then waits to "
                    + "be resumed has not ended"), reason.rawValue)
    }

    fileprivate static func openings(_ reason: OpeningRefusal) -> ShardCounter {
        ShardCounter(
            .counter(
                "callcontrol_openings_refused_total", of: "sessions", by: "reason",
                OpeningRefusal.allCases.map(\.rawValue),
                "sessions not opened; `blocked`: connections closed at once after too many wrong passwords"),
            reason.rawValue)
    }

    fileprivate static func dropped(_ reason: String) -> ShardCounter {
        ShardCounter(
            .counter(
                "callcontrol_unopened_dropped_total", of: "connections", by: "reason",
                ["unopened", "unopened-per-address"], "connections without a session closed because of a limit"), reason
        )
    }

    fileprivate static func refused(_ limit: RequestError.Limit) -> ShardCounter {
        let limits: [RequestError.Limit] = [.registrations, .recordings, .userData, .userDataTotal, .requestIDs]
        return ShardCounter(
            .counter(
                "callcontrol_limit_refusals_total", of: "requests", by: "limit", limits.map(\.rawValue),
                "requests refused because of a limit of one session, of one call or of all calls; `request-ids`: too "
                    + "many that wait for their replies"), limit.rawValue)
    }

    fileprivate static func recordings(_ state: String) -> ShardCounter {
        ShardCounter(
            .gauge(
                "callcontrol_recordings", of: "recordings", by: "state", ["on", "paused", "off"],
                "recordings by confirmed state; `off`: not started yet, or between two media servers"), state)
    }

    fileprivate static func outcome(_ result: String) -> ShardCounter {
        ShardCounter(
            .counter(
                "callcontrol_recording_outcomes_total", of: "requests", by: "result", ["done", "superseded", "failed"],
                "outcomes of acknowledged recording requests; superseded and failed ones were never "
                    + "confirmed"), result)
    }

    fileprivate static func command(_ verb: String) -> ShardCounter {
        ShardCounter(
            .counter(
                "callcontrol_media_commands_total", of: "commands", by: "verb", ["start", "pause", "resume", "stop"],
                "commands sent to media servers, repeated ones included"), verb)
    }

    fileprivate static func answer(_ answer: String) -> ShardCounter {
        ShardCounter(
            .counter(
                "callcontrol_media_answers_total", of: "commands", by: "answer",
                ["confirmed", "refused", "not-proved", "unanswered"],
                "results of commands to media servers; `unanswered`: after all tries"), answer)
    }

    fileprivate static func unasked(_ report: String) -> ShardCounter {
        ShardCounter(
            .counter(
                "callcontrol_media_unsolicited_total", of: "reports", by: "report", ["ended", "lost", "audio"],
                "unsolicited reports of media servers; `audio`: audio arrives or stays away"), report)
    }
}

extension ShardCounters {
    package func disconnected(_ reason: Disconnection) -> ShardCounter {
        switch reason {
        case .slowConsumer: sessionsCut
        case .shutdown: shutDown
        case .keepAlive: silent
        case .handshake: unopened
        case .protocol: unreadable
        }
    }

    /// Sessions that were not opened.
    package func openingRefused(_ reason: OpeningRefusal) -> ShardCounter {
        switch reason {
        case .password: passwordsRefused
        case .protocolVersion: versionsRefused
        case .sessions: openingsBeyondLimit
        case .blocked: addressesBlocked
        }
    }

    /// Requests that would have passed the limit.
    func refused(_ limit: RequestError.Limit) -> ShardCounter {
        switch limit {
        case .calls: callsRefused
        case .registrations: registrationsRefused
        case .recordings: recordingsRefused
        case .userData: userDataRefused
        case .userDataTotal: userDataTotalRefused
        case .requestIDs: requestIDsRefused
        }
    }

    // MARK: - Calls

    /// What one step of a call has brought.
    func note(_ effects: borrowing Effects, at moment: Timestamp) {
        if !effects.tally.isEmpty { note(effects.tally) }
        for settled in effects.settled { note(settled, at: moment) }
        for index in effects.media.indices { note(effects.media[index].verb) }
        if effects.failedStarts > 0 { recordingsFailed.add(effects.failedStarts) }
        if effects.unexpectedReports > 0 { unexpectedReports.add(effects.unexpectedReports) }
        if effects.forgottenRequests > 0 { requestsForgotten.add(effects.forgottenRequests) }
    }

    /// A report of a media server, and what the step that it brought about changed.
    func note(_ report: borrowing MediaReport, _ effects: borrowing Effects, on shard: any EventLoop) {
        note(report.event)
        if effects.tally.lamps > 0 { lampChanged(on: shard, count: Int(effects.tally.lamps)) }
    }

    private func note(_ tally: RecordingMetricsDelta) {
        if tally.off != 0 { recordingsOff.add(Int(tally.off)) }
        if tally.on != 0 { recordingsOn.add(Int(tally.on)) }
        if tally.paused != 0 { recordingsPaused.add(Int(tally.paused)) }
        if tally.accepted != 0 { requestsAccepted.add(Int(tally.accepted)) }
        if tally.unanswered != 0 { unanswered.add(Int(tally.unanswered)) }
    }

    private func note(_ settled: CompletedRequest, at moment: Timestamp) {
        switch settled.result {
        case .done:
            requestsDone.add()
            let waited = max(0, moment.wallMicroseconds - settled.accepted)
            confirmationTimer.recordNanoseconds(waited * 1_000)
        case .superseded: requestsSuperseded.add()
        case .failed: requestsFailed.add()
        }
    }

    private func note(_ verb: MediaCommand.Verb) {
        switch verb {
        case .start: starts.add()
        case .pause: pauses.add()
        case .resume: resumes.add()
        case .stop: stops.add()
        }
    }

    private func note(_ event: MediaReport.Event) {
        switch event {
        case .started, .resumed, .confirmed: confirmed.add()
        case .refused(_, .refused), .refused(_, .disk): refused.add()
        case .refused(_, .notProved): notProved.add()
        case .ended: ended.add()
        case .lost: lost.add()
        case .audio: audio.add()
        case .evidence, .source, .undecoded: break
        }
    }

    // MARK: - Lamps

    /// A media report has changed lamps; what it brought about is written in the round that comes next.
    private func lampChanged(on shard: any EventLoop, count: Int) {
        if lampSince.load(ordering: .relaxed) == 0 {
            lampSince.store(shard.instant.nanoseconds, ordering: .relaxed)
        }
        lamps.store(lamps.load(ordering: .relaxed) &+ count, ordering: .relaxed)
    }

    /// A write round is over: each session has been written to. Counts the time of the first lamp for all of them.
    func roundIsWritten(on shard: any EventLoop) {
        let since = lampSince.load(ordering: .relaxed)
        guard since != 0 else { return }
        let took = max(0, shard.instant.nanoseconds - since)
        for _ in 0..<lamps.load(ordering: .relaxed) { lampTimer.recordNanoseconds(took) }
        lampSince.store(0, ordering: .relaxed)
        lamps.store(0, ordering: .relaxed)
    }
}

extension Duration {
    /// At least 1, so that it is told from none.
    fileprivate var nanoseconds: Int64 {
        max(1, components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000)
    }
}

/// What is counted both on a shard and beside all of them.
extension MetricDeclaration {
    static var refusedCalls: MetricDeclaration {
        .counter("callcontrol_calls_refused_total", of: "calls", "calls refused because of the limit of calls")
    }

    static var unexpectedReports: MetricDeclaration {
        .counter(
            "callcontrol_media_unexpected_reports_total", of: "reports",
            "reports of media servers that came late, twice, or about nothing known")
    }
}
