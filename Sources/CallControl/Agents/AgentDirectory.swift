import CallModel
import DequeModule
import EventLoops
import TLibrary

/// Who is logged in on the DNs whose home is this shard, and what requests make of it (WireFormat, "Agents").
///
/// A change is decided at once, then told to the calls of all shards. When all of them know it, the event goes out, the
/// answer with it; so whoever has the answer finds the agent in every call. Changes of one home go out in the order in
/// which they were decided, since each shard says of them in that order that it knows.
actor AgentDirectory: LoopBound {
    static let rank = 23

    nonisolated let seat: ShardSeat
    private let directory: Directory
    private let book: AgentLoginLocks
    private let notifier: Notifier
    private let mailboxes: [Mailbox]
    /// As decided.
    private var agents: [Directory.Index: AgentState] = [:]
    /// Changes that some shards do not know yet, oldest first.
    private var underWay: Deque<Decided> = []
    private var lastSerial: UInt64 = 0

    private struct Decided: Sendable {
        var change: AgentChange
        var index: Directory.Index
        var asker: RequestContext
        /// Shards that do not know it.
        var silent: Int
    }

    init(on seat: ShardSeat, directory: Directory, book: AgentLoginLocks, notifier: Notifier, mailboxes: [Mailbox]) {
        self.seat = seat
        self.directory = directory
        self.book = book
        self.notifier = notifier
        self.mailboxes = mailboxes
    }

    func take(_ asked: ClientRequest, on index: Directory.Index) {
        do throws(RequestError) {
            let change = try judge(asked.request, on: index)
            agents[index] = change.after
            lastSerial += 1
            underWay.append(
                Decided(
                    change: change, index: index,
                    asker: RequestContext(asked.request, from: asked.client, repeatable: asked.repeatable),
                    silent: mailboxes.count))
            let move = AgentLoginChange(
                home: seat.shard.index, serial: lastSerial, index: index, agentID: change.movedAgentID)
            for mailbox in mailboxes { mailbox.post(.agent(.moved(move))) }
        } catch {
            mailboxes[asked.client.shard].post(.agent(.refused(asked.client, error)))
        }
    }

    private func judge(_ request: Request, on index: Directory.Index) throws(RequestError) -> AgentChange {
        guard let asked = AgentRequest(request.operation) else {
            preconditionFailure("A session brings requests of agents here, and no others.")
        }
        let change = try AgentChange(asked, on: index, before: agents[index], directory)
        if change.kind == .login, !book.take(change.agent.agentID, for: index) {
            throw RequestError(.agentIDInUse, "The agent is logged in on another DN.")
        }
        return change
    }

    /// A shard's calls know of a change.
    func known(_ serial: UInt64) {
        let first = lastSerial + 1 - UInt64(underWay.count)
        underWay[Int(serial - first)].silent -= 1
        while let oldest = underWay.first, oldest.silent == 0 {
            underWay.removeFirst()
            tell(oldest)
        }
    }

    private func tell(_ decided: Decided) {
        let (agentID, index) = (decided.change.agent.agentID, decided.index)
        // Before anybody hears that the agent has left, so that who hears it can log the agent in elsewhere.
        if decided.change.kind == .logout, agents[index]?.agentID.hasSameBytes(as: agentID) != true,
            !underWay.contains(where: { $0.index == index && $0.change.agent.agentID.hasSameBytes(as: agentID) })
        {
            book.free(agentID)
        }
        let frame = notifier.enter((decided.change, decided.asker)) { notifier, told in
            notifier.frame(of: told.0, askedBy: told.1)
        }
        if let repeatable = decided.asker.repeatable {
            mailboxes.remember(.agentEvent(frame), of: repeatable, to: decided.asker)
        }
        let news = AgentEvent(index: index, agent: decided.change.after, frame: frame, asker: decided.asker)
        for mailbox in mailboxes { mailbox.post(.agent(.told(news))) }
    }
}

extension AgentChange {
    /// Of those that move an agent, who is on the DN afterwards; empty: nobody.
    fileprivate var movedAgentID: String? {
        switch kind {
        case .login: agent.agentID
        case .logout: ""
        case .ready, .notReady: nil
        }
    }
}
