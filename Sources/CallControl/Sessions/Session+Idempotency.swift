import CallModel
import EventLoops
import TLibrary

/// Requests that may be asked again (WireFormat, "Idempotent retries").
extension Session {
    /// What is about a call is remembered there. What is not goes first to the home of its application; until it is
    /// decided there, no further request is taken, so that requests and answers keep their order.
    func takeRepeatable(_ request: Request) throws(RequestError) {
        let repeatable = IdempotencyKey(request, of: application)
        let asked = ClientRequest(request: request, client: client, repeatable: repeatable)
        switch repeatable.scope {
        case .nothing, .call: execute(asked)
        case .newCall, .agent:
            try repeatable.check()
            undecided = repeatable
            desk.mailboxes[repeatable.home(among: desk.mailboxes.count)].post(.repeated(.asked(asked)))
        }
    }

    /// Nobody has asked it before. `false`: the session is over, and nothing is done.
    func goAhead(_ asked: ClientRequest) -> Bool {
        guard isOpen, let request = asked.repeatable else { return false }
        isDecided(request)
        execute(asked)
        return true
    }

    func isDecided(_ request: IdempotencyKey) {
        if undecided === request { undecided = nil }
    }

    private func execute(_ asked: ClientRequest) {
        if asked.repeatable?.scope == .agent { return askAboutAgent(asked) }
        desk.router.enter(asked) { router, asked in router.take(copy asked) }
    }
}
