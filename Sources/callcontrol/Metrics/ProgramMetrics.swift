import CallControl
import CoreMetrics
import MediaServers
import Switches

/// All metrics that the program has, by the parts that declare them.
enum ProgramMetrics {
    /// By the names that the articles use for them.
    static let groups: [(name: String, metrics: [MetricDeclaration])] = [
        ("engine", EngineCounters(shards: 1, factory: NOOPMetricsHandler.instance).declarations),
        ("program", LogMetrics.declarations + HTTPMetrics.declarations),
        ("records", RecordMetrics.declarations),
        ("feed", FeedCounters.declarations),
        ("built-in", RecorderCounters.declarations),
        ("rtpengine", RTPEngineCounters.declarations),
    ]

    private static let help = Dictionary(
        groups.flatMap(\.metrics).map { ($0.name, $0.help.replacing("`", with: "")) },
        uniquingKeysWith: { first, _ in first })

    /// What the metric means, in plain text; `nil`: it is not of this program.
    static func help(of name: String) -> String? { help[name] }
}
