import TLibrary

/// How a call moves: requests that the switch carries out, and what the switch reports.
extension CallMachine {
    mutating func send(
        _ verb: SwitchCommand.Verb, for asker: RequestContext, recording: RouteRecording? = nil,
        userData: KeyValueList = KeyValueList(), consultation: NewConsultation? = nil, _ step: inout CallStep
    ) {
        let id = order(verb, for: asker, &step)
        let command = PendingSwitchCommand(
            command: id, asker: asker, recording: recording, userData: userData, consultation: consultation)
        if command.userDataSize > 0 { step.changesUserData = true }
        atSwitch.append(command)
    }

    /// A command that nobody asked for, or whose asker is kept elsewhere.
    @discardableResult
    mutating func order(
        _ verb: SwitchCommand.Verb, for asker: RequestContext? = nil, _ step: inout CallStep
    ) -> SwitchCommand.ID {
        lastCommand += 1
        let id = SwitchCommand.ID(rawValue: lastCommand)
        step.outcome.switching = SwitchCommand(
            id: id, connection: step.facts.identity.connection, verb: verb, parties: step.facts.parties,
            asker: asker)
        return id
    }

    /// The switch is not told twice: the second of two would find its party in another state.
    func checkIdle(_ request: Request) throws(RequestError) {
        guard !atSwitch.contains(where: { $0.asker.message == request.message && $0.asker.thisDN == request.thisDN })
        else { throw RequestError(.callInWrongState, "The switch is carrying out such a request on ThisDN already.") }
    }

    mutating func answer(_ request: Request, _ asker: RequestContext, _ step: inout CallStep) throws(RequestError) {
        guard try party(of: request, step).state == .ringing else {
            throw RequestError(.callInWrongState, "ThisDN is not ringing.")
        }
        try checkIdle(request)
        send(.answer(request.thisDN), for: asker, &step)
    }

    mutating func hold(_ request: Request, _ asker: RequestContext, _ step: inout CallStep) throws(RequestError) {
        guard try party(of: request, step).state == .established else {
            throw RequestError(.callInWrongState, "ThisDN is not in an established call.")
        }
        try checkIdle(request)
        send(.hold(request.thisDN), for: asker, &step)
    }

    mutating func retrieve(_ request: Request, _ asker: RequestContext, _ step: inout CallStep) throws(RequestError) {
        guard try party(of: request, step).state == .held else {
            throw RequestError(.callInWrongState, "ThisDN does not hold this call.")
        }
        try checkIdle(request)
        send(.retrieve(request.thisDN), for: asker, &step)
    }

    mutating func route(
        _ request: Request, _ route: RouteCall, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) {
        let party = try party(of: request, step)
        let recording = try RouteRecording(request.extensions)
        if let id = recording?.id, recordings.wasUsed(id) {
            throw RequestError(.invalidAttribute, "Extensions id names a recording that this call had already.")
        }
        guard (RouteType.unknown.rawValue...RouteType.callDisconnect.rawValue).contains(route.routeType.rawValue) else {
            throw RequestError(.invalidAttribute, "RouteType is none of T-Library's.")
        }
        try check(route.userData, &step)
        guard party.type == .routingPoint, party.state == .queued else {
            throw RequestError(.callInWrongState, "The call does not wait at ThisDN for a route.")
        }
        guard recordingIsPossible(recording) else {
            throw RequestError.noRoomForRecordings
        }
        try checkIdle(request)
        guard step.party(on: route.otherDN) == nil else {
            throw RequestError(.badRouteDestination, "OtherDN is in this call already.")
        }
        if let id = recording?.id { recordings.reserve(id) }
        send(
            .route(from: request.thisDN, to: route.otherDN, route.routeType), for: asker, recording: recording,
            userData: route.userData, &step)
    }

    private func recordingIsPossible(_ recording: RouteRecording?) -> Bool {
        switch recording?.word {
        case .source, .destination: recordings.hasCapacity(rules.recording)
        case .disableSource, .disableDestination, nil: true
        }
    }

    // MARK: - What the switch reports

    mutating func take(_ report: SwitchReport, _ step: inout CallStep) {
        let command = report.command.flatMap { id in
            atSwitch.firstIndex { $0.command == id }.map { atSwitch.remove(at: $0) }
        }
        step.mayAnswer = command != nil
        if let command, command.userDataSize > 0 { step.changesUserData = true }
        take(report.event, command, command?.asker ?? report.asker, &step)
        if let command, merger == nil { answerAnyhow(command.asker, &step) }
    }

