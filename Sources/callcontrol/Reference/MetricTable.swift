import CallControl

/// The metrics of one group as an article shows them.
enum MetricTable {
    /// - Returns: `nil` where there is no such group.
    static func text(_ group: String) -> String? {
        guard let metrics = ProgramMetrics.groups.first(where: { $0.name == group })?.metrics else { return nil }
        var table = ArticleTable("metric", "kind", "unit", "meaning")
        for metric in metrics {
            let label = metric.label.map { "{\($0.name)}" } ?? ""
            table.add("`\(metric.name)\(label)`", metric.kind.rawValue, metric.unit, metric.help + values(metric))
        }
        return table.text
    }

    private static func values(_ metric: MetricDeclaration) -> String {
        guard let label = metric.label, !label.values.isEmpty else { return "" }
        return ". `\(label.name)`: \(label.values.map { "`\($0)`" }.joined(separator: ", "))"
    }
}
