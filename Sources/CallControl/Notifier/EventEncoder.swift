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

    /// EventSequenceNumber: above every earlier one of this shard.
    @inline(__always)
    mutating func stamp(_ event: inout FrameWriter) {
        sequence += shardCount
        event.long(.eventSequenceNumber, sequence)
    }

    /// TimeinSecs and TimeinuSecs: the same for all events of a loop iteration.
    @inline(__always)
    func time(_ event: inout FrameWriter) {
        let now = UInt64(bitPattern: shard.wallTime.microseconds)
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
        let other = facts.parties.indexOfOnlyOther(than: party)
        var size = FrameSize(attributes: 23, pairs: 1)
        size.add(party.agentID)
        size.add(party.dn)
        size.add(facts.identity.dnis)
        size.add(facts.identity.ani)
        size.add(facts.identity.uuid)
        size.add(facts.userData)
        if let other { size.add(facts.parties[other].dn) }
        if let third = event.thirdParty { size.add(third) }
        if let asker = event.asker { size.add(asker.reasons) }
        recording.visit { $0.add(to: &size) }
        return FrameWriter.write(event.message, to: &bytes, capacity: size.bytes) { frame in
            frame.integer(.callID, 0)
            frame.connection(.connID, facts.identity.connection)
            if let previous = event.previous { frame.connection(.previousConnID, previous) }
            if let consultation = facts.identity.consultation {
                frame.connection(consultation.purpose.attribute, consultation.main)
            }
            if let state = event.callState { frame.enumeration(.callState, state) }
            if !party.agentID.isEmpty { frame.string(.agentID, party.agentID) }
            if let asker = event.asker, !asker.reasons.isEmpty, asker.thisDN == party.dn {
                frame.list(.reasons, asker.reasons)
            }
            if !facts.identity.dnis.isEmpty { frame.string(.dnis, facts.identity.dnis) }
            if !facts.identity.ani.isEmpty { frame.string(.ani, facts.identity.ani) }
            frame.directoryNumber(.thisDN, party.dn)
            frame.enumeration(.thisDNRole, party.role)
            if let other {
                frame.directoryNumber(.otherDN, facts.parties[other].dn)
                frame.enumeration(.otherDNRole, facts.parties[other].role)
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
        }
    }

    mutating func encode(_ reply: borrowing CallReply, into bytes: inout [UInt8]) -> Range<Int> {
        switch reply.content {
        case .accepted(let wishes): accepted(wishes, reply.asker, reply.connection, &bytes)
        case .refused(let refused):
            error(ErrorResponse(refused, of: reply.asker, about: reply.connection), into: &bytes)
        case .partyInfo(let type, let facts, let recordings): partyInfo(type, facts, recordings, copy reply, &bytes)
        }
    }

    private mutating func accepted(
        _ wishes: TinyArray<CallReply.RequestedState>, _ asker: RequestContext, _ connection: ConnectionID,
        _ bytes: inout [UInt8]
    ) -> Range<Int> {
        var size = FrameSize(attributes: 10, pairs: 2)
        size.add(asker.reasons)
        size.add(asker.thisDN)
        let isOne = wishes.count == 1
        wishes.forEach { wish in
            size.add(pairs: 1, names: 1)
            size.add(wish.id.text)
            if isOne { size.add(wish.id.text) }
        }
        return FrameWriter.write(.eventACK, to: &bytes, capacity: size.bytes) { frame in
            frame.integer(.referenceID, asker.reference.rawValue)
            frame.connection(.connID, connection)
            if !asker.reasons.isEmpty { frame.list(.reasons, asker.reasons) }
            frame.directoryNumber(.thisDN, asker.thisDN)
            frame.list(.extensions) { list in
                if isOne { wishes.forEach { list.string("id", $0.id.text) } }
                list.list("recordings") { list in
                    wishes.forEach { list.string(key: $0.id.text, named: $0.desired.wireName) }
                }
            }
            frame.integer(.userEvent, Int32(asker.message.rawValue))
            time(&frame)
            frame.integer(.privateMsgID, asker.privateMessage)
            stamp(&frame)
        }
    }

    mutating func encode(_ result: borrowing RecordingRequestResult, into bytes: inout [UInt8]) -> Range<Int> {
        let asker = result.asker
        let connection = result.connection
        let (whole, state) = (result.result, result.state)
        var size = FrameSize(attributes: 9, pairs: 5, names: 3)
        size.add(asker.reasons)
        size.add(asker.thisDN)
        if let id = result.addressed { size.add(id.text) }
        result.entries.forEach { entry in
            size.add(pairs: 4, names: 3)
            size.add(entry.id.text)
        }
        return FrameWriter.write(.eventPrivateInfo, to: &bytes, capacity: size.bytes) { frame in
            frame.integer(.referenceID, asker.reference.rawValue)
            frame.connection(.connID, connection)
            if !asker.reasons.isEmpty { frame.list(.reasons, asker.reasons) }
            frame.directoryNumber(.thisDN, asker.thisDN)
            frame.list(.extensions) { list in
                if let addressed = result.addressed { list.string("id", addressed.text) }
                whole.write(state: state, to: &list)
                list.list("recordings") { list in
                    result.entries.forEach { entry in
                        list.list(key: entry.id.text) { entry.result.write(state: entry.state, to: &$0) }
                    }
                }
            }
            time(&frame)
            frame.integer(.privateMsgID, asker.privateMessage)
            stamp(&frame)
        }
    }

    private mutating func partyInfo(
        _ type: CallInfoType, _ facts: CallInfo, _ recordings: [RecordingInfo], _ reply: CallReply,
        _ bytes: inout [UInt8]
    ) -> Range<Int> {
        var size = FrameSize(attributes: 10, pairs: 2 + 2 * facts.parties.count)
        size.add(reply.asker.thisDN)
        size.add(facts.identity.uuid)
        for party in facts.parties { size.add(party.dn) }
        recordings.add(to: &size)
        return FrameWriter.write(.eventPartyInfo, to: &bytes, capacity: size.bytes) { frame in
            frame.integer(.referenceID, reply.asker.reference.rawValue)
            frame.connection(.connID, reply.connection)
            frame.directoryNumber(.thisDN, reply.asker.thisDN)
            frame.list(.extensions) { list in
                list.integer("party-count", Int32(clamping: facts.parties.count))
                list.list("recordings") { recordings.write(to: &$0) }
                guard type == .parties else { return }
                for (place, party) in facts.parties.enumerated() {
                    list.string(key: "party-\(place + 1)", party.dn.text)
                    list.integer(key: "ps-\(place + 1)", party.state.bits.rawValue)
                }
            }
            frame.enumeration(.callType, facts.identity.callType)
            frame.enumeration(.callInfoType, type)
            time(&frame)
            frame.string(.callUUID, facts.identity.uuid)
            stamp(&frame)
        }
    }

    // MARK: - Of sessions

    mutating func error(_ refusal: ErrorResponse, into bytes: inout [UInt8]) -> Range<Int> {
        var size = FrameSize(attributes: 12, pairs: 1)
        size.add(refusal.message)
        if let reasons = refusal.echo.reasons { size.add(reasons) }
        if let dn = refusal.echo.thisDN { size.add(dn) }
        return FrameWriter.write(.eventError, to: &bytes, capacity: size.bytes) { frame in
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
        }
    }

    func linkConnected(_ reference: ReferenceID, sessionID: String, into bytes: inout [UInt8]) -> Range<Int> {
        var size = FrameSize(attributes: 8)
        size.add(server.version)
        size.add(server.name)
        size.add(sessionID)
        return FrameWriter.write(.eventLinkConnected, to: &bytes, capacity: size.bytes) { frame in
            frame.integer(.referenceID, reference.rawValue)
            frame.string(.serverVersion, server.version)
            frame.enumeration(.serverRole, ServerRole.primary)
            frame.string(.applicationName, server.name)
            time(&frame)
            frame.string(.sessionID, sessionID)
            frame.long(.serverStartTime, server.startTime)
        }
    }

    mutating func linkDisconnected(reason: String, into bytes: inout [UInt8]) -> Range<Int> {
        var size = FrameSize(attributes: 4, pairs: 1)
        size.add(reason)
        return FrameWriter.write(.eventLinkDisconnected, to: &bytes, capacity: size.bytes) { frame in
            frame.list(.extensions) { $0.string("reason", reason) }
            time(&frame)
            stamp(&frame)
        }
    }

    mutating func serverInfo(_ request: Request, into bytes: inout [UInt8]) -> Range<Int> {
        var size = FrameSize(attributes: 7)
        size.add(server.version)
        size.add(server.name)
        return FrameWriter.write(.eventServerInfo, to: &bytes, capacity: size.bytes) { frame in
            frame.integer(.referenceID, request.reference.rawValue)
            frame.string(.serverVersion, server.version)
            frame.enumeration(.serverRole, ServerRole.primary)
            frame.string(.applicationName, server.name)
            time(&frame)
            stamp(&frame)
        }
    }

    mutating func unregistered(_ request: Request, into bytes: inout [UInt8]) -> Range<Int> {
        var size = FrameSize(attributes: 5)
        size.add(request.thisDN)
        return FrameWriter.write(.eventUnregistered, to: &bytes, capacity: size.bytes) { frame in
            frame.integer(.referenceID, request.reference.rawValue)
            frame.directoryNumber(.thisDN, request.thisDN)
            time(&frame)
            stamp(&frame)
        }
    }

    /// EventRegistered or EventAddressInfo, with the calls of one part of a snapshot.
    mutating func address(_ answer: AddressAnswer, into bytes: inout [UInt8]) -> Range<Int> {
        let message: MessageNumber = answer.info == nil ? .eventRegistered : .eventAddressInfo
        var size = FrameSize(attributes: 8, pairs: 3)
        size.add(answer.request.thisDN)
        if let calls = answer.calls { size.add(calls) }
        if let agent = answer.agent { agent.add(to: &size) }
        return FrameWriter.write(message, to: &bytes, capacity: size.bytes) { frame in
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
        }
    }
}

extension [Party] {
    /// The index of the other party, where there is exactly one (WireFormat, "Events": OtherDN).
    @inline(__always)
    fileprivate func indexOfOnlyOther(than party: Party) -> Int? {
        var found: Int?
        for index in indices where self[index].id != party.id {
            if found != nil { return nil }
            found = index
        }
        return found
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
