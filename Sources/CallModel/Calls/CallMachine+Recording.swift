import EventLoops
import TLibrary

/// The three ways to start a recording, and its control at run time (Recording contract).
extension CallMachine {
    // MARK: - By request

    mutating func record(
        _ number: Int32, _ request: Request, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) {
        guard let verb = rules.verb(of: number) else {
            throw RequestError(.unsupportedOperation, "PrivateMsgID is none of the recording service.")
        }
        guard !recordings.isClosed else {
            throw RequestError(.unsupportedOperation, "Recording is not available, for the server is stopping.")
        }
        let wanted = try RecordingRequest(request.extensions, of: verb)
        switch verb {
        case .start: try start(wanted, request, asker, &step)
        case .pause, .resume, .stop: try control(verb, wanted, request, asker, &step)
        }
    }

    private mutating func start(
        _ wanted: RecordingRequest, _ request: Request, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) {
        if let id = wanted.id, recordings.wasUsed(id) {
            throw RequestError(.invalidAttribute, "Extensions id names a recording that this call had already.")
        }
        let anchor = try self.anchor(for: wanted, request.thisDN, step)
        let desired = recordings.liveRecording(of: anchor.id).map { recordings.desired(of: $0) } ?? .off
        try judge(
            RecordingVerb.start.verdict(whenDesired: desired),
            searchesFor: recordings.restOfSearch(of: anchor.id, at: step.moment.monotonic))
        guard recordings.hasCapacity(rules.recording) else {
            throw RequestError.noRoomForRecordings
        }
        let id = wanted.id ?? recordings.unusedID(step.facts.identity.uuid)
        let number = recordings.openRequest(of: asker, about: id, taken: 1, at: step.moment)
        let wish = Intent(target: .on, cause: .request, thirdParty: request.thisDN.text, request: number)
        recordings.begin(id, anchor: anchor, place: wanted.place, wish: wish, by: asker, &step)
        accept([CallReply.RequestedState(id: id, desired: .on)], asker, &step)
    }

    private mutating func control(
        _ verb: RecordingVerb, _ wanted: RecordingRequest, _ request: Request, _ asker: RequestContext,
        _ step: inout CallStep
    ) throws(RequestError) {
        let addressed = try addressed(by: wanted, step)
        var accepting: TinyArray<RecordingID> = []
        var wishes: TinyArray<CallReply.RequestedState> = []
        var verdict = RecordingDecision.wrongState
        addressed.forEach { id in
            let id = copy id
            var desired = recordings.desired(of: id)
            switch verb.verdict(whenDesired: desired) {
            case .accepted:
                accepting.append(id)
                desired = verb.target
            case .alreadyThere: verdict = .alreadyThere
            case .wrongState: break
            }
            wishes.append(CallReply.RequestedState(id: id, desired: desired))
        }
        guard !accepting.isEmpty else { return try judge(verdict) }

        let number = recordings.openRequest(
            of: asker, about: addressed.only, taken: accepting.count, at: step.moment)
        let wish = Intent(
            target: verb.target, cause: .request, thirdParty: request.thisDN.text, request: number,
            longestPause: wanted.longestPause)
        if verb == .stop { barOptions(on: accepting) }
        accept(wishes, asker, &step)
        accepting.forEach { recordings.wish(wish, of: copy $0, by: asker, &step) }
    }

