import CallModel
import EventLoops
import TLibrary

/// Turns what the engine has to say into frames. One for each shard: its sequence numbers are unique in the engine,
/// and rise over the events of one call, since a call has one shard.
struct EventEncoder {
    private let shard: any EventLoop
    private let shardCount: UInt64
    private var sequence: UInt64
    private let server: ServerIdentity

    init(_ shard: any EventLoop, shardCount: Int, server: ServerIdentity) {
        self.shard = shard
        self.shardCount = UInt64(shardCount)
        sequence = UInt64(shard.index)
        self.server = server
    }

    mutating func stamp(_ event: inout FrameWriter) {
        sequence += shardCount
        event.long(.eventSequenceNumber, sequence)
    }

    func time(_ event: inout FrameWriter) {
        let now = shard.wallTime.microseconds
        event.unsigned(.timeInSecs, UInt32(truncatingIfNeeded: now / 1_000_000))
        event.unsigned(.timeInuSecs, UInt32(truncatingIfNeeded: now % 1_000_000))
    }

    // MARK: - Of calls

    /// The copy of a call's event for one party's DN, without ReferenceID. `facts` is what the event shows of the call,
    /// `recording` the recording that made the change.
    mutating func encode(
        _ event: borrowing CallEvent, of facts: borrowing CallInfo, _ recording: borrowing RecordingInfo?,
        for party: borrowing Party, into bytes: inout [UInt8]
    ) -> Range<Int> {
        let other = facts.onlyOther(than: party)
        var frame = FrameWriter.begin(event.message, in: &bytes)
        frame.integer(.callID, 0)
        frame.connection(.connID, facts.identity.connection)
        if let previous = event.previous { frame.connection(.previousConnID, previous) }
        if let consultation = facts.identity.consultation {
            frame.connection(consultation.purpose.attribute, consultation.main)
        }
        if let state = event.callState { frame.enumeration(.callState, state) }
        if !party.agentID.isEmpty { frame.string(.agentID, party.agentID) }
        if let asker = event.asker, asker.thisDN == party.dn, !asker.reasons.isEmpty {
            frame.list(.reasons, asker.reasons)
        }
        if !facts.identity.dnis.isEmpty { frame.string(.dnis, facts.identity.dnis) }
        if !facts.identity.ani.isEmpty { frame.string(.ani, facts.identity.ani) }
        frame.directoryNumber(.thisDN, party.dn)
        frame.enumeration(.thisDNRole, party.role)
        if let other {
            frame.directoryNumber(.otherDN, other.dn)
            frame.enumeration(.otherDNRole, other.role)
        }
        if let third = event.thirdParty { frame.directoryNumber(.thirdPartyDN, third) }
        if let role = event.thirdPartyRole { frame.enumeration(.thirdPartyDNRole, role) }
        frame.list(.userData, facts.userData)
        recording.visit { recording in
            frame.list(.extensions) { list in list.list("recording") { recording.write(to: &$0) } }
        }
        frame.enumeration(.callType, facts.identity.callType)
        time(&frame)
        if let cause = event.cause { frame.enumeration(.cause, cause) }
        frame.string(.callUUID, facts.identity.uuid)
        stamp(&frame)
        return frame.finish(in: &bytes)
    }

    mutating func encode(_ reply: borrowing CallReply, into bytes: inout [UInt8]) -> Range<Int> {
        switch reply.content {
        case .accepted(let wishes): accepted(wishes, reply, &bytes)
        case .refused(let refused):
            error(ErrorResponse(refused, of: reply.asker, about: reply.connection), into: &bytes)
        case .partyInfo(let type, let facts, let recordings): partyInfo(type, facts, recordings, reply, &bytes)
        }
    }

