import TLibrary

/// Requests about two calls: consultation calls, and calls that become one. The switch decides what of the other call is
/// possible; this call's machine knows its own parties alone.
extension CallMachine {
    // MARK: - Consultation

    mutating func consult(
        for purpose: Consultation.Purpose, _ request: Request, _ asker: RequestContext, as name: CallIDs?,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) throws(RequestError) {
        guard let destination = request.consultationTarget else {
            preconditionFailure("A request that begins a consultation call says whom it calls.")
        }
        guard let name else { throw RequestError.noRoomForCalls }
        try checkEstablished(request, environment)
        try checkIdle(request)
        let userData = try checkAppended(destination.userData, to: inherited(environment), environment)
        guard userData.packed.count <= environment.userDataFree || userData.isEmpty else { throw .noRoomForUserData }
        let identity = CallIdentity(
            connection: name.connection, uuid: name.uuid, callType: .consult, ani: request.thisDN.text,
            dnis: destination.otherDN.text, consultation: Consultation(of: connection, for: purpose))
        let consultation = NewConsultation(
            identity: identity, userData: destination.userData, reservedUserData: userData.packed.count,
            isJoint: environment.policy.consultUserData == .joint, asker: asker)
        send(
            .consult(by: request.thisDN, to: destination.otherDN, in: name.connection), for: asker,
            consultation: consultation,
            environment, &effects)
    }

    private func inherited(_ environment: borrowing CallEnvironment) -> KeyValueList {
        switch environment.policy.consultUserData {
        case .separate: KeyValueList()
        case .inherited, .joint: facts.userData.ofClients
        }
    }

    /// The party holds this call: its consultation call arises, with the user data of now.
    mutating func begin(_ begun: NewConsultation, _ environment: borrowing CallEnvironment, _ effects: inout Effects) {
        var consultation = begun
        let inherited = inherited(environment)
        consultation.userData = (try? checkAppended(begun.userData, to: inherited, environment)) ?? inherited
        effects.interCall.append(.begin(consultation))
        guard consultation.isJoint else { return }
        let other = consultation.identity.connection
        joint.append(other)
        takeShared(consultation.userData, by: consultation.asker.thisDN, except: other, environment, &effects)
    }

    mutating func alternate(
        to other: ConnectionID, _ request: Request, _ asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) throws(RequestError) {
        try checkEstablished(request, environment)
        try checkOther(other, "PreviousConnID")
        try checkIdle(request)
        send(.alternate(request.thisDN, to: other), for: asker, environment, &effects)
    }

    mutating func reconnect(
        to other: ConnectionID, _ request: Request, _ asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) throws(RequestError) {
        _ = try party(of: request)
        try checkOther(other, "PreviousConnID")
        try checkIdle(request)
        send(.reconnect(request.thisDN, to: other), for: asker, environment, &effects)
    }

    // MARK: - One call of two

    mutating func merge(
        _ merge: MergeCalls, _ request: Request, _ asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) throws(RequestError) {
        let merging: SwitchCommand.Merging
        switch merge.type {
        case .transfer: merging = .transfer
        case .conference: merging = .conference
        default: throw RequestError(.invalidAttribute, "MergeType is neither 0 (transfer) nor 1 (conference).")
        }
        try self.merge(merge.previousConnection, merging, request, asker, environment, &effects)
    }

    mutating func merge(
        _ other: ConnectionID, _ merging: SwitchCommand.Merging, _ request: Request, _ asker: RequestContext,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) throws(RequestError) {
        guard try party(of: request).state.hasMedia else {
            throw RequestError(.callInWrongState, "ThisDN is not in an established call.")
        }
        try checkOther(other, request.message.otherConnection)
        try checkIdle(request)
        send(.merge(other, by: request.thisDN, merging), for: asker, environment, &effects)
    }

