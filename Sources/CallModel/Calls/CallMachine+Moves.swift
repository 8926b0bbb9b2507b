import TLibrary

/// Requests that move a party of one call, and what the switch reports of them.
extension CallMachine {
    // MARK: - Requests

    mutating func clear(
        _ request: Request, _ asker: RequestContext, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) throws(RequestError) {
        _ = try party(of: request)
        try checkIdle(request)
        send(.clear(by: request.thisDN, .cleared), for: asker, environment, &effects)
    }

    mutating func redirect(
        to destination: Destination, _ request: Request, _ asker: RequestContext,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) throws(RequestError) {
        guard try party(of: request).state == .ringing else {
            throw RequestError(.callInWrongState, "ThisDN is not ringing, so the call cannot be redirected from there.")
        }
        let verb = SwitchCommand.Verb.redirect(from: request.thisDN, to: destination.otherDN)
        try send(verb, to: destination, request, asker, environment, &effects)
    }

    /// RequestSingleStepTransfer and RequestMuteTransfer: both give the call over at once, ringing or not.
    mutating func transfer(
        to destination: Destination, _ request: Request, _ asker: RequestContext,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) throws(RequestError) {
        try checkEstablished(request, environment)
        let verb = SwitchCommand.Verb.transfer(from: request.thisDN, to: destination.otherDN)
        try send(verb, to: destination, request, asker, environment, &effects)
    }

    mutating func add(
        _ destination: Destination, _ request: Request, _ asker: RequestContext,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) throws(RequestError) {
        try checkEstablished(request, environment)
        let verb = SwitchCommand.Verb.add(destination.otherDN, by: request.thisDN)
        try send(verb, to: destination, request, asker, environment, &effects)
    }

    /// What brings another DN into the call.
    private mutating func send(
        _ verb: SwitchCommand.Verb, to destination: Destination, _ request: Request, _ asker: RequestContext,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) throws(RequestError) {
        try checkUpdate(destination.userData, environment)
        guard facts.party(on: destination.otherDN) == nil else {
            throw RequestError(.badCalledDN, "OtherDN is in this call already.")
        }
        try checkIdle(request)
        send(verb, for: asker, userData: destination.userData, environment, &effects)
    }

    mutating func delete(
        _ dn: DirectoryNumber, _ request: Request, _ asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) throws(RequestError) {
        _ = try party(of: request)
        guard dn != request.thisDN else {
            throw RequestError(.invalidAttribute, "OtherDN is ThisDN, which leaves by RequestReleaseCall.")
        }
        guard facts.party(on: dn) != nil else {
            throw RequestError(.partyNotOnCall, "OtherDN is no party of this call.")
        }
        guard facts.parties.count > 2 else {
            throw RequestError(.callInWrongState, "The call is no conference: it has no more than two parties.")
        }
        try checkIdle(request)
        send(.remove(dn, by: request.thisDN), for: asker, environment, &effects)
    }

    func checkEstablished(_ request: Request, _ environment: borrowing CallEnvironment) throws(RequestError) {
        guard try party(of: request).state == .established else {
            throw RequestError(.callInWrongState, "ThisDN is not in an established call.")
        }
    }

    // MARK: - What the switch reports

    /// Nobody has answered a predictive call in time: the switch ends it.
    mutating func answerIsOverdue(_ environment: borrowing CallEnvironment, _ effects: inout Effects) {
        guard let caller = facts.parties.first(where: { $0.state == .dialing }) else { return }
        order(.clear(by: caller.dn, .noAnswer), environment, &effects)
    }

    mutating func transferred(
        _ from: DirectoryNumber, _ to: DirectoryNumber, _ state: Party.State, _ command: PendingSwitchCommand?,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard let leaving = leave(from, environment, &effects) else { return }
        let note = EventAttributes(
            asker: command?.asker, callState: .transferred,
            cause: command?.asker.message == .requestMuteTransfer ? .transfer : .singleStepTransfer)
        attach(command, environment, &effects)
        announce(.eventReleased, of: leaving, note, environment, &effects)
        recordings.end(of: leaving.id, cause: .transfer, because: .anchorGone, &facts, environment, &effects)
        let others = facts.parties
        take(to, .destination, state, note.about(nil), environment, &effects)
        for other in others {
            announce(.eventPartyChanged, of: other, note.about(leaving.dn, .transferredBy), environment, &effects)
        }
        endIfAlone(environment, &effects)
    }

