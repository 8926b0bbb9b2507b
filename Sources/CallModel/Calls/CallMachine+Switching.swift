import TLibrary

/// How a call moves: requests that the switch carries out, and what the switch reports.
extension CallMachine {
    mutating func send(
        _ verb: SwitchCommand.Verb, for asker: RequestContext, recording: RouteRecording? = nil,
        userData: KeyValueList = KeyValueList(), consultation: NewConsultation? = nil,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        let id = order(verb, for: asker, environment, &effects)
        let command = PendingSwitchCommand(
            command: id, asker: asker, recording: recording, userData: userData, consultation: consultation)
        if command.userDataSize > 0 { effects.changesUserData = true }
        atSwitch.append(command)
    }

    /// A command that nobody asked for, or whose asker is kept elsewhere.
    @discardableResult
    mutating func order(
        _ verb: SwitchCommand.Verb, for asker: RequestContext? = nil, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) -> SwitchCommand.ID {
        lastCommand += 1
        let id = SwitchCommand.ID(rawValue: lastCommand)
        effects.send(
            SwitchCommand(
                id: id, connection: facts.identity.connection, verb: verb, parties: facts.parties, asker: asker))
        return id
    }

    /// The switch is not told twice: the second of two would find its party in another state.
    func checkIdle(_ request: Request) throws(RequestError) {
        guard !atSwitch.contains(where: { $0.asker.message == request.message && $0.asker.thisDN == request.thisDN })
        else { throw RequestError(.callInWrongState, "The switch is carrying out such a request on ThisDN already.") }
    }

    mutating func answer(
        _ request: Request, _ asker: RequestContext, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) throws(RequestError) {
        guard try party(of: request).state == .ringing else {
            throw RequestError(.callInWrongState, "ThisDN is not ringing.")
        }
        try checkIdle(request)
        send(.answer(request.thisDN), for: asker, environment, &effects)
    }

    mutating func hold(
        _ request: Request, _ asker: RequestContext, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) throws(RequestError) {
        guard try party(of: request).state == .established else {
            throw RequestError(.callInWrongState, "ThisDN is not in an established call.")
        }
        try checkIdle(request)
        send(.hold(request.thisDN), for: asker, environment, &effects)
    }

    mutating func retrieve(
        _ request: Request, _ asker: RequestContext, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) throws(RequestError) {
        guard try party(of: request).state == .held else {
            throw RequestError(.callInWrongState, "ThisDN does not hold this call.")
        }
        try checkIdle(request)
        send(.retrieve(request.thisDN), for: asker, environment, &effects)
    }

    mutating func route(
        _ request: Request, _ route: RouteCall, _ asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) throws(RequestError) {
        let party = try party(of: request)
        let recording = try RouteRecording(request.extensions)
        if let id = recording?.id, recordings.wasUsed(id) {
            throw RequestError(.invalidAttribute, "Extensions id names a recording that this call had already.")
        }
        guard (RouteType.unknown.rawValue...RouteType.callDisconnect.rawValue).contains(route.routeType.rawValue) else {
            throw RequestError(.invalidAttribute, "RouteType is none of T-Library's.")
        }
        try check(route.userData, environment, &effects)
        guard party.type == .routingPoint, party.state == .queued else {
            throw RequestError(.callInWrongState, "The call does not wait at ThisDN for a route.")
        }
        guard recordingIsPossible(recording, environment) else {
            throw RequestError.noRoomForRecordings
        }
        try checkIdle(request)
        guard facts.party(on: route.otherDN) == nil else {
            throw RequestError(.badRouteDestination, "OtherDN is in this call already.")
        }
        if let id = recording?.id { recordings.reserve(id) }
        send(
            .route(from: request.thisDN, to: route.otherDN, route.routeType), for: asker, recording: recording,
            userData: route.userData, environment, &effects)
    }