    private func checkOther(
        _ other: ConnectionID, _ attribute: String
    ) throws(RequestError) {
        guard other != .none else {
            throw RequestError(.invalidConnectionID, "\(attribute) is 0, which names no call.")
        }
        guard other != facts.identity.connection else {
            throw RequestError(.invalidAttribute, "\(attribute) names the same call as ConnID.")
        }
    }

    /// The switch has made one call of two: the other one is asked for all that it has, and nothing about who is in this
    /// one is taken until then.
    mutating func merged(
        _ other: ConnectionID, by dealer: DirectoryNumber, _ merging: SwitchCommand.Merging, _ asker: RequestContext?,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard !hasEnded, other != facts.identity.connection else { return }
        merger = PendingMerge(other: other, party: dealer, merging: merging, asker: asker)
        let order = MergeRequest(
            main: facts.identity.connection, party: dealer, merging: merging, asker: asker,
            present: facts.parties.map(\.dn).filter { $0 != dealer },
            usedIDs: recordings.used + recordings.live.map(\.id),
            room: max(0, environment.policy.recording.liveLimit - recordings.live.count))
        effects.interCall.append(.write(.handOver(order), to: other))
    }

    mutating func take(_ letter: InterCallMessage, _ environment: borrowing CallEnvironment, _ effects: inout Effects) {
        switch letter {
        case .handOver(let order): handOver(order, environment, &effects)
        case .handedOver(let handover): adopt(handover, environment, &effects)
        case .shared(let list, let from, let dn): takeShared(list, by: dn, except: from, environment, &effects)
        }
    }

    // MARK: - The call that goes

    private mutating func handOver(
        _ order: MergeRequest, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        var handover = MergedCallState(from: facts.identity.connection)
        if !hasEnded { handOver(order, into: &handover, environment, &effects) }
        let carried = handover.recordings.recordings.map(\.name)
        if !carried.isEmpty { effects.interCall.append(.forward(carried, to: order.main)) }
        effects.interCall.append(.write(.handedOver(handover), to: order.main))
    }

    private mutating func handOver(
        _ order: MergeRequest, into handover: inout MergedCallState, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        let note = order.note
        if let dealer = leave(order.party, environment, &effects) {
            announce(.eventReleased, of: dealer, note, environment, &effects)
            handover.hasAnswered = order.asker?.thisDN == dealer.dn
            recordings.end(
                of: dealer.id, cause: note.recordingCause, because: .anchorGone, &facts, environment, &effects)
        }
        // A DN is in a call once: who is in the other one already is not in two places.
        for party in facts.parties where order.present.contains(party.dn) {
            _ = leave(party.dn, environment, &effects)
            announce(.eventReleased, of: party, note, environment, &effects)
        }
        handover.parties = facts.parties
        handover.userData = facts.userData.ofClients
        handover.recordings = recordings.handOver(handover.parties, as: order, &facts, environment, &effects)
        for recording in handover.recordings.recordings {
            handover.paths += paths.filter { $0.recording == recording.id }
            paths.removeAll { $0.recording == recording.id }
        }
        for party in handover.parties { _ = leave(party.dn, environment, &effects) }
        joint = []
        hasEnded = true
        effects.changesUserData = true
    }

    // MARK: - The call that goes on

    private mutating func adopt(
        _ handover: MergedCallState, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard let merger, merger.other == handover.from else { return }
        self.merger = nil
        joint.removeAll { $0 == handover.from }
        for input in deferred { effects.interCall.append(.take(input)) }
        deferred = []

        var note = EventAttributes(merger, previous: handover.from)
        note.mayAnswer = !handover.hasAnswered
        if merger.merging == .transfer, let dealer = leave(merger.party, environment, &effects) {
            announce(.eventReleased, of: dealer, note, environment, &effects)
            recordings.end(of: dealer.id, cause: .transfer, because: .anchorGone, &facts, environment, &effects)
        }
        let stayed = facts.parties.map(\.id)
        let anchors = join(handover.parties, as: merger.merging, environment, &effects)
        mergeUserData(handover.userData, by: merger.party, environment, &effects)
        recordings.adopt(handover.recordings, anchors: anchors, &facts, environment, &effects)
        paths += handover.paths
        tell(merger, note, stayed, environment, &effects)
        for party in facts.parties where !stayed.contains(party.id) && party.state.hasMedia {
            mediaConnected(party, environment, &effects)
        }
        if facts.parties.count < 2 {
            recordings.end(of: nil, cause: .release, because: .callEnded, &facts, environment, &effects)
            hasEnded = facts.parties.isEmpty
        }
        if let asker = merger.asker, !handover.hasAnswered { answerAnyhow(asker, environment, &effects) }
    }

