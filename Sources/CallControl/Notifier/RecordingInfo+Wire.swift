import CallModel
import TLibrary

extension RecordingInfo {
    /// The pairs of Extensions `recording` (Recording contract, "The indication").
    @inline(__always)
    func write(to list: inout ListWriter) {
        list.string("id", id.text)
        list.string("state", named: state.wireName)
        list.string("cause", named: cause.wireName)
        list.string("party", party)
        if !file.isEmpty { list.string("file", file) }
        if !earlierFiles.isEmpty {
            list.list("files") { list in
                for (place, file) in allFiles.enumerated() { list.string(key: "\(place + 1)", file) }
            }
        }
        if let reason { list.string("reason", reason.rawValue) }
        if let warning { list.string("warning", warning.rawValue) }
        if let side = warningSides.word { list.string("warning-side", side) }
    }

    /// Counts the pairs of ``write(to:)`` at their largest.
    @inline(__always)
    func add(to size: inout FrameSize) {
        size.add(pairs: 9, names: 5)
        size.add(id.text)
        size.add(party)
        size.add(file)
        if earlierFiles.isEmpty { return }
        for file in allFiles {
            size.add(pairs: 1)
            size.add(file)
        }
    }
}

extension [RecordingInfo] {
    /// Recordings of snapshots and queries: the key is the id.
    func write(to list: inout ListWriter) {
        for notice in self {
            list.list(key: notice.id.text) { notice.write(to: &$0) }
        }
    }

    func add(to size: inout FrameSize) {
        for recording in self {
            size.add(pairs: 1)
            size.add(recording.id.text)
            recording.add(to: &size)
        }
    }

    var pairs: KeyValueList {
        KeyValueList(map { ($0.id.text, .list($0.pairs)) })
    }
}

extension RecordingInfo {
    /// Oldest first.
    private var allFiles: [String] { earlierFiles + [file] }

    fileprivate var pairs: KeyValueList {
        var list: KeyValueList = [
            "id": .string(id.text), "state": .string(state.rawValue), "cause": .string(cause.rawValue),
            "party": .string(party),
        ]
        if !file.isEmpty { list.append("file", .string(file)) }
        if !earlierFiles.isEmpty {
            list.append("files", .list(KeyValueList(allFiles.enumerated().map { ("\($0 + 1)", .string($1)) })))
        }
        if let reason { list.append("reason", .string(reason.rawValue)) }
        if let warning { list.append("warning", .string(warning.rawValue)) }
        if let side = warningSides.word { list.append("warning-side", .string(side)) }
        return list
    }
}

extension RecordingResult {
    @inline(__always)
    func write(state: RecordingState, to list: inout ListWriter) {
        list.string("result", named: wireName)
        list.string("state", named: state.wireName)
        if let reason { list.string("reason", reason.rawValue) }
    }
}

// The names of the states that almost every event of a recording shows: constants, where a `rawValue` makes a String.

extension RecordingState {
    @inline(__always)
    var wireName: StaticString {
        switch self {
        case .off: "off"
        case .on: "on"
        case .paused: "paused"
        }
    }
}

extension RecordingCause {
    @inline(__always)
    var wireName: StaticString {
        switch self {
        case .configuration: "configuration"
        case .routing: "routing"
        case .request: "request"
        case .limit: "limit"
        case .recovery: "recovery"
        case .transfer: "transfer"
        case .release: "release"
        case .merge: "merge"
        case .shutdown: "shutdown"
        case .mediaFailure: "media-failure"
        case .mediaReport: "media-report"
        }
    }
}

extension RecordingResult {
    @inline(__always)
    var wireName: StaticString {
        switch self {
        case .done: "done"
        case .superseded: "superseded"
        case .failed: "failed"
        }
    }
}

extension Party.State {
    /// T-Library's PartyState.
    var bits: PartyStateBits {
        switch self {
        case .dialing: PartyStateBits(rawValue: 0x10001)
        case .queued: PartyStateBits(rawValue: 0x9)
        case .ringing: PartyStateBits(rawValue: 0xA)
        case .established: PartyStateBits(rawValue: 0xC)
        case .held: PartyStateBits(rawValue: 0xE)
        }
    }

    /// T-Library's AddressStatus of a DN whose only call stands so.
    var addressStatus: AddressStatus {
        switch self {
        case .dialing: .dialing
        case .queued: .idle
        case .ringing: .ringing
        case .established: .talking
        case .held: .held
        }
    }
}

extension CallSnapshot {
    /// The pair of a call in Extensions `calls`, as one DN sees it (WireFormat, "Snapshots").
    func pairs(for party: Party) -> KeyValueList {
        var list: KeyValueList = [
            "party-state": .string(party.state.rawValue), "call-type": .integer(facts.identity.callType.rawValue),
            "call-uuid": .string(facts.identity.uuid),
        ]
        if let other = facts.onlyOther(than: party) { list.append("other-dn", .string(other.dn.text)) }
        if !facts.identity.ani.isEmpty { list.append("ani", .string(facts.identity.ani)) }
        if !facts.identity.dnis.isEmpty { list.append("dnis", .string(facts.identity.dnis)) }
        list.append("user-data", .list(facts.userData))
        list.append("recordings", .list(recordings.pairs))
        return list
    }
}

extension ErrorResponse {
    /// The EventError to a request that was read whole.
    init(_ refused: RequestError, of asker: RequestContext, about connection: ConnectionID) {
        self.init(
            code: refused.code, message: refused.sentence, request: asker.message,
            echo: Echo(
                referenceID: asker.reference, thisDN: asker.thisDN.isEmpty ? nil : asker.thisDN,
                connID: connection == .none || asker.message == .requestMakeCall ? nil : connection,
                privateMsgID: asker.message == .requestPrivateService ? asker.privateMessage : nil,
                reasons: asker.reasons))
    }
}