    private func recordingIsPossible(
        _ recording: RouteRecording?, _ environment: borrowing CallEnvironment
    ) -> Bool {
        switch recording?.word {
        case .source, .destination: recordings.hasCapacity(environment.policy.recording)
        case .disableSource, .disableDestination, nil: true
        }
    }

    // MARK: - What the switch reports

    mutating func take(_ report: SwitchReport, _ environment: borrowing CallEnvironment, _ effects: inout Effects) {
        let command = report.command.flatMap { id in
            atSwitch.firstIndex { $0.command == id }.map { atSwitch.remove(at: $0) }
        }
        // Mostly nothing waits there: no capacity is kept for that.
        if atSwitch.isEmpty { atSwitch = [] }
        effects.mayAnswer = command != nil
        if let command, command.userDataSize > 0 { effects.changesUserData = true }
        take(report.event, command, command?.asker ?? report.asker, environment, &effects)
        if let command, merger == nil { answerAnyhow(command.asker, environment, &effects) }
    }

    /// What the switch did may find its party gone; whoever asked is answered all the same.
    func answerAnyhow(_ asker: RequestContext, _ environment: borrowing CallEnvironment, _ effects: inout Effects) {
        guard effects.reply == nil, !effects.events.contains(where: \.isAnswer) else { return }
        let refused =
            facts.parties.isEmpty
            ? RequestError.callHasEnded
            : RequestError(.partyNotOnCall, "ThisDN is no party of this call any more.")
        effects.reply = CallReply(to: asker, about: facts.identity.connection, .refused(refused))
    }

    private mutating func take(
        _ event: SwitchReport.Event, _ command: PendingSwitchCommand?, _ asker: RequestContext?,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        switch event {
        case .placed(let from, let to, let state): placed(from, to, state, asker ?? consulter, environment, &effects)
        case .joined(let dn, let role, let state):
            guard let party = join(dn, role, state, environment, &effects) else { return }
            announce(party.state.arrival, of: party, asker ?? consulter, environment, &effects)
            consulter = nil
            if state == .established { mediaConnected(party, environment, &effects) }
        case .established(let dn): move(dn, on: .established, .eventEstablished, asker, environment, &effects)
        case .held(let dn):
            move(dn, on: .held, .eventHeld, asker, environment, &effects)
            if let consultation = command?.consultation { begin(consultation, environment, &effects) }
        case .retrieved(let dn): move(dn, on: .retrieved, .eventRetrieved, asker, environment, &effects)
        case .routeRequested(let dn): announce(.eventRouteRequest, at: dn, asker, nil, environment, &effects)
        case .routeUsed(let dn, let target): routeUsed(dn, target, command, environment, &effects)
        case .diverted(let dn, let target):
            guard let party = leave(dn, environment, &effects) else { return }
            announce(party.state.departure(on: .diverted), of: party, asker, thirdParty: target, environment, &effects)
            endRecordings(of: party, cause: .release, isCallOver: facts.parties.isEmpty, environment, &effects)
        case .queued(let dn): move(dn, on: .queued, .eventQueued, nil, environment, &effects)
        case .transferred(let from, let to, let state): transferred(from, to, state, command, environment, &effects)
        case .redirected(let from, let to, let state): redirected(from, to, state, command, environment, &effects)
        case .added(let dn, let dealer, let state): added(dn, by: dealer, state, command, environment, &effects)
        case .removed(let dn, _): removed(dn, command, environment, &effects)
        case .cleared(let dealer, let state): cleared(dealer, state, asker, environment, &effects)
        case .merged(let other, let dealer, let merging):
            merged(other, by: dealer, merging, command?.asker, environment, &effects)
        case .destinationBusy(let dn):
            recordings.awaitingAgent = nil
            announce(.eventDestinationBusy, at: dn, asker, nil, environment, &effects)
        case .targetFailed: recordings.awaitingAgent = nil
        case .released(let dn, let state):
            depart(dn, on: .released, state, asker, environment, &effects)
        case .abandoned(let dn):
            depart(dn, on: .abandoned, .abandoned, asker, environment, &effects)
        case .media(let dn, let session):
            guard let party = facts.party(on: dn) else { return }
            recordings.carry(party, in: session, &facts, environment, &effects)
        case .inherited(let dn, let session):
            guard let party = facts.party(on: dn) else { return }
            recordings.sessions[party.id] = session
            effects.inherited = session
        case .source(let dn, let address):
            guard let party = facts.party(on: dn) else { return }
            recordings.sources[party.id] = address
        case .refused(let refused):
            guard let command else { return }
            if let id = command.recording?.id { recordings.release(id) }
            effects.reply = CallReply(
                to: command.asker, about: facts.identity.connection, .refused(refused))
        }
    }

