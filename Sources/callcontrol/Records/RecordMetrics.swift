import CallControl
import CoreMetrics

/// What the log of records counts (article Metrics).
struct RecordMetrics: Sendable {
    let written: Counter
    let lost: Counter
    let closed: Counter
    let reopened: Counter
    let waiting: Gauge
    let lag: Gauge
    private let declarations: [MetricDeclaration]

    init(_ factory: any MetricsFactory) {
        var metrics = MetricSet(factory)
        written = metrics.counter(
            "callcontrol_records_written_total", of: "lines",
            "lines written to the records file, two for a recording that has started")
        lost = metrics.counter(
            "callcontrol_records_lost_total", of: "lines", "lines lost because `records.backlog-bytes` was reached")
        closed = metrics.counter(
            "callcontrol_records_closed_total", of: "recordings",
            "recordings of an earlier run closed as `not-finished` at start")
        reopened = metrics.counter(
            "callcontrol_records_reopened_total", of: "times",
            "times that the records file was moved or removed, and opened anew")
        waiting = metrics.gauge("callcontrol_records_waiting", of: "lines", "lines waiting for the records file")
        lag = metrics.gauge(
            "callcontrol_records_lag_seconds", of: "seconds", "age of the oldest line waiting for the records file")
        declarations = metrics.declarations
    }

    static var declarations: [MetricDeclaration] { RecordMetrics(NOOPMetricsHandler.instance).declarations }
}
