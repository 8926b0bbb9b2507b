import CallControl
import CoreMetrics

/// What the HTTP port counts (article Metrics).
struct HTTPMetrics: Sendable {
    let displaced: Counter
    let refused: Counter
    private let declarations: [MetricDeclaration]

    init(_ factory: any MetricsFactory) {
        var metrics = MetricSet(factory)
        displaced = metrics.counter(
            "callcontrol_http_connections_displaced_total", of: "connections",
            "connections of the HTTP port closed because another one needed their slot")
        refused = metrics.counter(
            "callcontrol_http_requests_refused_total", of: "requests",
            "requests for lists and calls on the HTTP port that got 503, since too many were being answered")
        declarations = metrics.declarations
    }

    static var declarations: [MetricDeclaration] { HTTPMetrics(NOOPMetricsHandler.instance).declarations }
}
