import CallControl
import CallModel
import EventLoops
import Foundation
import TLibrary

extension JSON {
    /// That a recording has begun, as one object (article Records).
    init(begun record: RecordingRecord) {
        var members = Self.head(.began, record)
        if let file = record.files.first {
            members += [
                ("mediaServer", .string(file.mediaServer.name)), ("pause", .string(file.mediaServer.pause.rawValue)),
            ]
            if let proof = file.proof { members.append(("proof", .string(proof.rawValue))) }
            members += [("file", .string(file.name)), ("started", JSON(time: file.began))]
        }
        self = .object(members)
    }

    private static func head(
        _ kind: RecordLineHead.Kind, _ record: RecordingRecord
    ) -> [(key: String, value: JSON)] {
        var members: [(key: String, value: JSON)] = [
            ("line", .string(kind.rawValue)), ("id", .string(record.id.text)),
            ("connID", .string(record.call.connection.description)), ("callUUID", .string(record.call.uuid)),
            ("anchor", .string(record.anchor.text)),
        ]
        if !record.agentID.isEmpty { members.append(("agent", .string(record.agentID))) }
        members.append(("cause", .string(record.cause.rawValue)))
        if let requester = record.requester { members.append(("requester", JSON(requester))) }
        members.append(("began", JSON(time: record.began)))
        return members
    }

    /// A recording's record as one object.
    init(_ record: RecordingRecord) {
        var members = Self.head(.record, record)
        members += [
            ("ended", JSON(time: record.ended)),
            ("ending", .string(record.ending.rawValue)), ("endCause", .string(record.endCause.rawValue)),
        ]
        if let reason = record.reason { members.append(("reason", .string(reason.rawValue))) }
        if let server = record.mediaServer {
            members += [("mediaServer", .string(server.name)), ("pause", .string(server.pause.rawValue))]
        }
        if let proof = record.files.last?.proof { members.append(("proof", .string(proof.rawValue))) }
        members += [
            ("capturedMs", JSON(milliseconds: record.captured)),
            ("uncapturedMs", JSON(milliseconds: record.uncaptured)),
            ("evidence", .string(record.evidence?.rawValue ?? "none")),
            ("resolutionMs", JSON(milliseconds: record.resolution)),
            ("files", .array(record.files.map { JSON($0) })), ("gaps", .array(record.gaps.map { JSON($0) })),
            ("transitions", .array(record.transitions.map { JSON($0) })),
        ]
        if !record.codecs.isEmpty { members.append(("codecs", .array(record.codecs.map { .string($0) }))) }
        if !record.omitted.isEmpty { members.append(("omitted", JSON(record.omitted))) }
        self = .object(members)
    }

    private init(_ requester: RecordingRecord.Requester) {
        self = .object([
            ("application", .string(requester.application)),
            ("session", .string("\(requester.session.shard).\(requester.session.serial)")),
            ("dn", .string(requester.dn.text)), ("request", .string(requester.message.name)),
            ("referenceID", .number(Int64(requester.reference.rawValue))), ("reasons", JSON(requester.reasons)),
            ("extensions", JSON(requester.extensions)),
        ])
    }

    private init(_ file: RecordingRecord.File) {
        var members: [(key: String, value: JSON)] = [
            ("name", .string(file.name)), ("mediaServer", .string(file.mediaServer.name)),
            ("pause", .string(file.mediaServer.pause.rawValue)),
        ]
        if let proof = file.proof { members.append(("proof", .string(proof.rawValue))) }
        self = .object(members + [("began", JSON(time: file.began))])
    }

    private init(_ gap: RecordingRecord.Gap) {
        self = .object([
            ("from", JSON(time: gap.from)), ("to", JSON(time: gap.to)), ("ms", JSON(milliseconds: gap.length)),
            ("why", .string(gap.why.rawValue)),
        ])
    }

    private init(_ omitted: RecordingRecord.Omissions) {
        self = .object([
            ("transitions", .number(Int64(omitted.transitions))), ("files", .number(Int64(omitted.files))),
            ("gaps", .number(Int64(omitted.gaps))), ("lists", .number(Int64(omitted.lists))),
        ])
    }

