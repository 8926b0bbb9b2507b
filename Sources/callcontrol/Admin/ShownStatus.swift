/// A page of `/sessions`, as the command line reads it.
struct SessionPage: Decodable, Sendable {
    struct Session: Decodable, Sendable {
        var id: String
        var state: String
        var application: String
        var peer: String
        var opened: String?
        var registrations: Int64
        var windowInUse: Int64
        var backlogBytes: Int64
        var backlogAgeMs: Int64
        var conflated: Int64
    }

    var sessions: [Session]
    var next: String?
}

/// A call of `/calls/CONNID`.
struct ShownCall: Decodable, Sendable {
    struct Party: Decodable, Sendable {
        var dn: String
        var role: String
        var state: String
        var agent: String?
    }

    struct Recording: Decodable, Sendable {
        var id: String
        var state: String
        var desired: String
        var phase: String
        var cause: String
        var party: String
        var origin: String?
        var file: String?
        var mediaServer: String?
        var reason: String?
        var warning: String?
        var warningSide: String?
    }

    /// What there is depends on the event.
    struct Transition: Decodable, Sendable {
        var time: String
        var recording: String
        var event: String
        var state: String?
        var cause: String?
        var by: String?
        var verb: String?
        var answer: String?
        var mediaServer: String?
        var file: String?
        var reason: String?
        var warning: String?
        var anchor: String?
        var ending: String?
        var connID: String?
    }

    var connID: String
    var callUUID: String
    var callType: String
    var parties: [Party]
    var recordings: [Recording]
    var transitions: [Transition]
}

/// Sessions as a table for people.
enum SessionTable {
    private static let widths = [8, 20, 21, 19, 9, 5, 6, 10, 9]

    static let head = row([
        "ID", "APPLICATION", "PEER", "OPENED (UTC)", "STATE", "DNS", "WINDOW", "BACKLOG", "AGE", "CONFLATED",
    ])

    static func row(_ session: SessionPage.Session) -> String {
        row([
            session.id, session.application, session.peer, session.opened.map(day) ?? "", session.state,
            "\(session.registrations)", "\(session.windowInUse)", "\(session.backlogBytes)",
            "\(session.backlogAgeMs) ms", "\(session.conflated)",
        ])
    }

    private static func row(_ cells: [String]) -> String {
        let padded = zip(cells, widths).map { $0.printable.padded(to: $1) }
        return (padded + cells.dropFirst(widths.count).map(\.printable)).joined(separator: "  ")
    }

    /// `2026-11-22T21:06:41.000123Z` to the second.
    private static func day(_ time: String) -> String {
        String(time.prefix(19)).replacing("T", with: " ")
    }
}

/// A call as a table for people.
enum CallTable {
    static func lines(_ call: ShownCall) -> [String] {
        ["call \(call.connID)  \(call.callType)  \(call.callUUID)".printable] + call.parties.map(line)
            + call.recordings.map(line) + call.transitions.map(line)
    }

    private static func line(_ party: ShownCall.Party) -> String {
        let agent = party.agent.map { "  agent \($0)" } ?? ""
        return "party      \(party.dn.padded(to: 10))  \(party.role.padded(to: 17))  \(party.state)\(agent)".printable
    }

    private static func line(_ recording: ShownCall.Recording) -> String {
        var text = "recording  \(recording.id) of \(recording.party): \(recording.state) (\(recording.cause))"
        text += ", wanted \(recording.desired), phase \(recording.phase)"
        if let reason = recording.reason { text += ", because \(reason)" }
        if let warning = recording.warning {
            text += ", warning \(warning)" + (recording.warningSide.map { " (\($0))" } ?? "")
        }
        if let server = recording.mediaServer { text += ", at \(server)" }
        if let file = recording.file { text += ", file \(file)" }
        if let origin = recording.origin { text += ", began in call \(origin)" }
        return text.printable
    }

    private static func line(_ transition: ShownCall.Transition) -> String {
        let time = transition.time.prefix(23).drop { $0 != "T" }.dropFirst()
        return "\(time)  \(transition.recording): \(saying(transition))".printable
    }

    private static func saying(_ transition: ShownCall.Transition) -> String {
        var words = [transition.event]
        switch transition.event {
        case "began": words += [transition.anchor].compactMap { $0 }.map { "on \($0)" }
        case "sent": words += [transition.verb, transition.mediaServer.map { "to \($0)" }].compactMap { $0 }
        case "answered": words += [transition.answer, transition.mediaServer.map { "by \($0)" }].compactMap { $0 }
        case "carried": words += [transition.connID].compactMap { $0 }.map { "into call \($0)" }
        default: words += [transition.state, transition.ending].compactMap { $0 }
        }
        if let cause = transition.cause { words.append("(\(cause))") }
        if let by = transition.by { words.append("by session \(by)") }
        if let reason = transition.reason { words.append("because \(reason)") }
        if let warning = transition.warning { words.append("warning \(warning)") }
        if let file = transition.file { words.append("file \(file)") }
        return words.joined(separator: " ")
    }
}
