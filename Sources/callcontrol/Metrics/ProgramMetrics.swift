import CallControl

/// Metrics of the program itself, beside those of the engine.
enum ProgramMetrics {
    /// By name: what the metric means, as its help says.
    static let meanings: [String: String] = [
        "callcontrol_http_connections_displaced_total":
            "connections of the metrics port that were closed because another needed their place",
        "callcontrol_http_requests_refused_total":
            "requests for lists and calls on the metrics port that got 503, since too many were being answered",
        "callcontrol_log_lines_dropped_total":
            "log lines that were not written, since the log's reader or disk was too slow or took nothing, by level",
        "callcontrol_log_lines_suppressed_total":
            "log lines that were left out, since there were too many of their kind in a minute, by level",
    ]

    static func meaning(of name: String) -> String? {
        meanings[name] ?? RecordMetrics.meanings[name] ?? EngineCounters.meanings[name]
    }
}
