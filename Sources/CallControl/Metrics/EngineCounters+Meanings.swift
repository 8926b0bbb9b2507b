extension EngineCounters {
    /// What each metric of the engine means, by its name: for the article Metrics and for whoever scrapes.
    package static let meanings: [String: String] = [
        "callcontrol_sessions": "sessions that are open, those among them that wait to be taken up",
        "callcontrol_sessions_opened_total": "sessions opened",
        "callcontrol_sessions_closed_total": "sessions that were open and are gone, whoever ended them",
        "callcontrol_sessions_refused_total": "refused: wrong password or protocol version, or the limit of sessions",
        "callcontrol_openings_refused_total":
            "sessions not opened, by reason; blocked: connections closed at once after too many wrong passwords",
        "callcontrol_unopened_connections": "connections on which no session is open yet",
        "callcontrol_unopened_dropped_total": "connections without a session closed because of a limit, by limit",
        "callcontrol_sessions_disconnected_total":
            "sessions that are over since this side ended their connection, by reason",
        "callcontrol_sessions_taken_up_total": "sessions taken up over another connection",
        "callcontrol_sessions_not_taken_up_total":
            "sessions asked for and not there, or not whole: a new one was opened",
        "callcontrol_sessions_expired_total": "sessions dropped while they waited to be taken up",
        "callcontrol_received_counts_ignored_total": "counts of received events that fell, or that were too high",
        "callcontrol_windows_full_total": "times that a session reached its window",
        "callcontrol_requests_total": "requests taken from sessions",
        "callcontrol_requests_forgotten_total":
            "requests with a request-id that were forgotten before their minute was over",
        "callcontrol_requests_put_off_total": "requests that got 111, since a shard had too much to do",
        "callcontrol_frames_refused_total": "frames that were no request that could be carried out",
        "callcontrol_events_encoded_total": "events and answers made: one for each DN, whoever hears of it",
        "callcontrol_events_delivered_total":
            "copies of them for sessions, those that a newer one stands for later among them",
        "callcontrol_events_conflated_total": "events that were dropped because a newer one stands for them",
        "callcontrol_writes_total":
            "writes to sessions: one for each session and turn of its loop, and for 64 KiB of a backlog",
        "callcontrol_backlogs_full_total": "times that all backlogs together reached backlog-total",
        "callcontrol_backlog_bytes":
            "memory that all backlogs take together, each event once; with what is kept for taking up",
        "callcontrol_backlog_age_seconds":
            "age of the oldest event that waits for a session which reads slowly, as of the last quarter of a second",
        "callcontrol_user_data_bytes": "packed user data of all calls, in bytes",
        "callcontrol_calls": "calls that there are",
        "callcontrol_calls_begun_total": "calls begun, by clients and by the switch",
        "callcontrol_calls_ended_total": "calls of which nothing will come any more",
        "callcontrol_calls_refused_total": "calls that were not made because of the limit of calls",
        "callcontrol_limit_refusals_total":
            "requests that were refused because of a limit of one session, of one call or of all calls, by limit",
        "callcontrol_ended_calls_forgotten_total":
            "ended calls of which, within 5 seconds, no more is known than of one that never was",
        "callcontrol_recordings": "recordings by what is confirmed of them; off: not begun yet, or between two servers",
        "callcontrol_recordings_failed_total": "recordings that no media server took, or that were lost with theirs",
        "callcontrol_recording_acks_total": "recording requests that got EventACK; one that is asked again counts once",
        "callcontrol_recording_acks_open": "of those, the ones whose outcome is not known yet",
        "callcontrol_recording_outcomes_total":
            "of those, what came of them; superseded and failed ones were never confirmed",
        "callcontrol_recording_confirmation_seconds": "from EventACK to the confirmed state, of those that were done",
        "callcontrol_lamp_write_seconds":
            "from a media server's confirmation to the end of the writes that tell it to the sessions of that shard",
        "callcontrol_media_commands_total": "commands to media servers, repeated ones too, by verb",
        "callcontrol_media_answers_total": "what came of commands, by answer; unanswered: after all tries",
        "callcontrol_media_unasked_total": "what media servers said without being asked",
        "callcontrol_media_stray_reports_total": "answers that came late, twice, or about nothing known",
        "callcontrol_media_servers_lost_total": "times that a media server stopped answering to a shard",
        "callcontrol_media_servers_full_total": "times that a media server reached its max-recordings",
        "callcontrol_inbox_depth": "the most inputs that a shard found waiting since it was asked last, by shard",
    ]
}
