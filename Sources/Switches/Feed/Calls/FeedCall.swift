import CallModel
import TLibrary

/// A call as the peer told of it: who is in it, and what the peer was asked to do with it. Each step tells the engine what
/// has changed, and nothing else: what is said twice is told once.
struct FeedCall: Equatable {
    static let partyLimit = 16

    let connection: ConnectionID
    /// The list in which the call was new to the engine; 0: it arose while the engine listened.
    let inheritedIn: Int
    /// The list that has named it last.
    var list: Int
    var parties: [FeedParty] = []
    var requests: [FeedRequest] = []
    /// Where the call was routed or diverted to, and has not arrived yet.
    var unreached: DirectoryNumber?
    /// The routing point of a route under way, said to be reached again: where the call is if the target fails.
    var waitsAgain: FeedParty?

    init(_ connection: ConnectionID, list: Int, isInherited: Bool) {
        self.connection = connection
        self.list = list
        inheritedIn = isInherited ? list : 0
    }

    /// A call that nobody is in is over.
    var isOver: Bool { parties.isEmpty }

    func place(of dn: DirectoryNumber) -> Int? {
        parties.firstIndex { $0.dn == dn }
    }

    func tell(
        _ event: SwitchReport.Event, answering command: SwitchCommand.ID? = nil, _ outcome: inout FeedEffects
    ) {
        outcome.reports.append(SwitchReport(connection: connection, command: command, event: event))
    }

    /// What else came of a command.
    func tell(_ event: SwitchReport.Event, following command: SwitchCommand, _ outcome: inout FeedEffects) {
        outcome.reports.append(SwitchReport(following: command, of: connection, event))
    }

    // MARK: - Parties that come

    /// The call arises.
    mutating func begins(
        from: Directory.Entry, to: Directory.Entry, isEstablished: Bool, _ outcome: inout FeedEffects
    ) {
        parties = [
            FeedParty(from, role: .origination, state: .dialing),
            FeedParty(to, role: .destination, state: to.calledState),
        ]
        tell(.placed(from: from.number, to: to.number, state: to.calledState), &outcome)
        if to.type == .routingPoint { tell(.routeRequested(at: to.number), &outcome) }
        if isEstablished { talks(at: to.number, &outcome) }
    }

    /// The call is said to be established, which none is that waits at a queue.
    mutating func talks(at dn: DirectoryNumber, _ outcome: inout FeedEffects) {
        guard let place = place(of: dn), !parties[place].type.isQueueOrRoutingPoint else { return }
        speak(dn, answering: nil, &outcome)
    }

    mutating func joins(
        _ entry: Directory.Entry, role: DNRole, state: Party.State, _ outcome: inout FeedEffects
    ) throws(FeedProtocolError) {
        guard parties.count < Self.partyLimit else { throw .tooManyParties }
        joins(FeedParty(entry, role: role, state: state), &outcome)
    }

    private mutating func joins(_ party: FeedParty, _ outcome: inout FeedEffects) {
        parties.append(party)
        tell(.joined(party.dn, role: party.role, state: party.state), &outcome)
        if party.type == .routingPoint { tell(.routeRequested(at: party.dn), &outcome) }
    }

    mutating func rings(_ entry: Directory.Entry, _ outcome: inout FeedEffects) throws(FeedProtocolError) {
        takeRoute(to: entry.number, &outcome)
        if unreached == entry.number { unreached = nil }
        guard let place = place(of: entry.number) else {
            return try joins(entry, role: .destination, state: entry.calledState, &outcome)
        }
        if isRouted(from: entry.number) {
            waitsAgain = FeedParty(entry, role: .destination, state: entry.calledState)
        }
        // An answered call does not ring again: the word is a late one.
        parties[place].listed = parties[place].listed ?? parties[place].state
    }

    mutating func isAnswered(by entry: Directory.Entry, _ outcome: inout FeedEffects) throws(FeedProtocolError) {
        guard !entry.type.isQueueOrRoutingPoint else { throw .wrongState }
        takeRoute(to: entry.number, &outcome)
        if unreached == entry.number { unreached = nil }
        if place(of: entry.number) == nil {
            try joins(entry, role: .destination, state: .established, &outcome)
        }
        speak(entry.number, answering: settle { $0 == .answer(entry.number) }, &outcome)
    }

    /// Both the one who answered and those who called speak.
    mutating func speak(
        _ dn: DirectoryNumber, answering command: SwitchCommand.ID?, _ outcome: inout FeedEffects
    ) {
        if let place = place(of: dn) { establish(place, answering: command, &outcome) }
        for place in parties.indices where parties[place].state == .dialing || parties[place].listed == .dialing {
            establish(place, answering: nil, &outcome)
        }
    }

    private mutating func establish(
        _ place: Int, answering command: SwitchCommand.ID?, _ outcome: inout FeedEffects
    ) {
        parties[place].listed = .established
        switch parties[place].state {
        case .dialing, .ringing, .queued:
            parties[place].state = .established
            tell(.established(parties[place].dn), answering: command, &outcome)
        case .established, .held:
            if let command { tell(.established(parties[place].dn), answering: command, &outcome) }
        }
    }

