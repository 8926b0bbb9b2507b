import TLibrary

/// The events of the call requests.
enum CallChapter {
    static func parts() throws -> [String] {
        try [head] + Scenario.all.flatMap { try CallSection($0).parts }
    }

    private static let head = """
        ## The events of call requests

        For each request there is a situation, the request itself, and one row for each event and DN, in the order in which they
        come to a session that has registered all of them. Every session on a DN gets that DN's copy; those copies are equal, but
        for the ReferenceID: it is in the asker's copy of one event alone, marked in its column. Between two calls no order is
        promised, but that EventPartyChanged comes after all events of its PreviousConnID.

        5001, 5002, 5003 and 5009 are extensions, the last one with `record: true`; trunk-1 is a trunk, 6500 a queue and 9000 a
        routing point. The calls are called main, consult (a consultation call, of CallType Consult) and other. An empty column is
        left out. ThisDN, OtherDN and ThirdPartyDN have their roles in brackets; *lamp* is `GSIP_RECORD` in the event's UserData.

        After the events there stands what becomes of a recording, for each party that may be its anchor. The events are the same
        with it, but for their lamp, which shows what the media server has last confirmed; the changes of the indication come when
        the media server has confirmed, mostly after those events. A recording of a party that does not speak yet is armed.
        """
}

/// A walkthrough as a section of the article.
struct CallSection {
    let parts: [String]

    init(_ walkthrough: Scenario) throws {
        let plain = try ScenarioRun(walkthrough)
        var table = MarkdownTable(columns: EventRow.columns)
        for act in plain.acts {
            table.add([act.line] + EventRow.columns.dropFirst().map { _ in "" })
            for row in act.rows { table.add(row.cells) }
        }
        var parts = ["### \(walkthrough.title)\n\n\(walkthrough.situation)\n\n\(table.text)"]
        if !walkthrough.anchors.isEmpty {
            parts.append(try Self.fates(walkthrough, plain, mergesRecordings: false))
        }
        if walkthrough.joins {
            parts.append(
                "With `record-after-merge: true`:\n\n" + (try Self.fates(walkthrough, plain, mergesRecordings: true)))
        }
        self.parts = parts
    }

    private static func fates(
        _ walkthrough: Scenario, _ plain: ScenarioRun, mergesRecordings: Bool
    ) throws -> String {
        var table = MarkdownTable("recording of", "what becomes of it", "lamp in those events", "changes")
        for anchor in walkthrough.anchors {
            let run = try ScenarioRun(walkthrough, recording: anchor, mergesRecordings: mergesRecordings)
            try run.check(against: plain, of: walkthrough)
            let place = anchor.call == .main ? anchor.dn.text : "\(anchor.dn) in \(anchor.call)"
            table.add(place, run.fate, run.lamps, run.changes)
        }
        return table.text
    }
}