    private mutating func accepted(
        _ wishes: TinyArray<CallReply.RequestedState>, _ reply: CallReply, _ bytes: inout [UInt8]
    ) -> Range<Int> {
        var frame = FrameWriter.begin(.eventACK, in: &bytes)
        frame.integer(.referenceID, reply.asker.reference.rawValue)
        frame.connection(.connID, reply.connection)
        if !reply.asker.reasons.isEmpty { frame.list(.reasons, reply.asker.reasons) }
        frame.directoryNumber(.thisDN, reply.asker.thisDN)
        frame.list(.extensions) { list in
            if let only = wishes.only { list.string(RecordingKeyName.id, only.id.text) }
            list.list("recordings") { list in
                for wish in wishes { list.string(wish.id.text, wish.desired.rawValue) }
            }
        }
        frame.integer(.userEvent, Int32(reply.asker.message.rawValue))
        time(&frame)
        frame.integer(.privateMsgID, reply.asker.privateMessage)
        stamp(&frame)
        return frame.finish(in: &bytes)
    }

    mutating func encode(_ result: borrowing RecordingRequestResult, into bytes: inout [UInt8]) -> Range<Int> {
        var frame = FrameWriter.begin(.eventPrivateInfo, in: &bytes)
        frame.integer(.referenceID, result.asker.reference.rawValue)
        frame.connection(.connID, result.connection)
        if !result.asker.reasons.isEmpty { frame.list(.reasons, result.asker.reasons) }
        frame.directoryNumber(.thisDN, result.asker.thisDN)
        frame.list(.extensions) { list in
            if let id = result.addressed { list.string(RecordingKeyName.id, id.text) }
            result.result.write(state: result.state, to: &list)
            list.list("recordings") { list in
                for entry in result.entries {
                    list.list(entry.id.text) { entry.result.write(state: entry.state, to: &$0) }
                }
            }
        }
        time(&frame)
        frame.integer(.privateMsgID, result.asker.privateMessage)
        stamp(&frame)
        return frame.finish(in: &bytes)
    }

    private mutating func partyInfo(
        _ type: CallInfoType, _ facts: CallInfo, _ recordings: [RecordingInfo], _ reply: CallReply,
        _ bytes: inout [UInt8]
    ) -> Range<Int> {
        var frame = FrameWriter.begin(.eventPartyInfo, in: &bytes)
        frame.integer(.referenceID, reply.asker.reference.rawValue)
        frame.connection(.connID, reply.connection)
        frame.directoryNumber(.thisDN, reply.asker.thisDN)
        frame.list(.extensions) { list in
            list.integer("party-count", Int32(clamping: facts.parties.count))
            list.list("recordings") { recordings.write(to: &$0) }
            guard type == .parties else { return }
            for (place, party) in facts.parties.enumerated() {
                list.string("party-\(place + 1)", party.dn.text)
                list.integer("ps-\(place + 1)", party.state.bits.rawValue)
            }
        }
        frame.enumeration(.callType, facts.identity.callType)
        frame.enumeration(.callInfoType, type)
        time(&frame)
        frame.string(.callUUID, facts.identity.uuid)
        stamp(&frame)
        return frame.finish(in: &bytes)
    }

    // MARK: - Of sessions

    mutating func error(_ refusal: ErrorResponse, into bytes: inout [UInt8]) -> Range<Int> {
        var frame = FrameWriter.begin(.eventError, in: &bytes)
        frame.string(.errorMessage, refusal.message)
        if let reference = refusal.echo.referenceID { frame.integer(.referenceID, reference.rawValue) }
        if let connection = refusal.echo.connID { frame.connection(.connID, connection) }
        if let reasons = refusal.echo.reasons, !reasons.isEmpty { frame.list(.reasons, reasons) }
        if let dn = refusal.echo.thisDN { frame.directoryNumber(.thisDN, dn) }
        frame.integer(.errorCode, refusal.code.rawValue)
        if let wait = refusal.retryAfter { frame.list(.extensions) { $0.integer("retry-after-ms", wait) } }
        frame.integer(.userEvent, Int32(refusal.request.rawValue))
        time(&frame)
        if let number = refusal.echo.privateMsgID { frame.integer(.privateMsgID, number) }
        stamp(&frame)
        return frame.finish(in: &bytes)
    }