    // MARK: - Transitions

    private init(_ transition: RecordingRecord.Transition) {
        let head: [(key: String, value: JSON)] = [
            ("time", JSON(time: transition.moment)),
            ("monotonicUs", .number(transition.moment.monotonic.microseconds)),
        ]
        self = .object(head + Self.members(of: transition.event))
    }

    private static func members(
        of event: RecordingRecord.Transition.Event
    ) -> [(key: String, value: JSON)] {
        switch event {
        case .wished(let state, let cause, let requester):
            [("event", .string("wished")), ("state", .string(state.rawValue)), ("cause", .string(cause.rawValue))]
                + (requester.map { [("by", JSON($0))] } ?? [])
        case .sent(let verb, let command, let server):
            [
                ("event", .string("sent")), ("verb", .string(verb.rawValue)),
                ("command", .number(Int64(command.rawValue))), ("mediaServer", .string(server)),
            ]
        case .answered(let word, let command, let server):
            [("event", .string("answered")), ("answer", .string(word.text))] + members(of: word)
                + (command.map { [("command", .number(Int64($0.rawValue)))] } ?? [])
                + [("mediaServer", .string(server))]
        case .evidence(let evidence): members(of: evidence)
        case .changed(let change): members(of: change)
        case .carried(let call): members(carriedTo: call)
        case .over(let ending): [("event", .string("over")), ("ending", .string(ending.rawValue))]
        }
    }

    static func members(
        of word: RecordingTransition.Answer.Word
    ) -> [(key: String, value: JSON)] {
        switch word {
        case .started(let file, let proof): [("file", .string(file)), ("proof", .string(proof.rawValue))]
        case .noAudio(let sides): sides.word.map { [("side", .string($0))] } ?? []
        case .source(let sides, let address):
            [("side", .string(sides.word ?? "")), ("from", .string(address.description))]
        case .undecoded(let codecs): [("codecs", .array(codecs.map { .string($0) }))]
        case .confirmed, .refused, .notProved, .unanswered, .ended, .lost, .audio: []
        }
    }

    static func members(of evidence: CaptureEvidence) -> [(key: String, value: JSON)] {
        let edge =
            switch evidence.edge {
            case .began: "capture-began"
            case .ended: "capture-ended"
            }
        return [
            ("event", .string(edge)), ("evidence", .string(evidence.kind.rawValue)),
            ("resolutionMs", JSON(milliseconds: evidence.resolution)),
        ]
    }

    static func members(of change: RecordingTransition.Change) -> [(key: String, value: JSON)] {
        var members: [(key: String, value: JSON)] = [
            ("event", .string("changed")), ("state", .string(change.state.rawValue)),
            ("cause", .string(change.cause.rawValue)),
        ]
        if let file = change.newFile { members.append(("file", .string(file))) }
        if let reason = change.reason { members.append(("reason", .string(reason.rawValue))) }
        if let warning = change.warning { members.append(("warning", .string(warning.rawValue))) }
        return members
    }

    static func members(carriedTo call: CallIdentity) -> [(key: String, value: JSON)] {
        [
            ("event", .string("carried")), ("connID", .string(call.connection.description)),
            ("callUUID", .string(call.uuid)),
        ]
    }

    // MARK: - Times

    /// ISO 8601 in UTC, to the microsecond.
    init(time moment: Timestamp) {
        self.init(time: WallTime(microseconds: moment.wallMicroseconds))
    }

    init(time: WallTime) {
        self = .string(time.text)
    }

    init(milliseconds duration: Duration) {
        self = .number(duration.microseconds / 1_000)
    }
}

extension Duration {
    fileprivate var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}

extension RecordingTransition.Answer.Word {
    var text: String {
        switch self {
        case .started: "started"
        case .confirmed: "confirmed"
        case .refused: "refused"
        case .notProved: "not-proved"
        case .unanswered: "unanswered"
        case .ended: "ended"
        case .lost: "lost"
        case .audio: "audio"
        case .noAudio: "no-audio"
        case .source: "source"
        case .undecoded: "undecoded"
        }
    }
}
