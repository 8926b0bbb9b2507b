import CoreMetrics

/// What an engine counts, by swift-metrics (Operations, "Metrics"). One of each for the whole engine.
package struct EngineCounters: Sendable {
    /// Something that only grows.
    package struct Tally: Sendable {
        private let counter: Counter

        fileprivate init(_ label: String) {
            counter = Counter(label: label)
        }

        package func add(_ count: Int = 1) {
            counter.increment(by: count)
        }
    }

    package let sessionsOpened = Tally("callcontrol_sessions_opened_total")
    package let sessionsRefused = Tally("callcontrol_sessions_refused_total")
    /// Sessions whose clients read too slowly.
    package let sessionsCut = Tally("callcontrol_sessions_cut_total")
    /// Sessions that were taken up, that were asked for and could not be, and that waited in vain.
    package let sessionsTakenUp = Tally("callcontrol_sessions_taken_up_total")
    package let sessionsNotTakenUp = Tally("callcontrol_sessions_not_taken_up_total")
    package let sessionsExpired = Tally("callcontrol_sessions_expired_total")
    /// Counts of received events that fell, or were too high.
    package let countsIgnored = Tally("callcontrol_received_counts_ignored_total")
    /// Times that all backlogs together came to their limit.
    package let backlogsFull = Tally("callcontrol_backlogs_full_total")
    /// Times that a session had as many requests outstanding as it may have.
    package let windowsFull = Tally("callcontrol_windows_full_total")
    /// Requests that were refused because a shard had too much to do.
    package let requestsPutOff = Tally("callcontrol_requests_put_off_total")
    /// Frames that were no request that could be carried out.
    package let framesRefused = Tally("callcontrol_frames_refused_total")
    package let callsBegun = Tally("callcontrol_calls_begun_total")
    package let callsRefused = Tally("callcontrol_calls_refused_total")
    /// Ended calls whose ConnIDs were forgotten before their time.
    package let endedCallsForgotten = Tally("callcontrol_ended_calls_forgotten_total")
    /// Requests with a `request-id` that were forgotten before their minute was over.
    package let requestsForgotten = Tally("callcontrol_requests_forgotten_total")
    /// Answers of media servers that came late, twice, or about nothing known.
    package let strayReports = Tally("callcontrol_media_stray_reports_total")
    /// Recordings that no media server took, or that were lost with theirs.
    package let recordingsFailed = Tally("callcontrol_recordings_failed_total")
    /// Times that a media server stopped answering to a shard, and that one reached its load limit.
    package let mediaServersLost = Tally("callcontrol_media_servers_lost_total")
    package let mediaServersFull = Tally("callcontrol_media_servers_full_total")

    package init() {}
}
