import CallModel
import TLibrary

/// What T-Clients ask of the peer's calls.
extension FeedCallTable {
    /// Makes a command of what a call asks for, or says why it cannot be asked of this peer.
    mutating func order(_ command: SwitchCommand) throws(RequestError) -> (line: FeedLine, id: Int) {
        guard let abilities else {
            throw RequestError(.noSwitch, "There is no connection to the telephony.")
        }
        guard let word = FeedVerb(command.verb), abilities.contains(word) else {
            throw RequestError(.unsupportedOperation, "The telephony cannot be asked for that.")
        }
        guard let name = name(of: command.connection) else {
            throw RequestError.callHasEnded
        }
        if case .route(let from, let to, _) = command.verb, from == to || directory.index(of: to) == nil {
            throw RequestError(.badRouteDestination, "OtherDN is no DN that the call could be routed to.")
        }
        let id = lastRequest + 1
        guard requests.count < commandLimit, let line = FeedLine(command.verb, of: name, id: id) else {
            throw Self.tooManyCommands
        }
        lastRequest = id
        remember(FeedRequest(id: id, command: command), of: name)
        return (line, id)
    }

    static let tooManyCommands = RequestError(.tooManyRequests, "Too many requests wait for the telephony.")

    /// The peer has answered a command. What an event has told before, its answer does not tell again.
    mutating func answer(
        _ id: Int, _ outcome: inout FeedEffects, _ step: (inout FeedCall, FeedRequest, inout FeedEffects) -> Void
    ) throws(FeedProtocolError) {
        let late = expired.removeValue(forKey: id)
        guard let name = requests.removeValue(forKey: id) ?? late else { throw .strayAnswer }
        if late != nil { outcome.lateAnswers += 1 }
        changeIfThere(name, &outcome) { call, outcome in
            guard let place = call.requests.firstIndex(where: { $0.id == id }) else { return }
            let request = call.requests.remove(at: place)
            if request.progress != .settled { step(&call, request, &outcome) }
        }
    }

    /// The time of a command is over. One that is not answered is refused, and does not count towards the limit any more.
    /// The peer may carry it out late, so the call remembers the last one of each kind.
    mutating func expire(_ id: Int, _ refused: RequestError, _ outcome: inout FeedEffects) {
        guard let name = requests.removeValue(forKey: id) else { return }
        var forgotten: [Int]?
        changeIfThere(name, &outcome) { call, outcome in forgotten = call.expire(id, refused, &outcome) }
        guard let forgotten else { return }
        expired[id] = name
        for id in forgotten { expired[id] = nil }
    }
}
