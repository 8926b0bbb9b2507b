import CallModel
import TLibrary

extension Session {
    /// Takes it to the home of its DN. Until it is answered, no further request is taken, so that answers about no call
    /// come in the order of their requests (WireFormat, "Order and sequence").
    func askAboutAgent(_ request: Request) throws(Refused) {
        try checkRegistered(request)
        guard let index = desk.directory.index(of: request.thisDN) else {
            preconditionFailure("Only configured DNs are registered.")
        }
        agentRequest = request
        let home = index.rawValue % desk.inboxes.count
        desk.inboxes[home].post(.agent(.asked(Asked(request: request, client: client), index)))
    }

    func agentRefused(_ refused: Refused) {
        guard let request = agentRequest else { return }
        agentRequest = nil
        answer(.refused(Refusal(refused, of: Asker(request, from: client), about: request.connection)))
    }

    /// The event has gone to the client.
    func agentAnswered() {
        agentRequest = nil
    }
}
