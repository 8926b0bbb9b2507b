import TLibrary

/// Requests that move a party of one call, and what the switch reports of them.
extension CallMachine {
    // MARK: - Requests

    mutating func clear(_ request: Request, _ asker: RequestContext, _ step: inout CallStep) throws(RequestError) {
        _ = try party(of: request, step)
        try checkIdle(request)
        send(.clear(by: request.thisDN, .cleared), for: asker, &step)
    }

    mutating func redirect(
        to destination: Destination, _ request: Request, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) {
        guard try party(of: request, step).state == .ringing else {
            throw RequestError(.callInWrongState, "ThisDN is not ringing, so the call cannot be redirected from there.")
        }
        let verb = SwitchCommand.Verb.redirect(from: request.thisDN, to: destination.otherDN)
        try send(verb, to: destination, request, asker, &step)
    }

    /// RequestSingleStepTransfer and RequestMuteTransfer: both give the call over at once, ringing or not.
    mutating func transfer(
        to destination: Destination, _ request: Request, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) {
        try checkEstablished(request, step)
        let verb = SwitchCommand.Verb.transfer(from: request.thisDN, to: destination.otherDN)
        try send(verb, to: destination, request, asker, &step)
    }

    mutating func add(
        _ destination: Destination, _ request: Request, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) {
        try checkEstablished(request, step)
        let verb = SwitchCommand.Verb.add(destination.otherDN, by: request.thisDN)
        try send(verb, to: destination, request, asker, &step)
    }

    /// What brings another DN into the call.
    private mutating func send(
        _ verb: SwitchCommand.Verb, to destination: Destination, _ request: Request, _ asker: RequestContext,
        _ step: inout CallStep
    ) throws(RequestError) {
        try checkUpdate(destination.userData, step)
        guard step.party(on: destination.otherDN) == nil else {
            throw RequestError(.badCalledDN, "OtherDN is in this call already.")
        }
        try checkIdle(request)
        send(verb, for: asker, userData: destination.userData, &step)
    }

    mutating func delete(
        _ dn: DirectoryNumber, _ request: Request, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) {
        _ = try party(of: request, step)
        guard dn != request.thisDN else {
            throw RequestError(.invalidAttribute, "OtherDN is ThisDN, which leaves by RequestReleaseCall.")
        }
        guard step.party(on: dn) != nil else {
            throw RequestError(.partyNotOnCall, "OtherDN is no party of this call.")
        }
        guard step.facts.parties.count > 2 else {
            throw RequestError(.callInWrongState, "The call is no conference: it has no more than two parties.")
        }
        try checkIdle(request)
        send(.remove(dn, by: request.thisDN), for: asker, &step)
    }

    func checkEstablished(_ request: Request, _ step: borrowing CallStep) throws(RequestError) {
        guard try party(of: request, step).state == .established else {
            throw RequestError(.callInWrongState, "ThisDN is not in an established call.")
        }
    }

    // MARK: - What the switch reports

    /// The called one has answered a predictive call, which now waits for its agent.
    mutating func queued(_ dn: DirectoryNumber, _ step: inout CallStep) {
        guard let place = step.facts.parties.firstIndex(where: { $0.dn == dn }) else { return }
        step.facts.parties[place].state = .queued
        announce(.eventQueued, of: step.facts.parties[place], EventAttributes(), &step)
    }

    /// Nobody has answered a predictive call in time: the switch ends it.
    mutating func answerIsOverdue(_ step: inout CallStep) {
        guard let caller = step.facts.parties.first(where: { $0.state == .dialing }) else { return }
        order(.clear(by: caller.dn, .noAnswer), &step)
    }

    mutating func transferred(
        _ from: DirectoryNumber, _ to: DirectoryNumber, _ state: Party.State, _ command: PendingSwitchCommand?,
        _ step: inout CallStep
    ) {
        guard let leaving = leave(from, &step) else { return }
        let note = EventAttributes(
            asker: command?.asker, callState: .transferred,
            cause: command?.asker.message == .requestMuteTransfer ? .transfer : .singleStepTransfer)
        attach(command, &step)
        announce(.eventReleased, of: leaving, note, &step)
        recordings.end(of: leaving.id, cause: .transfer, because: .anchorGone, &step)
        let others = step.facts.parties
        take(to, .destination, state, note.about(nil), &step)
        for other in others {
            announce(.eventPartyChanged, of: other, note.about(leaving.dn, .transferredBy), &step)
        }
        endIfAlone(&step)
    }

