import CallControl
import CallModel
import TLibrary

/// Sessions and calls as JSON. User data, Reasons and Extensions are in none.
struct StatusRows: Sendable {
    /// The names of the media servers, in the order of the engine's list.
    let servers: [String]

    func row(_ session: SessionStatus) -> [UInt8] {
        var members: [(key: String, value: JSON)] = [
            ("id", .string(session.client.shown)), ("state", .string(session.state.rawValue)),
            ("application", .string(session.application)), ("peer", .string(session.outbox.peer)),
        ]
        if let opened = session.opened { members.append(("opened", JSON(time: opened))) }
        members += [
            ("registrations", .number(Int64(session.registrations))),
            ("windowInUse", .number(Int64(session.outstanding))),
            ("backlogBytes", .number(Int64(session.outbox.backlogBytes))),
            ("backlogAgeMs", JSON(milliseconds: session.outbox.backlogAge ?? .zero)),
            ("conflated", .number(Int64(clamping: session.outbox.conflated))),
        ]
        return Array(JSON.object(members).text.utf8)
    }

    /// A call in a list.
    func row(_ call: CallStatus) -> [UInt8] {
        Array(JSON.object(Self.members(of: call)).text.utf8)
    }

    /// A call that was asked for: with its recordings, and what happened to them last.
    func row(_ call: Introspection.FoundCall) -> [UInt8] {
        let members =
            Self.members(of: call.status) + [
                ("recordings", .array(call.status.recordings.map { json($0, in: call.status) })),
                ("transitions", .array(call.transitions.map(json))),
            ]
        return Array(JSON.object(members).text.utf8)
    }

    private static func members(of call: CallStatus) -> [(key: String, value: JSON)] {
        [
            ("connID", .string(call.identity.connection.description)), ("callUUID", .string(call.identity.uuid)),
            ("callType", .string(call.identity.callType.word)), ("parties", .array(call.parties.map(json))),
        ]
    }

    private static func json(_ party: Party) -> JSON {
        let agent: [(key: String, value: JSON)] =
            party.agentID.isEmpty ? [] : [("agent", .string(party.agentID))]
        return .object(
            [
                ("dn", .string(party.dn.text)), ("role", .string(party.role.word)),
                ("state", .string(party.state.rawValue)),
            ] + agent)
    }

    private func json(_ recording: RecordingStatus, in call: CallStatus) -> JSON {
        let notice = recording.notice
        var members: [(key: String, value: JSON)] = [
            ("id", .string(notice.id.text)), ("state", .string(notice.state.rawValue)),
            ("desired", .string(recording.desired.rawValue)), ("phase", .string(recording.phase)),
            ("cause", .string(notice.cause.rawValue)), ("party", .string(notice.party)),
        ]
        if recording.name.origin != call.identity.connection {
            members.append(("origin", .string(recording.name.origin.description)))
        }
        if !notice.file.isEmpty { members.append(("file", .string(notice.file))) }
        if let server = recording.server { members.append(("mediaServer", .string(servers[server]))) }
        if let reason = notice.reason { members.append(("reason", .string(reason.rawValue))) }
        if let warning = notice.warning { members.append(("warning", .string(warning.rawValue))) }
        if let side = notice.warningSides.word { members.append(("warningSide", .string(side))) }
        return .object(members)
    }

    private func json(_ transition: TransitionSummary) -> JSON {
        let head: [(key: String, value: JSON)] = [
            ("time", JSON(time: transition.moment)), ("recording", .string(transition.name.recording.text)),
        ]
        return .object(head + members(of: transition))
    }

    private func members(of transition: TransitionSummary) -> [(key: String, value: JSON)] {
        switch transition.event {
        case .began(let anchor, let agent):
            [("event", .string("began")), ("anchor", .string(anchor.text))]
                + (agent.isEmpty ? [] : [("agent", .string(agent))])
        case .wished(let wish):
            [
                ("event", .string("wished")), ("state", .string(wish.target.rawValue)),
                ("cause", .string(wish.cause.rawValue)),
            ] + (transition.by.map { [("by", .string($0.shown))] } ?? [])
        case .sent(let command):
            [
                ("event", .string("sent")), ("verb", .string(command.verb.rawValue)),
                ("command", .number(Int64(command.id.rawValue))), ("mediaServer", .string(servers[command.server])),
            ]
        case .answered(let answer):
            [("event", .string("answered")), ("answer", .string(answer.word.text))] + JSON.members(of: answer.word)
                + (answer.command.map { [("command", .number(Int64($0.rawValue)))] } ?? [])
                + [("mediaServer", .string(servers[answer.server]))]
        case .evidence(let evidence): JSON.members(of: evidence)
        case .changed(let change): JSON.members(of: change)
        case .carried(let call): JSON.members(carriedTo: call)
        case .over(.stopped): [("event", .string("over")), ("ending", .string("stopped"))]
        case .over(.notStopped): [("event", .string("over")), ("ending", .string("not-stopped"))]
        }
    }
}

extension CallType {
    fileprivate var word: String {
        switch self {
        case .internal: "internal"
        case .inbound: "inbound"
        case .outbound: "outbound"
        case .consult: "consult"
        default: "unknown"
        }
    }
}

extension DNRole {
    fileprivate var word: String {
        switch self {
        case .origination: "origination"
        case .destination: "destination"
        case .conferenceMember: "conference-member"
        case .newParty: "new-party"
        case .observer: "observer"
        default: "unknown"
        }
    }
}
