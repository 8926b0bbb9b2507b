package import CallControl
import CoreMetrics

/// What a built-in recorder counts, by swift-metrics (article Metrics).
package struct RecorderCounters: Sendable {
    /// Something that only grows.
    struct Tally: Sendable {
        private let counter: Counter

        fileprivate init(_ counter: Counter) {
            self.counter = counter
        }

        func add() {
            counter.increment()
        }
    }

    let failedFiles: Tally
    let sourceChanges: Tally
    let portsReused: Tally
    private let declarations: [MetricDeclaration]

    init(_ factory: any MetricsFactory = MetricsSystem.factory) {
        var metrics = MetricSet(factory)
        failedFiles = Tally(
            metrics.counter(
                "callcontrol_recorder_files_failed_total", of: "files",
                "files that were removed, moved or truncated, or for which the disk had no capacity"))
        sourceChanges = Tally(
            metrics.counter(
                "callcontrol_recorder_source_changes_total", of: "times",
                "times that the audio of a side came from another address than before"))
        portsReused = Tally(
            metrics.counter(
                "callcontrol_recorder_ports_reused_total", of: "ports", "ports used again before their `port-rest`"))
        declarations = metrics.declarations
    }

    /// The metrics of the recorder.
    package static var declarations: [MetricDeclaration] {
        RecorderCounters(NOOPMetricsHandler.instance).declarations
    }
}
