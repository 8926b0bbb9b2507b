import CallModel
import TLibrary

/// Requests that may be asked again (WireFormat, "Asking twice").
extension Session {
    /// What is about a call is remembered there. What is not goes first to the home of its application; until it is
    /// decided there, no further request is taken, so that requests and answers keep their order.
    func takeRepeatable(_ request: Request) throws(Refused) {
        let repeatable = RepeatableRequest(request, of: application)
        let asked = Asked(request: request, client: client, repeatable: repeatable)
        switch repeatable.scope {
        case .nothing, .call: carryOut(asked)
        case .newCall, .agent:
            try repeatable.check()
            undecided = repeatable
            desk.inboxes[repeatable.home(among: desk.inboxes.count)].post(.repeated(.asked(asked)))
        }
    }

    /// Nobody has asked it before. `false`: the session is over, and nothing is done.
    func goAhead(_ asked: Asked) -> Bool {
        guard isOpen, let request = asked.repeatable else { return false }
        isDecided(request)
        carryOut(asked)
        return true
    }

    func isDecided(_ request: RepeatableRequest) {
        if undecided === request { undecided = nil }
    }

    private func carryOut(_ asked: Asked) {
        if asked.repeatable?.scope == .agent { return askAboutAgent(asked) }
        desk.router.enter(asked) { router, asked in router.take(copy asked) }
    }
}