    /// What the switch did may find its party gone; whoever asked is answered all the same.
    func answerAnyhow(_ asker: RequestContext, _ step: inout CallStep) {
        guard step.outcome.reply == nil, !step.outcome.events.contains(where: \.isAnswer) else { return }
        let refused =
            step.facts.parties.isEmpty
            ? RequestError.callHasEnded
            : RequestError(.partyNotOnCall, "ThisDN is no party of this call any more.")
        step.outcome.reply = CallReply(to: asker, about: step.facts.identity.connection, .refused(refused))
    }

    private mutating func take(
        _ event: SwitchReport.Event, _ command: PendingSwitchCommand?, _ asker: RequestContext?, _ step: inout CallStep
    ) {
        switch event {
        case .placed(let from, let to, let state): placed(from, to, state, asker ?? consulter, &step)
        case .joined(let dn, let role, let state):
            guard let party = join(dn, role, state, &step) else { return }
            announce(party.state.arrival, of: party, asker ?? consulter, &step)
            consulter = nil
            if state == .established { mediaConnected(party, &step) }
        case .established(let dn): established(dn, asker, &step)
        case .held(let dn):
            changed(dn, to: .held, .eventHeld, asker, &step)
            if let consultation = command?.consultation { begin(consultation, &step) }
        case .retrieved(let dn): changed(dn, to: .established, .eventRetrieved, asker, &step)
        case .routeRequested(let dn): announce(.eventRouteRequest, at: dn, asker, nil, &step)
        case .routeUsed(let dn, let target): routeUsed(dn, target, command, &step)
        case .diverted(let dn, let target):
            guard let party = leave(dn, &step) else { return }
            announce(.eventDiverted, of: party, asker, thirdParty: target, &step)
            endRecordings(of: party, cause: .release, isCallOver: step.facts.parties.isEmpty, &step)
        case .queued(let dn): queued(dn, &step)
        case .transferred(let from, let to, let state): transferred(from, to, state, command, &step)
        case .redirected(let from, let to, let state): redirected(from, to, state, command, &step)
        case .added(let dn, let dealer, let state): added(dn, by: dealer, state, command, &step)
        case .removed(let dn, _): removed(dn, command, &step)
        case .cleared(let dealer, let state): cleared(dealer, state, asker, &step)
        case .merged(let other, let dealer, let merging):
            merged(other, by: dealer, merging, command?.asker, &step)
        case .destinationBusy(let dn):
            recordings.awaitingAgent = nil
            announce(.eventDestinationBusy, at: dn, asker, nil, &step)
        case .targetFailed: recordings.awaitingAgent = nil
        case .released(let dn, let state):
            depart(dn, .eventReleased, state, asker, &step)
        case .abandoned(let dn):
            depart(dn, .eventAbandoned, .abandoned, asker, &step)
        case .media(let dn, let session):
            guard let party = step.party(on: dn) else { return }
            recordings.carry(party, in: session, &step)
        case .inherited(let dn, let session):
            guard let party = step.party(on: dn) else { return }
            recordings.sessions[party.id] = session
            step.outcome.inherited = session
        case .source(let dn, let address):
            guard let party = step.party(on: dn) else { return }
            recordings.sources[party.id] = address
        case .refused(let refused):
            guard let command else { return }
            if let id = command.recording?.id { recordings.release(id) }
            step.outcome.reply = CallReply(
                to: command.asker, about: step.facts.identity.connection, .refused(refused))
        }
    }

    private mutating func placed(
        _ from: DirectoryNumber, _ to: DirectoryNumber, _ state: Party.State, _ asker: RequestContext?,
        _ step: inout CallStep
    ) {
        guard let caller = join(from, .origination, .dialing, &step),
            let called = join(to, .destination, state, &step)
        else { return }
        consulter = nil
        announce(.eventDialing, of: caller, asker, &step)
        announce(called.state.arrival, of: called, asker, &step)
        if answerTimeout > .zero { step.outcome.deadlines.append((.answer, after: answerTimeout)) }
    }