    /// The other call's parties come into this one. Gives them by what they were there.
    private mutating func join(
        _ parties: [Party], as merging: SwitchCommand.Merging, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) -> [Party.ID: Party] {
        var joined: [Party.ID: Party] = [:]
        for party in parties {
            let role = merging == .conference ? DNRole.conferenceMember : party.role
            guard let place = join(party.dn, role, party.state, environment, &effects) else { continue }
            joined[party.id] = place
        }
        return joined
    }

    /// Who stayed is told what has become of the call, who came, where it is now.
    private mutating func tell(
        _ merger: PendingMerge, _ note: EventAttributes, _ stayed: [Party.ID], _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        let parties = facts.parties
        let newcomers = parties.filter { !stayed.contains($0.id) }
        switch merger.merging {
        case .transfer:
            for party in parties {
                announce(.eventPartyChanged, of: party, note.about(merger.party, .transferredBy), environment, &effects)
            }
        case .conference:
            retrieve(merger.party, note, environment, &effects)
            for newcomer in newcomers {
                for party in facts.parties where stayed.contains(party.id) {
                    announce(.eventPartyAdded, of: party, note.about(newcomer.dn, .newParty), environment, &effects)
                }
            }
            for newcomer in newcomers {
                announce(
                    .eventPartyChanged, of: newcomer, note.about(merger.party, .conferencedBy), environment, &effects)
            }
        }
    }

    /// Who makes a conference speaks in it, though it held the call before.
    private mutating func retrieve(
        _ dn: DirectoryNumber, _ note: EventAttributes, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        guard let place = facts.parties.firstIndex(where: { $0.dn == dn && $0.state == .held }) else { return }
        facts.setState(.established, ofPartyAt: place, &effects)
        announce(.eventRetrieved, of: facts.parties[place], note, environment, &effects)
    }
}

extension EventAttributes {
    /// Of the events with which two calls become one. `previous` is the one that goes.
    init(_ merger: CallMachine.PendingMerge, previous: ConnectionID) {
        self.init(merger.merging, by: merger.asker)
        self.previous = previous
    }

    fileprivate init(_ merging: SwitchCommand.Merging, by asker: RequestContext?) {
        self.asker = asker
        switch merging {
        case .transfer: (callState, cause) = (.transferred, .transfer)
        case .conference: (callState, cause) = (.conferenced, .conference)
        }
    }

    /// Why a recording ends whose anchor leaves so.
    fileprivate var recordingCause: RecordingCause { callState == .transferred ? .transfer : .merge }
}

extension Consultation.Purpose {
    /// `nil`: the request begins no consultation call.
    init?(_ message: MessageNumber) {
        switch message {
        case .requestInitiateTransfer: self = .transfer
        case .requestInitiateConference: self = .conference
        default: return nil
        }
    }
}

extension Request {
    fileprivate var consultationTarget: Destination? {
        switch operation {
        case .initiateTransfer(let destination), .initiateConference(let destination): destination
        default: nil
        }
    }
}

extension MergeRequest {
    fileprivate var note: EventAttributes { EventAttributes(merging, by: asker) }
}

extension MessageNumber {
    /// The attribute in which the request names its second call.
    fileprivate var otherConnection: String {
        switch self {
        case .requestCompleteTransfer: "TransferConnID"
        case .requestCompleteConference: "ConferenceConnID"
        default: "PreviousConnID"
        }
    }
}
