import TLibrary

@testable import CallControl
@testable import CallModel

/// A frame that is built byte by byte, without the writer under test: attributes are sorted by their numbers at the end.
struct ExpectedFrame {
    private var message: MessageNumber
    private var attributes: [(number: UInt16, bytes: [UInt8])] = []

    init(_ message: MessageNumber) {
        self.message = message
    }

    var bytes: [UInt8] {
        let body = attributes.sorted { $0.number < $1.number }.flatMap { big($0.number) + $0.bytes }
        return big(UInt32(body.count + 4)) + [1, 0] + big(message.rawValue) + body
    }

    mutating func set(_ message: MessageNumber) { self.message = message }

    mutating func int(_ number: UInt16, _ value: Int32) { attributes.append((number, [1] + big(value))) }

    mutating func long(_ number: UInt16, _ value: UInt64) { attributes.append((number, [5] + big(value))) }

    mutating func string(_ number: UInt16, _ text: String) { sized(number, 0, Array(text.utf8)) }

    mutating func list(_ number: UInt16, _ pairs: [UInt8]) { sized(number, 3, pairs) }

    private mutating func sized(_ number: UInt16, _ type: UInt8, _ value: [UInt8]) {
        attributes.append((number, [type] + big(UInt32(value.count)) + value))
    }

    private mutating func asker(_ asker: RequestContext, about connection: ConnectionID) {
        int(2, asker.reference.rawValue)
        long(9, connection.rawValue)
        if !asker.reasons.isEmpty { list(17, asker.reasons.packed) }
        string(20, asker.thisDN.text)
    }
}

