import CallModel
import TLibrary

/// What the peer was asked to do with a call.
extension FeedCall {
    /// Marks a command that an event tells of as carried out. What the event answers; `nil`: nothing.
    mutating func settle(where isOfIt: (SwitchCommand.Verb) -> Bool) -> SwitchCommand.ID? {
        guard let place = openRequest(where: isOfIt) else { return nil }
        defer { requests[place].progress = .settled }
        return requests[place].answering
    }

    /// The target of a route is reached before the route is answered: it was carried out. `false`: no such route.
    @discardableResult
    mutating func takeRoute(
        to target: DirectoryNumber, from dn: DirectoryNumber? = nil, _ outcome: inout FeedEffects
    ) -> Bool {
        let place = openRequest { verb in
            guard case .route(let from, let to, _) = verb else { return false }
            return to == target && (dn == nil || dn == from)
        }
        guard let place else { return false }
        let request = requests[place]
        requests[place].progress = .settled
        carriedOut(request, &outcome)
        return true
    }

    /// Whether a route from the DN waits for its answer.
    func isRouted(from dn: DirectoryNumber) -> Bool {
        requests.contains { request in
            guard request.progress == .underWay, case .route(let from, _, _) = request.command.verb else {
                return false
            }
            return from == dn
        }
    }

    /// One that somebody waits for comes before one that nobody does.
    private func openRequest(where isOfIt: (SwitchCommand.Verb) -> Bool) -> Int? {
        requests.firstIndex { $0.progress == .underWay && isOfIt($0.command.verb) }
            ?? requests.firstIndex { $0.progress == .expired && isOfIt($0.command.verb) }
    }

    /// The peer has carried out a command: what comes of it. Where its party has left meanwhile the report tells the
    /// engine so, which answers whoever asked.
    mutating func carriedOut(_ request: FeedRequest, _ outcome: inout FeedEffects) {
        let command = request.answering
        switch request.command.verb {
        case .make, .predict, .clear, .redirect, .transfer, .add, .remove, .consult, .merge, .alternate, .reconnect:
            preconditionFailure("A peer is not asked for what it has no word for.")
        case .answer(let dn):
            guard place(of: dn) != nil else { return tell(.established(dn), answering: command, &outcome) }
            speak(dn, answering: command, &outcome)
        case .release(let dn):
            let place = place(of: dn)
            if let place { parties.remove(at: place) }
            tell(.released(dn, .ok), answering: command, &outcome)
            if place != nil, parties.count < 2 { ends(&outcome) }
        case .hold(let dn): change(dn, to: .held, .held(dn), answering: command, &outcome)
        case .retrieve(let dn): change(dn, to: .established, .retrieved(dn), answering: command, &outcome)
        case .route(let from, let to, _):
            parties.removeAll { $0.dn == from }
            unreached = place(of: to) == nil ? to : nil
            waitsAgain = nil
            tell(.routeUsed(at: from, to: to), answering: command, &outcome)
            tell(.diverted(from: from, to: to), following: request.command, &outcome)
        }
    }

    private mutating func change(
        _ dn: DirectoryNumber, to state: Party.State, _ event: SwitchReport.Event, answering command: SwitchCommand.ID?,
        _ outcome: inout FeedEffects
    ) {
        if let place = place(of: dn), parties[place].state.hasMedia { parties[place].state = state }
        tell(event, answering: command, &outcome)
    }

    /// The time of a command is over: which ones are not remembered any more because this one is; `nil`: it is not either.
    mutating func expire(_ id: Int, _ refused: RequestError, _ outcome: inout FeedEffects) -> [Int]? {
        guard let place = requests.firstIndex(where: { $0.id == id }) else { return nil }
        let word = FeedVerb(requests[place].command.verb)
        guard requests[place].progress == .underWay else {
            requests.remove(at: place)
            return nil
        }
        tell(.refused(refused), answering: requests[place].command.id, &outcome)
        requests[place].progress = .expired
        let forgotten = requests.filter { $0.isExpired && FeedVerb($0.command.verb) == word }.map(\.id)
        requests[place].isExpired = true
        requests.removeAll { forgotten.contains($0.id) }
        return forgotten
    }

    /// Refuses what still waits for an answer.
    mutating func refuseAll(_ refused: RequestError, _ outcome: inout FeedEffects) {
        for place in requests.indices where requests[place].progress == .underWay {
            tell(.refused(refused), answering: requests[place].command.id, &outcome)
            requests[place].progress = .settled
        }
    }
}