    mutating func redirected(
        _ from: DirectoryNumber, _ to: DirectoryNumber, _ state: Party.State, _ command: PendingSwitchCommand?,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard let leaving = leave(from, environment, &effects) else { return }
        let note = EventAttributes(asker: command?.asker, callState: .redirected, cause: .redirect)
        attach(command, environment, &effects)
        announce(.eventReleased, of: leaving, note, environment, &effects)
        recordings.end(of: leaving.id, cause: .transfer, because: .anchorGone, &facts, environment, &effects)
        take(to, .destination, state, note.about(nil), environment, &effects)
        endIfAlone(environment, &effects)
    }

    mutating func added(
        _ dn: DirectoryNumber, by dealer: DirectoryNumber, _ state: Party.State, _ command: PendingSwitchCommand?,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        let others = facts.parties
        guard let party = join(dn, .conferenceMember, state, environment, &effects) else { return }
        attach(command, environment, &effects)
        let note = EventAttributes(asker: command?.asker, cause: .conference)
        for other in others { announce(.eventPartyAdded, of: other, note.about(dn, .newParty), environment, &effects) }
        arrive(party, note, environment, &effects)
    }

    mutating func removed(
        _ dn: DirectoryNumber, _ command: PendingSwitchCommand?, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        guard let leaving = leave(dn, environment, &effects) else { return }
        let note = EventAttributes(asker: command?.asker, callState: .dropped)
        tellDeparture(of: leaving, note, environment, &effects)
        announce(.eventReleased, of: leaving, note, environment, &effects)
        endRecordings(of: leaving, cause: .release, isCallOver: facts.parties.count < 2, environment, &effects)
    }

    mutating func cleared(
        _ dealer: DirectoryNumber, _ state: CallState, _ asker: RequestContext?,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        let parties = facts.parties.sorted { left, right in left.dn == dealer && right.dn != dealer }
        let note = EventAttributes(asker: asker, callState: state)
        for party in parties {
            _ = leave(party.dn, environment, &effects)
            let message: MessageNumber = party.state.departure(on: .cleared)
            announce(message, of: party, message == .eventReleased ? note : note.abandoned, environment, &effects)
        }
        guard let last = parties.last else { return }
        endRecordings(of: last, cause: .release, isCallOver: true, environment, &effects)
    }

    // MARK: - Parties that come and go

    /// What the switch has carried out attaches what its request brought.
    mutating func attach(
        _ command: PendingSwitchCommand?, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard let command, !command.userData.isEmpty else { return }
        facts.changeUserData(&effects) { $0.update(with: command.userData) }
        effects.changesUserData = true
        share(by: command.asker.thisDN, environment, &effects)
    }

    private mutating func take(
        _ dn: DirectoryNumber, _ role: DNRole, _ state: Party.State, _ note: EventAttributes,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard let party = join(dn, role, state, environment, &effects) else { return }
        arrive(party, note, environment, &effects)
    }

    /// A party that has come is told so, and may be recorded.
    mutating func arrive(
        _ party: Party, _ note: EventAttributes, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        announce(party.state.arrival, of: party, note.about(nil), environment, &effects)
        if party.state.hasMedia { mediaConnected(party, environment, &effects) }
    }

    /// Those who stay in a conference are told who has left it.
    func tellDeparture(
        of leaving: Party, _ note: EventAttributes, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard facts.parties.count >= 2 else { return }
        for party in facts.parties {
            announce(.eventPartyDeleted, of: party, note.about(leaving.dn, .deletedParty), environment, &effects)
        }
    }

    private mutating func endIfAlone(_ environment: borrowing CallEnvironment, _ effects: inout Effects) {
        guard facts.parties.count < 2 else { return }
        recordings.awaitingAgent = nil
        recordings.end(of: nil, cause: .release, because: .callEnded, &facts, environment, &effects)
        hasEnded = facts.parties.isEmpty
    }
}