func big(_ value: some FixedWidthInteger) -> [UInt8] {
    stride(from: value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
}

private func pair(_ key: String, _ type: UInt8, _ value: [UInt8]) -> [UInt8] {
    big(UInt16(key.utf8.count)) + Array(key.utf8) + [type] + value
}

func pair(_ key: String, _ text: String) -> [UInt8] {
    pair(key, 0, big(UInt32(text.utf8.count)) + Array(text.utf8))
}

private func pair(_ key: String, _ value: Int32) -> [UInt8] { pair(key, 1, big(value)) }

private func pair(_ key: String, list: [UInt8]) -> [UInt8] { pair(key, 3, big(UInt32(list.count)) + list) }

// MARK: - Events of calls

extension ExpectedFrame {
    init(_ event: CallEvent, of facts: CallInfo, _ recording: RecordingInfo?, _ party: Party) {
        let identity = facts.identity
        self.init(event.message)
        int(3, 0)
        long(9, identity.connection.rawValue)
        if let previous = event.previous { long(10, previous.rawValue) }
        if let consultation = identity.consultation {
            long(consultation.purpose == .transfer ? 11 : 12, consultation.main.rawValue)
        }
        if let state = event.callState { int(13, state.rawValue) }
        if !party.agentID.isEmpty { string(14, party.agentID) }
        if let asker = event.asker, asker.thisDN == party.dn, !asker.reasons.isEmpty { list(17, asker.reasons.packed) }
        if !identity.dnis.isEmpty { string(18, identity.dnis) }
        if !identity.ani.isEmpty { string(19, identity.ani) }
        string(20, party.dn.text)
        int(23, party.role.rawValue)
        let others = facts.parties.filter { $0.id != party.id }
        if others.count == 1 {
            string(24, others[0].dn.text)
            int(27, others[0].role.rawValue)
        }
        if let third = event.thirdParty { string(28, third.text) }
        if let role = event.thirdPartyRole { int(31, role.rawValue) }
        list(51, facts.userData.packed)
        if let recording { list(53, pair("recording", list: recording.expectedPairs)) }
        int(54, identity.callType.rawValue)
        if let cause = event.cause { int(114, cause.rawValue) }
        string(141, identity.uuid)
    }

    init(accepted reply: CallReply) {
        self.init(.eventACK)
        asker(reply.asker, about: reply.connection)
        guard case .accepted(let wishes) = reply.content else { return }
        let states = wishes.flatMap { pair($0.id.text, $0.desired.rawValue) }
        let id = wishes.count == 1 ? wishes.flatMap { pair("id", $0.id.text) } : []
        list(53, id + pair("recordings", list: states))
        int(58, Int32(reply.asker.message.rawValue))
        int(105, reply.asker.privateMessage)
    }

    init(_ result: RecordingRequestResult) {
        self.init(.eventPrivateInfo)
        asker(result.asker, about: result.connection)
        let id = result.addressed.map { pair("id", $0.text) } ?? []
        let entries = result.entries.flatMap { entry in
            pair(entry.id.text, list: Self.pairs(entry.result, entry.state))
        }
        list(53, id + Self.pairs(result.result, result.state) + pair("recordings", list: entries))
        int(105, result.asker.privateMessage)
    }

    private static func pairs(_ result: RecordingResult, _ state: RecordingState) -> [UInt8] {
        pair("result", result.word) + pair("state", state.rawValue)
            + (result.reason.map { pair("reason", $0.rawValue) } ?? [])
    }

    init(partyInfo reply: CallReply, _ type: CallInfoType) {
        self.init(.eventPartyInfo)
        int(2, reply.asker.reference.rawValue)
        long(9, reply.connection.rawValue)
        string(20, reply.asker.thisDN.text)
        guard case .partyInfo(_, let facts, let recordings) = reply.content else { return }
        var pairs = pair("party-count", Int32(facts.parties.count))
        pairs += pair("recordings", list: recordings.flatMap { pair($0.id.text, list: $0.expectedPairs) })
        if type == .parties {
            for (index, party) in facts.parties.enumerated() {
                pairs += pair("party-\(index + 1)", party.dn.text)
                pairs += pair("ps-\(index + 1)", party.state.bits.rawValue)
            }
        }
        list(53, pairs)
        int(54, facts.identity.callType.rawValue)
        int(74, type.rawValue)
        string(141, facts.identity.uuid)
    }
}

extension RecordingInfo {
    fileprivate var expectedPairs: [UInt8] {
        var pairs = pair("id", id.text) + pair("state", state.rawValue) + pair("cause", cause.rawValue)
        pairs += pair("party", party)
        if !file.isEmpty { pairs += pair("file", file) }
        if !earlierFiles.isEmpty {
            let files = (earlierFiles + [file]).enumerated().flatMap { pair("\($0 + 1)", $1) }
            pairs += pair("files", list: files)
        }
        if let reason { pairs += pair("reason", reason.rawValue) }
        if let warning { pairs += pair("warning", warning.rawValue) }
        if let side = warningSides.word { pairs += pair("warning-side", side) }
        return pairs
    }
}

// MARK: - Other events

extension ExpectedFrame {
    init(_ refusal: ErrorResponse) {
        self.init(.eventError)
        string(1, refusal.message)
        if let reference = refusal.echo.referenceID { int(2, reference.rawValue) }
        if let connection = refusal.echo.connID { long(9, connection.rawValue) }
        if let reasons = refusal.echo.reasons, !reasons.isEmpty { list(17, reasons.packed) }
        if let dn = refusal.echo.thisDN { string(20, dn.text) }
        int(46, refusal.code.rawValue)
        if let wait = refusal.retryAfter { list(53, pair("retry-after-ms", wait)) }
        int(58, Int32(refusal.request.rawValue))
        if let number = refusal.echo.privateMsgID { int(105, number) }
    }

    init(_ change: AgentChange, _ asker: RequestContext) {
        self.init(change.message)
        string(14, change.agent.agentID)
        if change.agent.workMode != .unknown { int(16, change.agent.workMode.rawValue) }
        if !asker.reasons.isEmpty { list(17, asker.reasons.packed) }
        string(20, asker.thisDN.text)
        if !change.agent.queue.isEmpty { string(21, change.agent.queue.text) }
    }

    init(_ message: MessageNumber, _ request: Request, isAboutDN: Bool) {
        self.init(message)
        int(2, request.reference.rawValue)
        if isAboutDN { string(20, request.thisDN.text) }
    }

    init(_ answer: AddressAnswer) {
        self.init(answer.info == nil ? .eventRegistered : .eventAddressInfo, answer.request, isAboutDN: true)
        if answer.calls != nil || answer.agent != nil {
            var pairs: [UInt8] = []
            if let calls = answer.calls { pairs += pair("calls", list: calls.packed) }
            if let agent = answer.agent {
                var told = pair("id", agent.agentID) + pair("state", agent.isReady ? "ready" : "not-ready")
                told += pair("work-mode", agent.workMode.rawValue)
                if !agent.queue.isEmpty { told += pair("queue", agent.queue.text) }
                pairs += pair("agent", list: told)
            }
            if answer.goesOn { pairs += pair("more", 1) }
            list(53, pairs)
        }
        if let info = answer.info {
            int(56, info.type.rawValue)
            int(57, info.status.rawValue)
        }
    }
}
