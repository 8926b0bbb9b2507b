/// Records as a table for people: a row for each recording, and under it its files and the intervals in which nothing
/// was captured.
struct RecordTable {
    private static let widths = [16, 23, 23, 9, 12, 12]

    static let head = row(["CALL", "BEGAN (UTC)", "ENDED", "ANCHOR", "CAPTURED", "NOT", "RECORDING"])

    static func rows(_ record: RecordLine) -> [String] {
        let clock = Clock(day: record.began)
        var end = record.end.map { "\($0.ending), \($0.endCause)" } ?? "open"
        if let reason = record.end?.reason { end += ": \(reason)" }
        let first = row([
            record.connID, Clock.whole(record.began), record.ended.map(clock.time) ?? "open", record.anchor,
            record.end.map { seconds($0.capturedMs) } ?? "", record.end.map { seconds($0.uncapturedMs) } ?? "",
            "\(record.id) (\(record.cause); \(end))",
        ])
        var rows = [first]
        if let agent = record.agent { rows.append(indented("agent \(agent)")) }
        rows += (record.end?.files ?? record.firstFile.map { [$0] } ?? []).map { line($0, clock) }
        rows += record.end?.gaps.map { line($0, clock) } ?? []
        if let codecs = record.end?.codecs { rows.append(indented("silent: \(codecs.joined(separator: ", "))")) }
        if let evidence = record.end?.evidence, evidence != "none" {
            rows.append(indented("captured by \(evidence), to \(seconds(record.end?.resolutionMs ?? 0))"))
        }
        return rows
    }

    private static func line(_ file: RecordLine.File, _ clock: Clock) -> String {
        let proof = file.proof.map { "proved by \($0)" } ?? "no proof"
        return indented(
            "file \(file.name) from \(clock.time(file.began)), \(file.mediaServer), \(proof), pause: \(file.pause)")
    }

    private static func line(_ gap: RecordLine.Gap, _ clock: Clock) -> String {
        let (from, to) = (clock.time(gap.from), clock.time(gap.to))
        return indented("nothing captured \(from) to \(to), \(seconds(gap.ms)), \(gap.why)")
    }

    private static func indented(_ text: String) -> String {
        String(repeating: " ", count: widths[0] + 2) + text.printable
    }

    private static func row(_ cells: [String]) -> String {
        let padded = zip(cells, widths).map { $0.printable.padded(to: $1) }
        return (padded + cells.dropFirst(widths.count).map(\.printable)).joined(separator: "  ")
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        let rest = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000).\(String(repeating: "0", count: max(0, 3 - rest.count)))\(rest) s"
    }
}

extension RecordTable {
    /// Times of one recording, to the millisecond: with the day where it is another than that of its beginning.
    private struct Clock {
        private let day: Substring

        /// - Parameter day: a time of that day, as `2026-11-22T21:06:41.000123Z`.
        init(day: String) { self.day = day.prefix(10) }

        func time(_ time: String) -> String {
            time.prefix(10) == day ? String(time.prefix(23).dropFirst(11)) : Self.whole(time)
        }

        static func whole(_ time: String) -> String {
            String(time.prefix(23)).replacing("T", with: " ")
        }
    }
}
