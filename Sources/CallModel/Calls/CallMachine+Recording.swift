import EventLoops
import TLibrary

/// The three ways to start a recording, and its control at run time (Recording contract).
extension CallMachine {
    // MARK: - By request

    mutating func record(
        _ number: Int32, _ request: Request, _ asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) throws(RequestError) {
        guard let verb = environment.policy.verb(of: number) else {
            throw RequestError(.unsupportedOperation, "PrivateMsgID is none of the recording service.")
        }
        guard !recordings.isClosed else {
            throw RequestError(.unsupportedOperation, "Recording is not available, for the server is stopping.")
        }
        if request.extensions.isEmpty, verb != .start {
            return try control(verb, recordings.addressable, 0, request, asker, environment, &effects)
        }
        let wanted = try RecordingRequest(request.extensions, of: verb)
        switch verb {
        case .start: try start(wanted, request, asker, environment, &effects)
        case .pause, .resume, .stop:
            try control(verb, try addressed(by: wanted), wanted.longestPause, request, asker, environment, &effects)
        }
    }

    private mutating func start(
        _ wanted: RecordingRequest, _ request: Request, _ asker: RequestContext,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) throws(RequestError) {
        if let id = wanted.id, recordings.wasUsed(id) {
            throw RequestError(.invalidAttribute, "Extensions id names a recording that this call had already.")
        }
        let anchor = try self.anchor(for: wanted, request.thisDN)
        let desired = recordings.liveRecording(of: anchor.id).map { recordings.desired(of: $0) } ?? .off
        try judge(
            RecordingVerb.start.verdict(whenDesired: desired),
            searchesFor: recordings.restOfSearch(of: anchor.id, at: environment.moment.monotonic))
        guard recordings.hasCapacity(environment.policy.recording) else {
            throw RequestError.noRoomForRecordings
        }
        let id = wanted.id ?? recordings.unusedID(facts.identity.uuid)
        let number = recordings.openRequest(
            of: asker, in: connection, about: id, taken: 1, at: environment.moment, &effects)
        let wish = Intent(target: .on, cause: .request, thirdParty: request.thisDN.text, request: number)
        recordings.begin(id, anchor: anchor, place: wanted.place, wish: wish, by: asker, &facts, environment, &effects)
        accept([CallReply.RequestedState(id: id, desired: .on)], asker, environment, &effects)
    }

    private mutating func control(
        _ verb: RecordingVerb, _ addressed: RecordingSet, _ longestPause: Int32, _ request: Request,
        _ asker: RequestContext, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) throws(RequestError) {
        var accepting = RecordingSet()
        var states: TinyArray<CallReply.RequestedState> = []
        var decision = RecordingDecision.wrongState
        addressed.forEach { place in
            var desired = recordings.live.span[place].desired
            switch verb.verdict(whenDesired: desired) {
            case .accepted:
                accepting.insert(place)
                desired = verb.target
            case .alreadyThere: decision = .alreadyThere
            case .wrongState: break
            }
            states.append(CallReply.RequestedState(id: recordings.live.span[place].id, desired: desired))
        }
        guard !accepting.isEmpty else { return try judge(decision) }

        let addressedID = addressed.only.map { recordings.live.span[$0].id }
        let number = recordings.openRequest(
            of: asker, in: connection, about: addressedID, taken: accepting.count, at: environment.moment,
            &effects)
        let wish = Intent(
            target: verb.target, cause: .request, thirdParty: request.thisDN.text, request: number,
            longestPause: longestPause)
        if verb == .stop { barOptions(on: accepting) }
        accept(states, asker, environment, &effects)
        if let place = accepting.only {
            recordings.wish(wish, at: place, by: asker, &facts, environment, &effects)
        } else {
            // One that ends at once leaves its index to another.
            var ids: [RecordingID] = []
            accepting.forEach { ids.append(recordings.live[$0].id) }
            for id in ids { recordings.wish(wish, of: id, by: asker, &facts, environment, &effects) }
        }
    }

