import CallModel
import EventLoops

extension Exchange {
    func take(_ parcel: AgentMessage) {
        switch parcel {
        case .asked(let asked, let index):
            agentRegistrar.enter((asked, index)) { registrar, asked in registrar.take(asked.0, on: asked.1) }
        case .refused(let client, let refused):
            guard let session = session(client) else { return }
            session.enter(refused) { session, refused in session.agentRefused(copy refused) }
            goOn(client)
        case .moved(let move): take(move)
        case .known(let serial):
            agentRegistrar.enter(serial) { registrar, serial in registrar.known(serial) }
        case .told(let news): take(news)
        }
    }

    /// Calls that the DN comes into from now on find the agent on the board; those where it is are told.
    private func take(_ move: AgentLoginChange) {
        if let agentID = move.agentID {
            agents.enter((agentID, move.index)) { board, known in board.know(known.0, on: known.1) }
            for connection in notifier.enter(move.index, { notifier, index in notifier.calls(on: index) }) {
                toCall(.agent(agentID, on: move.index), connection)
            }
        }
        mailboxes[move.home].post(.agent(.known(serial: move.serial)))
    }

    /// The board changes with the event's delivery here, so that what is told of the DN next, agrees with it.
    private func take(_ news: AgentEvent) {
        agents.enter(news) { board, news in board.note(news.agent, on: news.index) }
        notifier.enter(news) { notifier, news in notifier.tell(copy news) }
        let client = news.asker.client
        guard client.shard == seat.shard.index, let session = session(client) else { return }
        session.enter(()) { session, _ in session.agentAnswered() }
        goOn(client)
    }
}
