import TLibrary

/// Requests about two calls: consultation calls, and calls that become one. The switch decides what of the other call is
/// possible; this call's machine knows its own parties alone.
extension CallMachine {
    // MARK: - Consultation

    mutating func consult(
        for purpose: Consultation.Purpose, _ request: Request, _ asker: RequestContext, as name: CallIDs?,
        _ step: inout CallStep
    ) throws(RequestError) {
        guard let destination = request.consultationTarget else {
            preconditionFailure("A request that begins a consultation call says whom it calls.")
        }
        guard let name else { throw RequestError.noRoomForCalls }
        try checkEstablished(request, step)
        try checkIdle(request)
        let userData = try checkAppended(destination.userData, to: inherited(step))
        guard userData.packed.count <= step.userDataFree || userData.isEmpty else { throw .noRoomForUserData }
        let identity = CallIdentity(
            connection: name.connection, uuid: name.uuid, callType: .consult, ani: request.thisDN.text,
            dnis: destination.otherDN.text, consultation: Consultation(of: connection(of: step), for: purpose))
        let consultation = NewConsultation(
            identity: identity, userData: destination.userData, reservedUserData: userData.packed.count,
            isJoint: rules.consultUserData == .joint, asker: asker)
        send(
            .consult(by: request.thisDN, to: destination.otherDN, in: name.connection), for: asker,
            consultation: consultation,
            &step)
    }

    private func inherited(_ step: borrowing CallStep) -> KeyValueList {
        switch rules.consultUserData {
        case .separate: KeyValueList()
        case .inherited, .joint: step.facts.userData.ofClients
        }
    }

    /// The party holds this call: its consultation call arises, with the user data of now.
    mutating func begin(_ begun: NewConsultation, _ step: inout CallStep) {
        var consultation = begun
        let inherited = inherited(step)
        consultation.userData = (try? checkAppended(begun.userData, to: inherited)) ?? inherited
        step.outcome.dealings.append(.begin(consultation))
        guard consultation.isJoint else { return }
        let other = consultation.identity.connection
        joint.append(other)
        takeShared(consultation.userData, by: consultation.asker.thisDN, except: other, &step)
    }

    mutating func alternate(
        to other: ConnectionID, _ request: Request, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) {
        try checkEstablished(request, step)
        try checkOther(other, "PreviousConnID", step)
        try checkIdle(request)
        send(.alternate(request.thisDN, to: other), for: asker, &step)
    }

    mutating func reconnect(
        to other: ConnectionID, _ request: Request, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) {
        _ = try party(of: request, step)
        try checkOther(other, "PreviousConnID", step)
        try checkIdle(request)
        send(.reconnect(request.thisDN, to: other), for: asker, &step)
    }

    // MARK: - One call of two

    mutating func merge(
        _ merge: MergeCalls, _ request: Request, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) {
        let merging: SwitchCommand.Merging
        switch merge.type {
        case .transfer: merging = .transfer
        case .conference: merging = .conference
        default: throw RequestError(.invalidAttribute, "MergeType is neither 0 (transfer) nor 1 (conference).")
        }
        try self.merge(merge.previousConnection, merging, request, asker, &step)
    }

    mutating func merge(
        _ other: ConnectionID, _ merging: SwitchCommand.Merging, _ request: Request, _ asker: RequestContext,
        _ step: inout CallStep
    ) throws(RequestError) {
        guard try party(of: request, step).state.hasMedia else {
            throw RequestError(.callInWrongState, "ThisDN is not in an established call.")
        }
        try checkOther(other, request.message.otherConnection, step)
        try checkIdle(request)
        send(.merge(other, by: request.thisDN, merging), for: asker, &step)
    }

    private func checkOther(
        _ other: ConnectionID, _ attribute: String, _ step: borrowing CallStep
    ) throws(RequestError) {
        guard other != .none else {
            throw RequestError(.invalidConnectionID, "\(attribute) is 0, which names no call.")
        }
        guard other != step.facts.identity.connection else {
            throw RequestError(.invalidAttribute, "\(attribute) names the same call as ConnID.")
        }
    }

    /// The switch has made one call of two: the other one is asked for all that it has, and nothing about who is in this
    /// one is taken until then.
    mutating func merged(
        _ other: ConnectionID, by dealer: DirectoryNumber, _ merging: SwitchCommand.Merging, _ asker: RequestContext?,
        _ step: inout CallStep
    ) {
        guard !step.callHasEnded, other != step.facts.identity.connection else { return }
        merger = PendingMerge(other: other, party: dealer, merging: merging, asker: asker)
        let order = MergeRequest(
            main: step.facts.identity.connection, party: dealer, merging: merging, asker: asker,
            present: step.facts.parties.map(\.dn).filter { $0 != dealer }, usedIDs: recordings.used,
            room: max(0, rules.recording.liveLimit - recordings.live.count))
        step.outcome.dealings.append(.write(.handOver(order), to: other))
    }

    mutating func take(_ letter: InterCallMessage, _ step: inout CallStep) {
        switch letter {
        case .handOver(let order): handOver(order, &step)
        case .handedOver(let handover): adopt(handover, &step)
        case .shared(let list, let from, let dn): takeShared(list, by: dn, except: from, &step)
        }
    }

