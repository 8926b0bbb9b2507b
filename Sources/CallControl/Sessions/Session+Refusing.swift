import CallModel
import EventLoops
import TLibrary

// Sessions that are not opened: what is counted, logged and answered late (WireFormat, "Opening a session").
extension Session {
    func note(_ reason: OpeningRefusal, _ register: RegisterClient) {
        desk.counters.sessionsRefused.add()
        desk.counters.openingRefused(reason).add()
        desk.openings.log.note(reason, peer: peer, application: register.applicationName, on: seat.shard)
    }

    private var peer: String {
        outbox.enter(()) { outbox, _ in outbox.stream }?.peer ?? ""
    }

    /// A wrong password is answered the later, the more of them have come from its address.
    func refusePassword(_ register: RegisterClient, _ request: Request) throws(RequestError) {
        note(.password, register)
        let address = PeerAddress(SocketAddress(peer)?.host ?? peer)
        let consequence = desk.openings.failures.add(address, at: seat.shard.now)
        if consequence.isBlocked { desk.openings.log.noteBlock(peer, for: desk.openings.failures.window) }
        let refused = RequestError(.badPassword, "ApplicationPassword is wrong.")
        guard consequence.delay > .zero else {
            finishAfterAnswer = true
            throw refused
        }
        state = .refusing
        let refusal = ErrorResponse(refused, of: RequestContext(request, from: client), about: request.connection)
        let mailbox = desk.mailboxes[seat.shard.index]
        // Not from inside the timer's turn: what an actor brings about belongs to a turn of the engine's.
        _ = seat.shard.after(consequence.delay) {
            mailbox.post(.errand { self.enter(refusal) { session, refusal in session.refuse(copy refusal) } })
        }
    }

    private func refuse(_ refusal: ErrorResponse) {
        guard state == .refusing else { return }
        finishAfterAnswer = true
        answer(.refused(refusal))
    }
}