    /// The recording of an id, those of a party, or all of the call.
    private func addressed(by wanted: RecordingRequest) throws(RequestError) -> RecordingSet {
        var set = RecordingSet()
        if let id = wanted.id {
            guard recordings.wasUsed(id) else {
                throw RequestError(.invalidAttribute, "Extensions id names no recording of this call.")
            }
            if let place = recordings.place(of: id) { set.insert(place) }
            return set
        }
        guard let dn = wanted.dn else { return recordings.addressable }
        if let place = recordings.livePlace(of: try recordable(dn).id) { set.insert(place) }
        return set
    }

    /// `searchesFor`: how long a media server is searched for yet, where one is.
    private func judge(_ verdict: RecordingDecision, searchesFor rest: Duration? = nil) throws(RequestError) {
        switch verdict {
        case .accepted: return
        case .alreadyThere:
            guard let rest else {
                throw RequestError(.alreadyInState, "The recording is already in the requested state.")
            }
            let seconds = max(1, Int(rest.components.seconds) + (rest.components.attoseconds > 0 ? 1 : 0))
            throw RequestError(
                .alreadyInState,
                "The recording is already in the requested state; a media server is searched for, for \(seconds) s more."
            )
        case .wrongState:
            throw RequestError(.incorrectObjectState, "There is no recording that this request could change.")
        }
    }

    private func accept(
        _ wishes: consuming TinyArray<CallReply.RequestedState>, _ asker: RequestContext,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        effects.tally.accepted += 1
        effects.send(CallReply(to: asker, about: facts.identity.connection, .accepted(wishes)))
    }

    /// A stop by request is sticky: no option records that DN again in this call.
    private mutating func barOptions(on set: RecordingSet) {
        set.forEach { place in
            let dn = recordings.live[place].anchorDN
            if !recordings.barred.dns.contains(dn) { recordings.barred.dns.append(dn) }
        }
    }

    // MARK: - Which party

    private func anchor(
        for wanted: RecordingRequest, _ thisDN: DirectoryNumber
    ) throws(RequestError) -> Party {
        if let dn = wanted.dn { return try recordable(dn) }
        let source = if let own = facts.party(on: thisDN) { own } else { try agentSide() }
        switch wanted.side {
        case .source: return try recordable(source)
        case .destination: return try recordable(onlyOther(than: source))
        }
    }

    /// The party that Extensions `dn` names.
    private func recordable(_ dn: String) throws(RequestError) -> Party {
        guard let party = facts.party(on: DirectoryNumber(dn)) else {
            throw RequestError(.partyNotOnCall, "Extensions dn is no party of this call.")
        }
        return try recordable(party)
    }

    private func recordable(_ party: Party) throws(RequestError) -> Party {
        guard !party.type.isQueueOrRoutingPoint else {
            throw RequestError(.partyNotOnCall, "Nobody speaks at a queue or routing point, so it cannot be recorded.")
        }
        return party
    }

    /// For a ThisDN that is no party: the party at an agent's place; of two such, the called one.
    private func agentSide() throws(RequestError) -> Party {
        let agents = facts.parties.filter(\.type.isAgentDN)
        if agents.count == 1 { return agents[0] }
        let called = agents.filter { $0.role == .destination }
        guard agents.count == 2, called.count == 1 else {
            throw RequestError(
                .invalidAttribute, "No single party of this call is the agent's; name one by Extensions dn.")
        }
        return called[0]
    }

    private func onlyOther(than party: Party) throws(RequestError) -> Party {
        guard let other = facts.onlyOther(than: party) else {
            throw RequestError(.invalidAttribute, "The call has no single other party; name one by Extensions dn.")
        }
        return other
    }

    // MARK: - By route

    mutating func record(
        _ route: RouteRecording, by asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        recordings.awaitingAgent = nil
        switch route.word {
        case .source:
            recordings.barred.source = false
            guard let customer = customer(), recordings.liveRecording(of: customer.id) == nil else { return }
            begin(route.id, anchor: customer, place: route.place, .routing, by: asker, environment, &effects)
        case .destination:
            recordings.barred.destination = false
            recordings.awaitingAgent = CallRecordings.AwaitingAgent(
                id: route.id, place: route.place, asker: asker)
        case .disableSource:
            recordings.barred.source = true
            if let customer = customer() { stop([customer], asker, environment, &effects) }
        case .disableDestination:
            recordings.barred.destination = true
            let customer = customer()?.id
            stop(facts.parties.filter { $0.id != customer && $0.type.isAgentDN }, asker, environment, &effects)
        }
    }