    private mutating func placed(
        _ from: DirectoryNumber, _ to: DirectoryNumber, _ state: Party.State, _ asker: RequestContext?,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard let caller = join(from, .origination, .dialing, environment, &effects),
            let called = join(to, .destination, state, environment, &effects)
        else { return }
        consulter = nil
        announce(.eventDialing, of: caller, asker, environment, &effects)
        announce(called.state.arrival, of: called, asker, environment, &effects)
        if answerTimeout > 0 { effects.deadlines.append((.answer, after: .seconds(answerTimeout))) }
    }

    mutating func join(
        _ dn: DirectoryNumber, _ role: DNRole, _ state: Party.State, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) -> Party? {
        guard !hasEnded, let index = environment.policy.directory.index(of: dn), facts.party(on: dn) == nil else {
            return nil
        }
        lastParty += 1
        let party = Party(
            id: Party.ID(rawValue: lastParty), index: index, entry: environment.policy.directory[index], role: role,
            state: state,
            agentID: environment.agents[index])
        facts.append(party, &effects)
        effects.joined.append(index)
        if party.type.isAgentDN { armForAgent(party, environment, &effects) }
        return party
    }

    /// A party stays in the call: the table says in which state.
    private mutating func move(
        _ dn: DirectoryNumber, on input: PartyInput, _ message: MessageNumber, _ asker: RequestContext?,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard let place = facts.parties.firstIndex(where: { $0.dn == dn }) else { return }
        switch facts.parties[place].state.move(on: input) {
        case .connect:
            facts.setState(.established, ofPartyAt: place, &effects)
            let party = facts.parties[place]
            announce(message, of: party, asker, environment, &effects)
            mediaConnected(party, environment, &effects)
        case .enter(let state):
            facts.setState(state, ofPartyAt: place, &effects)
            announce(message, of: facts.parties[place], asker, environment, &effects)
        case .leave: break
        }
    }

    private mutating func routeUsed(
        _ dn: DirectoryNumber, _ target: DirectoryNumber, _ command: PendingSwitchCommand?,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard facts.party(on: dn) != nil else {
            if let id = command?.recording?.id { recordings.release(id) }
            return
        }
        attach(command, environment, &effects)
        announce(.eventRouteUsed, at: dn, command?.asker, target, environment, &effects)
        if let command, let recording = command.recording {
            record(recording, by: command.asker, environment, &effects)
        }
    }

    private mutating func depart(
        _ dn: DirectoryNumber, on input: PartyInput, _ state: CallState, _ asker: RequestContext?,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard let party = leave(dn, environment, &effects) else { return }
        let note = EventAttributes(asker: asker, callState: state)
        announce(party.state.departure(on: input), of: party, note, environment, &effects)
        // A destination that did not answer, and in whose place another has come, was no part of a conference.
        if party.state.hasMedia || party.role != .destination { tellDeparture(of: party, note, environment, &effects) }
        endRecordings(
            of: party, cause: state.isMove ? .transfer : .release, isCallOver: facts.parties.count < 2, environment,
            &effects)
    }

