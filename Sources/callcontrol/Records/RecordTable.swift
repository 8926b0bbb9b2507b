/// Records as a table for people: a row for each recording, and under it its files and the intervals in which nothing
/// was captured.
struct RecordTable {
    private static let widths = [16, 23, 13, 9, 12, 12]

    static let head = row(["CALL", "BEGAN (UTC)", "ENDED", "ANCHOR", "CAPTURED", "NOT", "RECORDING"])

    static func rows(_ record: RecordLine) -> [String] {
        var end = "\(record.ending), \(record.endCause)"
        if let reason = record.reason { end += ": \(reason)" }
        let first = row([
            record.connID, day(record.began), time(record.ended), record.anchor, seconds(record.capturedMs),
            seconds(record.uncapturedMs), "\(record.id) (\(record.cause); \(end))",
        ])
        let agent = record.agent.map { [indented("agent \($0)")] } ?? []
        return [first] + agent + record.files.map(line) + record.gaps.map(line)
    }

    private static func line(_ file: RecordLine.File) -> String {
        let proof = file.proof.map { "proved by \($0)" } ?? "no proof"
        return indented(
            "file \(file.name) from \(time(file.began)), \(file.mediaServer), \(proof), pause: \(file.pause)")
    }

    private static func line(_ gap: RecordLine.Gap) -> String {
        indented("nothing captured \(time(gap.from)) to \(time(gap.to)), \(seconds(gap.ms)), \(gap.why)")
    }

    private static func indented(_ text: String) -> String {
        String(repeating: " ", count: widths[0] + 2) + text.printable
    }

    private static func row(_ cells: [String]) -> String {
        let padded = zip(cells, widths).map { $0.printable.padded(to: $1) }
        return (padded + cells.dropFirst(widths.count).map(\.printable)).joined(separator: "  ")
    }

    /// `2026-11-22T21:06:41.000123Z` to the millisecond.
    private static func day(_ time: String) -> String {
        String(time.prefix(23)).replacing("T", with: " ")
    }

    private static func time(_ time: String) -> String {
        String(time.prefix(23).drop { $0 != "T" }.dropFirst())
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        let rest = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000).\(String(repeating: "0", count: max(0, 3 - rest.count)))\(rest) s"
    }
}