    /// The recording of an id, those of a party, or all of the call.
    private func addressed(
        by wanted: RecordingRequest, _ step: borrowing CallStep
    ) throws(RequestError) -> TinyArray<RecordingID> {
        if let id = wanted.id {
            guard recordings.wasUsed(id) else {
                throw RequestError(.invalidAttribute, "Extensions id names no recording of this call.")
            }
            return TinyArray(id)
        }
        guard let dn = wanted.dn else { return recordings.addressable }
        return recordings.liveRecording(of: try recordable(dn, step).id).map { TinyArray($0) } ?? []
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

    private func accept(_ wishes: TinyArray<CallReply.RequestedState>, _ asker: RequestContext, _ step: inout CallStep)
    {
        step.outcome.tally.accepted += 1
        step.outcome.reply = CallReply(to: asker, about: step.facts.identity.connection, .accepted(wishes))
    }

    /// A stop by request is sticky: no option records that DN again in this call.
    private mutating func barOptions(on ids: TinyArray<RecordingID>) {
        for id in ids {
            guard let dn = recordings.anchorDN(of: id), !recordings.barred.dns.contains(dn) else { continue }
            recordings.barred.dns.append(dn)
        }
    }

    // MARK: - Which party

    private func anchor(
        for wanted: RecordingRequest, _ thisDN: DirectoryNumber, _ step: borrowing CallStep
    ) throws(RequestError) -> Party {
        if let dn = wanted.dn { return try recordable(dn, step) }
        let source = if let own = step.party(on: thisDN) { own } else { try agentSide(step) }
        switch wanted.side {
        case .source: return try recordable(source)
        case .destination: return try recordable(onlyOther(than: source, step))
        }
    }

    /// The party that Extensions `dn` names.
    private func recordable(_ dn: String, _ step: borrowing CallStep) throws(RequestError) -> Party {
        guard let party = step.party(on: DirectoryNumber(dn)) else {
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
    private func agentSide(_ step: borrowing CallStep) throws(RequestError) -> Party {
        let agents = step.facts.parties.filter(\.type.isAgentDN)
        if agents.count == 1 { return agents[0] }
        let called = agents.filter { $0.role == .destination }
        guard agents.count == 2, called.count == 1 else {
            throw RequestError(
                .invalidAttribute, "No single party of this call is the agent's; name one by Extensions dn.")
        }
        return called[0]
    }

    private func onlyOther(than party: Party, _ step: borrowing CallStep) throws(RequestError) -> Party {
        guard let other = step.facts.onlyOther(than: party) else {
            throw RequestError(.invalidAttribute, "The call has no single other party; name one by Extensions dn.")
        }
        return other
    }

    // MARK: - By route

    mutating func record(_ route: RouteRecording, by asker: RequestContext, _ step: inout CallStep) {
        recordings.awaitingAgent = nil
        switch route.word {
        case .source:
            recordings.barred.source = false
            guard let customer = customer(step), recordings.liveRecording(of: customer.id) == nil else { return }
            begin(route.id, anchor: customer, place: route.place, .routing, by: asker, &step)
        case .destination:
            recordings.barred.destination = false
            recordings.awaitingAgent = CallRecordings.AwaitingAgent(
                id: route.id, place: route.place, asker: asker)
        case .disableSource:
            recordings.barred.source = true
            if let customer = customer(step) { stop([customer], asker, &step) }
        case .disableDestination:
            recordings.barred.destination = true
            let customer = customer(step)?.id
            stop(step.facts.parties.filter { $0.id != customer && $0.type.isAgentDN }, asker, &step)
        }
    }

    /// The caller. Of a call whose caller is a queue or routing point, or has given it over: who is there from outside.
    private func customer(_ step: borrowing CallStep) -> Party? {
        step.facts.parties.first { $0.role == .origination && !$0.type.isQueueOrRoutingPoint }
            ?? step.facts.parties.first { !$0.type.isAgentDN && !$0.type.isQueueOrRoutingPoint }
    }

    private mutating func stop(_ parties: [Party], _ asker: RequestContext, _ step: inout CallStep) {
        let wish = Intent(target: .off, cause: .routing, thirdParty: asker.thisDN.text)
        for party in parties {
            guard let id = recordings.liveRecording(of: party.id) else { continue }
            recordings.wish(wish, of: id, by: asker, &step)
        }
    }

    /// The call reaches an agent, and a route asked for that agent's recording.
    mutating func armForAgent(_ party: Party, _ step: inout CallStep) {
        guard let awaiting = recordings.awaitingAgent else { return }
        recordings.awaitingAgent = nil
        begin(awaiting.id, anchor: party, place: awaiting.place, .routing, by: awaiting.asker, &step)
    }

    // MARK: - By option

    /// A party has its media: what is armed for it starts, and the option of its agent or its DN may start a recording.
    mutating func mediaConnected(_ party: Party, _ step: inout CallStep) {
        recordings.anchorGotMedia(party, &step)
        guard hasOption(party), !rules.mediaServers.isEmpty, optionsApply(step),
            recordings.liveRecording(of: party.id) == nil, !bars(party, step)
        else { return }
        begin(nil, anchor: party, place: RecordingDestination(), .configuration, by: nil, &step)
    }

    /// An Agent Login's option beats its DN's, wherever the agent sits.
    private func hasOption(_ party: Party) -> Bool {
        rules.directory.agent(party.agentID)?.record ?? rules.directory[party.index].record
    }

    private mutating func begin(
        _ id: RecordingID?, anchor: Party, place: RecordingDestination, _ cause: RecordingCause,
        by asker: RequestContext?,
        _ step: inout CallStep
    ) {
        guard recordings.hasCapacity(rules.recording), !rules.mediaServers.isEmpty else { return }
        let pause = cause == .configuration ? coveringPause : nil
        let wish = Intent(target: pause == nil ? .on : .paused, cause: cause, thirdParty: asker?.thisDN.text)
        recordings.begin(
            id ?? recordings.unusedID(step.facts.identity.uuid), anchor: anchor, place: place, wish: wish,
            pauseLimit: pause?.inherited ?? PauseLimit(), by: asker, &step)
    }

    /// The limit of the call's pause, where it covers what options begin; `nil`: it does not.
    private var coveringPause: PauseLimit? { rules.recording.pauseCoversJoiners ? recordings.pause : nil }

    /// Options record a consultation call only where the option `record-consult-calls` says so.
    private func optionsApply(_ step: borrowing CallStep) -> Bool {
        step.facts.identity.callType != .consult || rules.recording.recordsConsultationCalls
    }

    /// Whether options may not record this party: a request stopped its DN's recording, or a route forbade its side.
    private func bars(_ party: Party, _ step: borrowing CallStep) -> Bool {
        let isCustomer = customer(step)?.id == party.id
        return recordings.barred.dns.contains(party.dn) || recordings.barred.source && isCustomer
            || recordings.barred.destination && !isCustomer && party.type.isAgentDN
    }
}