    // MARK: - The call that goes

    private mutating func handOver(_ order: MergeRequest, _ step: inout CallStep) {
        var handover = MergedCallState(from: step.facts.identity.connection)
        if !step.callHasEnded { handOver(order, into: &handover, &step) }
        let carried = handover.recordings.recordings.map(\.name)
        if !carried.isEmpty { step.outcome.dealings.append(.forward(carried, to: order.main)) }
        step.outcome.dealings.append(.write(.handedOver(handover), to: order.main))
    }

    private mutating func handOver(_ order: MergeRequest, into handover: inout MergedCallState, _ step: inout CallStep)
    {
        let note = order.note
        if let dealer = leave(order.party, &step) {
            announce(.eventReleased, of: dealer, note, &step)
            handover.hasAnswered = order.asker?.thisDN == dealer.dn
            recordings.end(of: dealer.id, cause: note.recordingCause, because: .anchorGone, &step)
        }
        // A DN is in a call once: who is in the other one already is not in two places.
        for party in step.facts.parties where order.present.contains(party.dn) {
            _ = leave(party.dn, &step)
            announce(.eventReleased, of: party, note, &step)
        }
        handover.parties = step.facts.parties
        handover.userData = step.facts.userData.ofClients
        handover.recordings = recordings.handOver(handover.parties, as: order, &step)
        for recording in handover.recordings.recordings {
            handover.paths += paths.filter { $0.recording == recording.id }
            paths.removeAll { $0.recording == recording.id }
        }
        for party in handover.parties { _ = leave(party.dn, &step) }
        joint = []
        step.callHasEnded = true
        step.changesUserData = true
    }

    // MARK: - The call that goes on

    private mutating func adopt(_ handover: MergedCallState, _ step: inout CallStep) {
        guard let merger, merger.other == handover.from else { return }
        self.merger = nil
        joint.removeAll { $0 == handover.from }
        for input in deferred { step.outcome.dealings.append(.take(input)) }
        deferred = []

        var note = EventAttributes(merger, previous: handover.from)
        note.mayAnswer = !handover.hasAnswered
        if merger.merging == .transfer, let dealer = leave(merger.party, &step) {
            announce(.eventReleased, of: dealer, note, &step)
            recordings.end(of: dealer.id, cause: .transfer, because: .anchorGone, &step)
        }
        let stayed = step.facts.parties.map(\.id)
        let anchors = join(handover.parties, as: merger.merging, &step)
        mergeUserData(handover.userData, by: merger.party, &step)
        recordings.adopt(handover.recordings, anchors: anchors, &step)
        paths += handover.paths
        tell(merger, note, stayed, &step)
        for party in step.facts.parties where !stayed.contains(party.id) && party.state.hasMedia {
            mediaConnected(party, &step)
        }
        if step.facts.parties.count < 2 {
            recordings.end(of: nil, cause: .release, because: .callEnded, &step)
            step.callHasEnded = step.facts.parties.isEmpty
        }
        if let asker = merger.asker, !handover.hasAnswered { answerAnyhow(asker, &step) }
    }

    /// The other call's parties come into this one. Gives them by what they were there.
    private mutating func join(
        _ parties: [Party], as merging: SwitchCommand.Merging, _ step: inout CallStep
    ) -> [Party.ID: Party] {
        var joined: [Party.ID: Party] = [:]
        for party in parties {
            let role = merging == .conference ? DNRole.conferenceMember : party.role
            guard let place = join(party.dn, role, party.state, &step) else { continue }
            joined[party.id] = place
        }
        return joined
    }

    /// Who stayed is told what has become of the call, who came, where it is now.
    private mutating func tell(
        _ merger: PendingMerge, _ note: EventAttributes, _ stayed: [Party.ID], _ step: inout CallStep
    ) {
        let parties = step.facts.parties
        let newcomers = parties.filter { !stayed.contains($0.id) }
        switch merger.merging {
        case .transfer:
            for party in parties {
                announce(.eventPartyChanged, of: party, note.about(merger.party, .transferredBy), &step)
            }
        case .conference:
            retrieve(merger.party, note, &step)
            for newcomer in newcomers {
                for party in step.facts.parties where stayed.contains(party.id) {
                    announce(.eventPartyAdded, of: party, note.about(newcomer.dn, .newParty), &step)
                }
            }
            for newcomer in newcomers {
                announce(.eventPartyChanged, of: newcomer, note.about(merger.party, .conferencedBy), &step)
            }
        }
    }

    /// Who makes a conference speaks in it, though it held the call before.
    private mutating func retrieve(_ dn: DirectoryNumber, _ note: EventAttributes, _ step: inout CallStep) {
        guard let place = step.facts.parties.firstIndex(where: { $0.dn == dn && $0.state == .held }) else { return }
        step.facts.parties[place].state = .established
        announce(.eventRetrieved, of: step.facts.parties[place], note, &step)
    }

    private func connection(of step: borrowing CallStep) -> ConnectionID { step.facts.identity.connection }
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
