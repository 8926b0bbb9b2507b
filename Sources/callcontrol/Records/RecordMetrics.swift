import CoreMetrics

/// What the log of records counts (article Metrics).
struct RecordMetrics: Sendable {
    let written: Counter
    let lost: Counter
    let closed: Counter
    let reopened: Counter
    let waiting: Gauge
    let lag: Gauge

    init(_ factory: any MetricsFactory) {
        written = Counter(label: "callcontrol_records_written_total", factory: factory)
        lost = Counter(label: "callcontrol_records_lost_total", factory: factory)
        closed = Counter(label: "callcontrol_records_closed_total", factory: factory)
        reopened = Counter(label: "callcontrol_records_reopened_total", factory: factory)
        waiting = Gauge(label: "callcontrol_records_waiting", factory: factory)
        lag = Gauge(label: "callcontrol_records_lag_seconds", factory: factory)
    }

    /// By the name of the metric.
    static let meanings: [String: String] = [
        "callcontrol_records_written_total": "lines written to the records file, two for a recording that began",
        "callcontrol_records_lost_total": "lines lost because records.backlog-bytes was reached",
        "callcontrol_records_closed_total": "recordings of an earlier run that were closed as not-finished at start",
        "callcontrol_records_reopened_total": "times that the records file was moved or removed, and opened again",
        "callcontrol_records_waiting": "lines that wait to be written to the records file",
        "callcontrol_records_lag_seconds": "age of the oldest line that waits to be written to the records file",
    ]
}