    func linkConnected(_ reference: ReferenceID, sessionID: String, into bytes: inout [UInt8]) -> Range<Int> {
        var frame = FrameWriter.begin(.eventLinkConnected, in: &bytes)
        frame.integer(.referenceID, reference.rawValue)
        frame.string(.serverVersion, server.version)
        frame.enumeration(.serverRole, ServerRole.primary)
        frame.string(.applicationName, server.name)
        time(&frame)
        frame.string(.sessionID, sessionID)
        frame.long(.serverStartTime, server.startTime)
        return frame.finish(in: &bytes)
    }

    mutating func linkDisconnected(reason: String, into bytes: inout [UInt8]) -> Range<Int> {
        var frame = FrameWriter.begin(.eventLinkDisconnected, in: &bytes)
        frame.list(.extensions) { $0.string("reason", reason) }
        time(&frame)
        stamp(&frame)
        return frame.finish(in: &bytes)
    }

    mutating func serverInfo(_ request: Request, into bytes: inout [UInt8]) -> Range<Int> {
        var frame = FrameWriter.begin(.eventServerInfo, in: &bytes)
        frame.integer(.referenceID, request.reference.rawValue)
        frame.string(.serverVersion, server.version)
        frame.enumeration(.serverRole, ServerRole.primary)
        frame.string(.applicationName, server.name)
        time(&frame)
        stamp(&frame)
        return frame.finish(in: &bytes)
    }

    mutating func unregistered(_ request: Request, into bytes: inout [UInt8]) -> Range<Int> {
        var frame = FrameWriter.begin(.eventUnregistered, in: &bytes)
        frame.integer(.referenceID, request.reference.rawValue)
        frame.directoryNumber(.thisDN, request.thisDN)
        time(&frame)
        stamp(&frame)
        return frame.finish(in: &bytes)
    }

    /// EventRegistered or EventAddressInfo, with the calls of one part of a snapshot.
    mutating func address(_ answer: AddressAnswer, into bytes: inout [UInt8]) -> Range<Int> {
        let message: MessageNumber = answer.info == nil ? .eventRegistered : .eventAddressInfo
        var frame = FrameWriter.begin(message, in: &bytes)
        frame.integer(.referenceID, answer.request.reference.rawValue)
        frame.directoryNumber(.thisDN, answer.request.thisDN)
        if answer.calls != nil || answer.agent != nil {
            frame.list(.extensions) { list in
                if let calls = answer.calls { list.list("calls", calls) }
                if let agent = answer.agent { list.list("agent") { agent.write(to: &$0) } }
                if answer.goesOn { list.integer("more", 1) }
            }
        }
        if let info = answer.info {
            frame.enumeration(.addressInfoType, info.type)
            frame.enumeration(.addressInfoStatus, info.status)
        }
        time(&frame)
        stamp(&frame)
        return frame.finish(in: &bytes)
    }
}

extension Consultation.Purpose {
    /// The attribute in which a consultation call's events name its main call.
    fileprivate var attribute: AttributeNumber {
        switch self {
        case .transfer: .transferConnID
        case .conference: .conferenceConnID
        }
    }
}

/// The answer, or one part of it, to RequestRegisterAddress or RequestQueryAddress.
struct AddressAnswer: Sendable {
    var request: Request
    /// `nil`: the answer tells of no calls.
    var calls: KeyValueList?
    /// Who is logged in on the DN; told in the first part.
    var agent: AgentState?
    var goesOn = false
    /// Whether it is the first part.
    var isFirst = true
    /// Of RequestQueryAddress.
    var info: (type: AddressInfoType, status: AddressStatus)?
}

/// What a server says of itself.
struct ServerIdentity: Sendable {
    var name: String
    var version: String
    /// Microseconds since 1970; names the run of the server.
    var startTime: UInt64
}
