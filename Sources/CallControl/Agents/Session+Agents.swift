import CallModel
import TLibrary

extension Session {
    /// Takes it to the home of its DN. Until it is answered, no further request is taken, so that answers about no call
    /// come in the order of their requests (WireFormat, "Order and sequence").
    func askAboutAgent(_ request: Request) throws(Refused) {
        try checkRegistered(request)
        guard !RepeatableRequest.isAsked(request) else { return try takeRepeatable(request) }
        askAboutAgent(Asked(request: request, client: client))
    }

    func askAboutAgent(_ asked: Asked) {
        guard let index = desk.directory.index(of: asked.request.thisDN) else {
            preconditionFailure("Only configured DNs are registered.")
        }
        agentRequest = asked
        let home = index.rawValue % desk.inboxes.count
        desk.inboxes[home].post(.agent(.asked(asked, index)))
    }

    func agentRefused(_ refused: Refused) {
        guard let asked = agentRequest else { return }
        agentRequest = nil
        let asker = Asker(asked.request, from: client, repeatable: asked.repeatable)
        answer(.refused(Refusal(refused, of: asker, about: asked.request.connection)))
        if let repeatable = asked.repeatable {
            desk.inboxes.remember(.refused(refused), of: repeatable, to: asker)
        }
    }

    /// The event has gone to the client.
    func agentAnswered() {
        agentRequest = nil
    }
}