    /// A party has left: its recording ends; with the call, all do.
    mutating func endRecordings(
        of party: Party, cause: RecordingCause, isCallOver: Bool, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        if isCallOver {
            recordings.awaitingAgent = nil
            recordings.end(of: nil, cause: .release, because: .callEnded, &facts, environment, &effects)
        } else {
            recordings.end(of: party.id, cause: cause, because: .anchorGone, &facts, environment, &effects)
        }
        hasEnded = facts.parties.isEmpty
    }

    mutating func leave(_ dn: DirectoryNumber, _ environment: borrowing CallEnvironment, _ effects: inout Effects)
        -> Party?
    {
        guard let place = facts.parties.firstIndex(where: { $0.dn == dn }) else { return nil }
        let party = facts.removeParty(at: place, &effects)
        recordings.sessions[party.id] = nil
        recordings.sources[party.id] = nil
        effects.left.append(party.index)
        return party
    }

    // MARK: - Events

    private func announce(
        _ message: MessageNumber, at dn: DirectoryNumber, _ asker: RequestContext?, _ thirdParty: DirectoryNumber?,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard let party = facts.party(on: dn) else { return }
        announce(message, of: party, asker, thirdParty: thirdParty, environment, &effects)
    }

    private func announce(
        _ message: MessageNumber, of party: Party, _ asker: RequestContext?, thirdParty: DirectoryNumber? = nil,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        announce(message, of: party, EventAttributes(asker: asker, thirdParty: thirdParty), environment, &effects)
    }

    func announce(
        _ message: MessageNumber, of party: Party, _ note: EventAttributes, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        let asker = note.asker
        let isAnswer =
            note.mayAnswer && effects.mayAnswer && asker?.message.answer == message && asker?.thisDN == party.dn
        effects.append(
            CallEvent(
                message, to: .party(party), asker: asker, isAnswer: isAnswer,
                callState: message.callState(of: note), cause: note.cause, thirdParty: note.thirdParty,
                thirdPartyRole: note.thirdPartyRole,
                previous: message == .eventPartyChanged ? note.previous : nil))
    }
}

extension MessageNumber {
    /// The event that answers a request first, on its ThisDN (WireFormat, "Events").
    fileprivate var answer: MessageNumber? {
        switch self {
        case .requestMakeCall, .requestMakePredictiveCall: .eventDialing
        case .requestAnswerCall: .eventEstablished
        case .requestReleaseCall, .requestClearCall, .requestCompleteTransfer, .requestCompleteConference,
            .requestSingleStepTransfer, .requestMuteTransfer, .requestReconnectCall, .requestRedirectCall,
            .requestMergeCalls:
            .eventReleased
        case .requestHoldCall, .requestAlternateCall, .requestInitiateTransfer, .requestInitiateConference: .eventHeld
        case .requestRetrieveCall: .eventRetrieved
        case .requestSingleStepConference: .eventPartyAdded
        case .requestDeleteFromConference: .eventPartyDeleted
        case .requestRouteCall: .eventRouteUsed
        default: nil
        }
    }
}

extension CallState {
    /// Whether a party that leaves so has given the call over.
    fileprivate var isMove: Bool { self == .transferred || self == .redirected || self == .conferenced }
}

extension Party.State {
    /// The event that tells of a party that leaves a call.
    func departure(on input: PartyInput) -> MessageNumber {
        switch move(on: input) {
        case .leave(.released): .eventReleased
        case .leave(.abandoned): .eventAbandoned
        case .leave(.diverted): .eventDiverted
        case .connect, .enter: preconditionFailure("The input takes no party out of its call.")
        }
    }

    /// The event that tells of a party that comes into a call.
    var arrival: MessageNumber {
        switch self {
        case .dialing: .eventDialing
        case .queued: .eventQueued
        case .ringing: .eventRinging
        case .established, .held: .eventEstablished
        }
    }
}
