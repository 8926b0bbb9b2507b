import CallControl
import CoreMetrics
import Logging

/// What the log counts, by level (article Metrics).
struct LogMetrics: Sendable {
    private let dropped: [Logger.Level: Counter]
    private let suppressed: [Logger.Level: Counter]
    private let declarations: [MetricDeclaration]

    init(_ factory: any MetricsFactory) {
        var metrics = MetricSet(factory)
        dropped = metrics.counters(
            "callcontrol_log_lines_dropped_total", of: "lines", by: "level", Logger.Level.self,
            "log lines not written, since the log's reader or disk was too slow or accepted nothing")
        suppressed = metrics.counters(
            "callcontrol_log_lines_suppressed_total", of: "lines", by: "level", Logger.Level.self,
            "log lines left out, since there were too many of their kind in a minute")
        declarations = metrics.declarations
    }

    func countDropped(_ count: Int, at level: Logger.Level) { dropped[level]?.increment(by: count) }

    func countSuppressed(_ count: Int, at level: Logger.Level) { suppressed[level]?.increment(by: count) }

    static var declarations: [MetricDeclaration] { LogMetrics(NOOPMetricsHandler.instance).declarations }
}
