import CallModel
import TLibrary

extension Session {
    /// Takes it to the home of its DN. Until it is answered, no further request is taken, so that answers about no call
    /// come in the order of their requests (WireFormat, "Order and sequence").
    func askAboutAgent(_ request: Request) throws(RequestError) {
        try checkRegistered(request)
        guard !IdempotencyKey.isAsked(request) else { return try takeRepeatable(request) }
        askAboutAgent(ClientRequest(request: request, client: client))
    }

    func askAboutAgent(_ asked: ClientRequest) {
        guard let index = desk.directory.index(of: asked.request.thisDN) else {
            preconditionFailure("Only configured DNs are registered.")
        }
        agentRequest = asked
        let home = index.rawValue % desk.mailboxes.count
        desk.mailboxes[home].post(.agent(.asked(asked, index)))
    }

    func agentRefused(_ refused: RequestError) {
        guard let asked = agentRequest else { return }
        agentRequest = nil
        let asker = RequestContext(asked.request, from: client, repeatable: asked.repeatable)
        answer(.refused(ErrorResponse(refused, of: asker, about: asked.request.connection)))
        if let repeatable = asked.repeatable {
            desk.mailboxes.remember(.refused(refused), of: repeatable, to: asker)
        }
    }

    /// The event has gone to the client.
    func agentAnswered() {
        agentRequest = nil
    }
}
