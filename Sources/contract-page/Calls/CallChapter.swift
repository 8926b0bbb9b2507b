import TLibrary

/// The events of the call requests.
enum CallChapter {
    static func parts() throws -> [String] {
        try [head] + Scenario.all.flatMap { try CallSection($0).parts }
    }

    private static let head = """
        ## The events of call requests

        Each section has a situation, the request itself, and one row for each event and DN. The rows have the order of arrival at a
        session that has registered all DNs. Every session on a DN gets that DN's copy. The copies are equal except for the
        ReferenceID, which is only in the requester's copy of one event, marked in its column. Between two calls there is no order,
        with one exception: EventPartyChanged follows all events of its PreviousConnID.

        5001, 5002, 5003 and 5009 are extensions, the last one with `record: true`. trunk-1 is a trunk, 6500 a queue and 9000 a
        routing point. The calls are called main, consult (a consultation call, of CallType Consult) and other. Empty columns are
        omitted. ThisDN, OtherDN and ThirdPartyDN have their roles in brackets. The column GSIP_RECORD has the value of that key in UserData.

        A second table has the effect on a recording, for each party that may be its anchor. The events are the same with a
        recording, except for `GSIP_RECORD`, which is the state last confirmed by the media server. Changes of the indication follow
        when the media server has confirmed, usually after those events. A recording of a party that is not established is armed.
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
        var table = MarkdownTable("recording of", "effect", "GSIP_RECORD in those events", "changes")
        for anchor in walkthrough.anchors {
            let run = try ScenarioRun(walkthrough, recording: anchor, mergesRecordings: mergesRecordings)
            try run.check(against: plain, of: walkthrough)
            let place = anchor.call == .main ? anchor.dn.text : "\(anchor.dn) in \(anchor.call)"
            table.add(place, run.fate, run.lamps, run.changes)
        }
        return table.text
    }
}
