import CallModel
import CoreMetrics
import EventLoops
import Synchronization

/// What one shard counts. Counting costs no lock and no allocation; ``EngineCounters`` hands on what was counted.
/// Changed on that shard alone.
package final class ShardCounters: Sendable {
    // Sessions
    package let sessionsOpened = ShardCounter("callcontrol_sessions_opened_total")
    package let sessionsClosed = ShardCounter("callcontrol_sessions_closed_total")
    package let sessionsRefused = ShardCounter("callcontrol_sessions_refused_total")
    private let passwordsRefused = ShardCounters.openings(.password)
    private let versionsRefused = ShardCounters.openings(.protocolVersion)
    private let openingsBeyondLimit = ShardCounters.openings(.sessions)
    private let addressesBlocked = ShardCounters.openings(.blocked)
    /// Connections without a session that were closed for another one's sake, and since their address had too many.
    package let unopenedDropped = ShardCounter("callcontrol_unopened_dropped_total", [("reason", "unopened")])
    package let unopenedRefused = ShardCounter(
        "callcontrol_unopened_dropped_total", [("reason", "unopened-per-address")])
    /// Sessions whose clients read too slowly.
    package let sessionsCut = ShardCounters.disconnected(.slowConsumer)
    private let shutDown = ShardCounters.disconnected(.shutdown)
    private let silent = ShardCounters.disconnected(.keepAlive)
    private let unopened = ShardCounters.disconnected(.handshake)
    private let unreadable = ShardCounters.disconnected(.protocol)
    /// Sessions that were taken up, that were asked for and could not be, and that waited in vain.
    package let sessionsTakenUp = ShardCounter("callcontrol_sessions_taken_up_total")
    package let sessionsNotTakenUp = ShardCounter("callcontrol_sessions_not_taken_up_total")
    package let sessionsExpired = ShardCounter("callcontrol_sessions_expired_total")
    /// Counts of received events that fell, or were too high.
    package let countsIgnored = ShardCounter("callcontrol_received_counts_ignored_total")
    /// Times that a session had as many requests outstanding as it may have.
    package let windowsFull = ShardCounter("callcontrol_windows_full_total")
    package let requests = ShardCounter("callcontrol_requests_total")
    /// Requests with a `request-id` that were forgotten before their minute was over.
    package let requestsForgotten = ShardCounter("callcontrol_requests_forgotten_total")
    /// Requests that were refused because a shard had too much to do.
    package let requestsPutOff = ShardCounter("callcontrol_requests_put_off_total")
    /// Frames that were no request that could be carried out.
    package let framesRefused = ShardCounter("callcontrol_frames_refused_total")

    // The way out
    package let eventsEncoded = ShardCounter("callcontrol_events_encoded_total")
    package let eventsDelivered = ShardCounter("callcontrol_events_delivered_total")
    package let eventsConflated = ShardCounter("callcontrol_events_conflated_total")
    package let writes = ShardCounter("callcontrol_writes_total")
    /// Times that all backlogs together came to their limit.
    package let backlogsFull = ShardCounter("callcontrol_backlogs_full_total")

    // Calls and recordings
    package let callsBegun = ShardCounter("callcontrol_calls_begun_total")
    package let callsEnded = ShardCounter("callcontrol_calls_ended_total")
    package let callsRefused = ShardCounter("callcontrol_calls_refused_total")
    private let registrationsRefused = ShardCounters.refused(.registrations)
    private let recordingsRefused = ShardCounters.refused(.recordings)
    private let userDataRefused = ShardCounters.refused(.userData)
    private let userDataTotalRefused = ShardCounters.refused(.userDataTotal)
    private let requestIDsRefused = ShardCounters.refused(.requestIDs)
    /// Ended calls whose ConnIDs were forgotten before their time.
    package let endedCallsForgotten = ShardCounter("callcontrol_ended_calls_forgotten_total")
    let recordingsOff = ShardCounters.recordings("off")
    let recordingsOn = ShardCounters.recordings("on")
    let recordingsPaused = ShardCounters.recordings("paused")
    /// Recordings that no media server took, or that were lost with theirs.
    package let recordingsFailed = ShardCounter("callcontrol_recordings_failed_total")
    let requestsAccepted = ShardCounter("callcontrol_recording_acks_total")
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
    package let unexpectedReports = ShardCounter("callcontrol_media_stray_reports_total")

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

    /// All of them, in one order.
    var tallies: [ShardCounter] {
        [
            sessionsOpened, sessionsClosed, sessionsRefused, passwordsRefused, versionsRefused, openingsBeyondLimit,
            addressesBlocked, unopenedDropped, unopenedRefused, sessionsCut, shutDown, silent, unopened, unreadable,
            sessionsTakenUp, sessionsNotTakenUp, sessionsExpired, countsIgnored, windowsFull, requests,
            requestsForgotten, requestsPutOff, framesRefused, eventsEncoded, eventsDelivered, eventsConflated, writes,
            backlogsFull, callsBegun, callsEnded, callsRefused, registrationsRefused, recordingsRefused,
            userDataRefused, userDataTotalRefused, requestIDsRefused, endedCallsForgotten, recordingsOff, recordingsOn,
            recordingsPaused,
            recordingsFailed, requestsAccepted, requestsDone, requestsSuperseded, requestsFailed, starts, pauses,
            resumes, stops, confirmed, refused, notProved, unanswered, ended, lost, audio, unexpectedReports,
        ]
    }

    private static func disconnected(_ reason: Disconnection) -> ShardCounter {
        ShardCounter("callcontrol_sessions_disconnected_total", [("reason", reason.rawValue)])
    }

    private static func openings(_ reason: OpeningRefusal) -> ShardCounter {
        ShardCounter("callcontrol_openings_refused_total", [("reason", reason.rawValue)])
    }

    private static func refused(_ limit: RequestError.Limit) -> ShardCounter {
        ShardCounter("callcontrol_limit_refusals_total", [("limit", limit.rawValue)])
    }

    private static func recordings(_ state: String) -> ShardCounter {
        ShardCounter("callcontrol_recordings", [("state", state)], kind: .gauge)
    }

    private static func outcome(_ result: String) -> ShardCounter {
        ShardCounter("callcontrol_recording_outcomes_total", [("result", result)])
    }

    private static func command(_ verb: String) -> ShardCounter {
        ShardCounter("callcontrol_media_commands_total", [("verb", verb)])
    }

    private static func answer(_ answer: String) -> ShardCounter {
        ShardCounter("callcontrol_media_answers_total", [("answer", answer)])
    }

    private static func unasked(_ report: String) -> ShardCounter {
        ShardCounter("callcontrol_media_unasked_total", [("report", report)])
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
    func note(_ outcome: borrowing CallOutcome, of input: CallInput, on shard: any EventLoop, at moment: Timestamp) {
        if case .media(let report) = input {
            note(report.event)
            if outcome.tally.lamps > 0 { lampChanged(on: shard, count: Int(outcome.tally.lamps)) }
        }
        if !outcome.tally.isEmpty { note(outcome.tally) }
        if !outcome.settled.isEmpty { outcome.settled.forEach { note(copy $0, at: moment) } }
        if !outcome.media.isEmpty { outcome.media.forEach { note($0.verb) } }
        if outcome.failedStarts > 0 { recordingsFailed.add(outcome.failedStarts) }
        if outcome.unexpectedReports > 0 { unexpectedReports.add(outcome.unexpectedReports) }
        if outcome.forgottenRequests > 0 { requestsForgotten.add(outcome.forgottenRequests) }
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
            let waited = max(0, moment.wallMicroseconds - settled.accepted.wallMicroseconds)
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