    // MARK: - Parties that change

    mutating func isHeld(by dn: DirectoryNumber, _ outcome: inout FeedEffects) throws(FeedProtocolError) {
        guard let place = place(of: dn) else { throw .unknownParty }
        guard parties[place].state.hasMedia else { throw .wrongState }
        parties[place].listed = .held
        guard parties[place].state != .held else { return }
        parties[place].state = .held
        tell(.held(dn), answering: settle { $0 == .hold(dn) }, &outcome)
    }

    mutating func isRetrieved(by dn: DirectoryNumber, _ outcome: inout FeedEffects) throws(FeedProtocolError) {
        guard let place = place(of: dn) else { throw .unknownParty }
        guard parties[place].state.hasMedia else { throw .wrongState }
        parties[place].listed = .established
        guard parties[place].state != .established else { return }
        parties[place].state = .established
        tell(.retrieved(dn), answering: settle { $0 == .retrieve(dn) }, &outcome)
    }

    /// In a list that tells of calls which are new to the engine, media that nobody here has seen yet is inherited;
    /// never where a recording of ours could have begun on it.
    mutating func hasMedia(
        _ dn: DirectoryNumber, _ session: MediaSession?, list: Int?, _ outcome: inout FeedEffects
    ) throws(FeedProtocolError) {
        guard let place = place(of: dn) else { throw .unknownParty }
        let isKnown = session.map { session in parties.contains { $0.mediaCall == session.callID } } ?? true
        let isQuiet = !parties.contains { $0.state.hasMedia }
        parties[place].mediaCall = session?.callID
        if let session, list == inheritedIn, isQuiet || !isKnown {
            tell(.inherited(dn, session), &outcome)
        } else {
            tell(.media(dn, session), &outcome)
        }
    }

    // MARK: - Parties that go

    mutating func isDiverted(
        from dn: DirectoryNumber, to target: DirectoryNumber, _ outcome: inout FeedEffects
    ) throws(FeedProtocolError) {
        if takeRoute(to: target, from: dn, &outcome) { return }
        guard let place = place(of: dn) else { throw .unknownParty }
        guard parties[place].isWaiting else { throw .wrongState }
        parties.remove(at: place)
        unreached = self.place(of: target) == nil ? target : nil
        tell(.diverted(from: dn, to: target), &outcome)
    }

    /// A party leaves; a call of fewer than two parties is over.
    mutating func isLeft(by dn: DirectoryNumber, _ state: CallState, _ outcome: inout FeedEffects) {
        guard let place = place(of: dn) else { return isNotReached(dn, state, &outcome) }
        let party = parties[place]
        if state == .busy, party.isWaiting { callersHearBusy(&outcome) }
        let isRequested = leave(place, state, &outcome)
        guard parties.count < 2 else { return }
        ends(as: isRequested ? .ok : state.ofRemainingParty(after: party), &outcome)
    }

    /// The call was sent to a DN that it could not reach.
    private mutating func isNotReached(_ dn: DirectoryNumber, _ state: CallState, _ outcome: inout FeedEffects) {
        let routingPoint = waitsAgain
        takeRoute(to: dn, &outcome)
        guard unreached == dn else { return }
        unreached = nil
        if let routingPoint { joins(routingPoint, &outcome) }
        if state == .busy { callersHearBusy(&outcome) }
        tell(.targetFailed(dn), &outcome)
        if parties.count < 2 { ends(as: state.isFailure ? state : .ok, &outcome) }
    }

    private func callersHearBusy(_ outcome: inout FeedEffects) {
        for caller in parties where caller.state == .dialing { tell(.destinationBusy(caller.dn), &outcome) }
    }

    /// The call is over: all leave it, and what the peer was asked to do with it nobody waits for.
    mutating func ends(as state: CallState = .ok, _ outcome: inout FeedEffects) {
        while !parties.isEmpty { leave(0, parties[0].isWaiting ? .abandoned : state, &outcome) }
        refuseAll(.callHasEnded, &outcome)
    }

    /// Whether a command of the engine's asked for it.
    @discardableResult
    mutating func leave(_ place: Int, _ state: CallState, _ outcome: inout FeedEffects) -> Bool {
        let party = parties.remove(at: place)
        let isRequested = requests.contains { $0.progress != .settled && $0.command.verb == .release(party.dn) }
        let command = settle { $0 == .release(party.dn) }
        let isAbandoned = party.isWaiting && state == .abandoned && command == nil
        tell(
            isAbandoned ? .abandoned(party.dn) : .released(party.dn, state), answering: command, &outcome)
        return isRequested
    }
}

extension CallState {
    /// Whether a party that leaves so was called in vain.
    fileprivate var isFailure: Bool {
        switch self {
        case .busy, .noAnswer, .generalError, .systemError, .allTrunksBusy, .queueFull, .wrongNumber, .cancel: true
        default: false
        }
    }

    /// How the last party leaves a call that another has left in this state.
    fileprivate func ofRemainingParty(after party: FeedParty) -> CallState {
        if party.isWaiting { return isFailure ? self : .ok }
        return self == .ok ? .remoteRelease : .ok
    }
}