    mutating func join(
        _ dn: DirectoryNumber, _ role: DNRole, _ state: Party.State, _ step: inout CallStep
    ) -> Party? {
        guard !step.callHasEnded, let index = rules.directory.index(of: dn), step.party(on: dn) == nil else {
            return nil
        }
        lastParty += 1
        let party = Party(
            id: Party.ID(rawValue: lastParty), index: index, entry: rules.directory[index], role: role, state: state,
            agentID: step.agents[index])
        step.facts.parties.append(party)
        step.outcome.joined.append(index)
        if party.type.isAgentDN { armForAgent(party, &step) }
        return party
    }

    private mutating func established(_ dn: DirectoryNumber, _ asker: RequestContext?, _ step: inout CallStep) {
        guard let place = step.facts.parties.firstIndex(where: { $0.dn == dn }) else { return }
        let hadMedia = step.facts.parties[place].state.hasMedia
        step.facts.parties[place].state = .established
        let party = step.facts.parties[place]
        announce(.eventEstablished, of: party, asker, &step)
        if !hadMedia { mediaConnected(party, &step) }
    }

    private mutating func changed(
        _ dn: DirectoryNumber, to state: Party.State, _ message: MessageNumber, _ asker: RequestContext?,
        _ step: inout CallStep
    ) {
        guard let place = step.facts.parties.firstIndex(where: { $0.dn == dn }) else { return }
        step.facts.parties[place].state = state
        announce(message, of: step.facts.parties[place], asker, &step)
    }

    private mutating func routeUsed(
        _ dn: DirectoryNumber, _ target: DirectoryNumber, _ command: PendingSwitchCommand?, _ step: inout CallStep
    ) {
        guard step.party(on: dn) != nil else {
            if let id = command?.recording?.id { recordings.release(id) }
            return
        }
        attach(command, &step)
        announce(.eventRouteUsed, at: dn, command?.asker, target, &step)
        if let command, let recording = command.recording {
            record(recording, by: command.asker, &step)
        }
    }

    private mutating func depart(
        _ dn: DirectoryNumber, _ message: MessageNumber, _ state: CallState, _ asker: RequestContext?,
        _ step: inout CallStep
    ) {
        guard let party = leave(dn, &step) else { return }
        let note = EventAttributes(asker: asker, callState: state)
        announce(message, of: party, note, &step)
        // A destination that did not answer, and in whose place another has come, was no part of a conference.
        if party.state.hasMedia || party.role != .destination { tellDeparture(of: party, note, &step) }
        endRecordings(
            of: party, cause: state.isMove ? .transfer : .release, isCallOver: step.facts.parties.count < 2, &step)
    }

    /// A party has left: its recording ends; with the call, all do.
    mutating func endRecordings(
        of party: Party, cause: RecordingCause, isCallOver: Bool, _ step: inout CallStep
    ) {
        if isCallOver {
            recordings.awaitingAgent = nil
            recordings.end(of: nil, cause: .release, because: .callEnded, &step)
        } else {
            recordings.end(of: party.id, cause: cause, because: .anchorGone, &step)
        }
        step.callHasEnded = step.facts.parties.isEmpty
    }

    mutating func leave(_ dn: DirectoryNumber, _ step: inout CallStep) -> Party? {
        guard let place = step.facts.parties.firstIndex(where: { $0.dn == dn }) else { return nil }
        let party = step.facts.parties.remove(at: place)
        recordings.sessions[party.id] = nil
        recordings.sources[party.id] = nil
        step.outcome.left.append(party.index)
        return party
    }

    // MARK: - Events

    private func announce(
        _ message: MessageNumber, at dn: DirectoryNumber, _ asker: RequestContext?, _ thirdParty: DirectoryNumber?,
        _ step: inout CallStep
    ) {
        guard let party = step.party(on: dn) else { return }
        announce(message, of: party, asker, thirdParty: thirdParty, &step)
    }

    private func announce(
        _ message: MessageNumber, of party: Party, _ asker: RequestContext?, thirdParty: DirectoryNumber? = nil,
        _ step: inout CallStep
    ) {
        announce(message, of: party, EventAttributes(asker: asker, thirdParty: thirdParty), &step)
    }

    func announce(_ message: MessageNumber, of party: Party, _ note: EventAttributes, _ step: inout CallStep) {
        let asker = note.asker
        let isAnswer = note.mayAnswer && step.mayAnswer && asker?.message.answer == message && asker?.thisDN == party.dn
        step.outcome.events.append(
            CallEvent(
                message, to: .party(party), step.facts, asker: asker, isAnswer: isAnswer,
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