    mutating func redirected(
        _ from: DirectoryNumber, _ to: DirectoryNumber, _ state: Party.State, _ command: PendingSwitchCommand?,
        _ step: inout CallStep
    ) {
        guard let leaving = leave(from, &step) else { return }
        let note = EventAttributes(asker: command?.asker, callState: .redirected, cause: .redirect)
        attach(command, &step)
        announce(.eventReleased, of: leaving, note, &step)
        recordings.end(of: leaving.id, cause: .transfer, because: .anchorGone, &step)
        take(to, .destination, state, note.about(nil), &step)
        endIfAlone(&step)
    }

    mutating func added(
        _ dn: DirectoryNumber, by dealer: DirectoryNumber, _ state: Party.State, _ command: PendingSwitchCommand?,
        _ step: inout CallStep
    ) {
        let others = step.facts.parties
        guard let party = join(dn, .conferenceMember, state, &step) else { return }
        attach(command, &step)
        let note = EventAttributes(asker: command?.asker, cause: .conference)
        for other in others { announce(.eventPartyAdded, of: other, note.about(dn, .newParty), &step) }
        arrive(party, note, &step)
    }

    mutating func removed(_ dn: DirectoryNumber, _ command: PendingSwitchCommand?, _ step: inout CallStep) {
        guard let leaving = leave(dn, &step) else { return }
        let note = EventAttributes(asker: command?.asker, callState: .dropped)
        tellDeparture(of: leaving, note, &step)
        announce(.eventReleased, of: leaving, note, &step)
        endRecordings(of: leaving, cause: .release, isCallOver: step.facts.parties.count < 2, &step)
    }

    mutating func cleared(
        _ dealer: DirectoryNumber, _ state: CallState, _ asker: RequestContext?, _ step: inout CallStep
    ) {
        let parties = step.facts.parties.sorted { left, right in left.dn == dealer && right.dn != dealer }
        let note = EventAttributes(asker: asker, callState: state)
        for party in parties {
            _ = leave(party.dn, &step)
            let message: MessageNumber = party.state.isReached ? .eventReleased : .eventAbandoned
            announce(message, of: party, message == .eventReleased ? note : note.abandoned, &step)
        }
        guard let last = parties.last else { return }
        endRecordings(of: last, cause: .release, isCallOver: true, &step)
    }

    // MARK: - Parties that come and go

    /// What the switch has carried out attaches what its request brought.
    func attach(_ command: PendingSwitchCommand?, _ step: inout CallStep) {
        guard let command, !command.userData.isEmpty else { return }
        step.facts.userData.update(with: command.userData)
        step.changesUserData = true
        share(by: command.asker.thisDN, &step)
    }

    private mutating func take(
        _ dn: DirectoryNumber, _ role: DNRole, _ state: Party.State, _ note: EventAttributes, _ step: inout CallStep
    ) {
        guard let party = join(dn, role, state, &step) else { return }
        arrive(party, note, &step)
    }

    /// A party that has come is told so, and may be recorded.
    mutating func arrive(_ party: Party, _ note: EventAttributes, _ step: inout CallStep) {
        announce(party.state.arrival, of: party, note.about(nil), &step)
        if party.state.hasMedia { mediaConnected(party, &step) }
    }

    /// Those who stay in a conference are told who has left it.
    func tellDeparture(of leaving: Party, _ note: EventAttributes, _ step: inout CallStep) {
        guard step.facts.parties.count >= 2 else { return }
        for party in step.facts.parties {
            announce(.eventPartyDeleted, of: party, note.about(leaving.dn, .deletedParty), &step)
        }
    }

    private mutating func endIfAlone(_ step: inout CallStep) {
        guard step.facts.parties.count < 2 else { return }
        recordings.awaitingAgent = nil
        recordings.end(of: nil, cause: .release, because: .callEnded, &step)
        step.callHasEnded = step.facts.parties.isEmpty
    }
}

extension Party.State {
    /// Whether the party has taken part: one that only rang, or waited, is abandoned where the call ends.
    fileprivate var isReached: Bool {
        switch self {
        case .dialing, .established, .held: true
        case .ringing, .queued: false
        }
    }
}