    /// The caller. Of a call whose caller is a queue or routing point, or has given it over: who is there from outside.
    private func customer() -> Party? {
        facts.parties.first { $0.role == .origination && !$0.type.isQueueOrRoutingPoint }
            ?? facts.parties.first { !$0.type.isAgentDN && !$0.type.isQueueOrRoutingPoint }
    }

    private mutating func stop(
        _ parties: [Party], _ asker: RequestContext, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        let wish = Intent(target: .off, cause: .routing, thirdParty: asker.thisDN.text)
        for party in parties {
            guard let id = recordings.liveRecording(of: party.id) else { continue }
            recordings.wish(wish, of: id, by: asker, &facts, environment, &effects)
        }
    }

    /// The call reaches an agent, and a route asked for that agent's recording.
    mutating func armForAgent(_ party: Party, _ environment: borrowing CallEnvironment, _ effects: inout Effects) {
        guard let awaiting = recordings.awaitingAgent else { return }
        recordings.awaitingAgent = nil
        begin(awaiting.id, anchor: party, place: awaiting.place, .routing, by: awaiting.asker, environment, &effects)
    }

    // MARK: - By option

    /// A party has its media: what is armed for it starts, and the option of its agent or its DN may start a recording.
    mutating func mediaConnected(_ party: Party, _ environment: borrowing CallEnvironment, _ effects: inout Effects) {
        recordings.anchorGotMedia(party, &facts, environment, &effects)
        guard hasOption(party, environment), !environment.policy.mediaServers.isEmpty, optionsApply(environment),
            recordings.liveRecording(of: party.id) == nil, !bars(party)
        else { return }
        begin(nil, anchor: party, place: RecordingDestination(), .configuration, by: nil, environment, &effects)
    }

    /// An Agent Login's option beats its DN's, wherever the agent sits.
    private func hasOption(_ party: Party, _ environment: borrowing CallEnvironment) -> Bool {
        environment.policy.directory.agent(party.agentID)?.record ?? environment.policy.directory[party.index].record
    }

    private mutating func begin(
        _ id: RecordingID?, anchor: Party, place: RecordingDestination, _ cause: RecordingCause,
        by asker: RequestContext?,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard recordings.hasCapacity(environment.policy.recording), !environment.policy.mediaServers.isEmpty else {
            return
        }
        let pause = cause == .configuration ? coveringPause(environment) : nil
        let wish = Intent(target: pause == nil ? .on : .paused, cause: cause, thirdParty: asker?.thisDN.text)
        recordings.begin(
            id ?? recordings.unusedID(facts.identity.uuid), anchor: anchor, place: place, wish: wish,
            pauseLimit: pause?.inherited ?? PauseLimit(), by: asker, &facts, environment, &effects)
    }

    /// The limit of the call's pause, where it covers what options begin; `nil`: it does not.
    private func coveringPause(_ environment: borrowing CallEnvironment) -> PauseLimit? {
        environment.policy.recording.pauseCoversJoiners ? recordings.pause(in: environment) : nil
    }

    /// Options record a consultation call only where the option `record-consult-calls` says so.
    private func optionsApply(_ environment: borrowing CallEnvironment) -> Bool {
        facts.identity.callType != .consult || environment.policy.recording.recordsConsultationCalls
    }

    /// Whether options may not record this party: a request stopped its DN's recording, or a route forbade its side.
    private func bars(_ party: Party) -> Bool {
        let isCustomer = customer()?.id == party.id
        return recordings.barred.dns.contains(party.dn) || recordings.barred.source && isCustomer
            || recordings.barred.destination && !isCustomer && party.type.isAgentDN
    }
}
