import CallModel
import EventLoops
import Synchronization

// Whose messages are taken next (Architecture, "Scheduling").
extension Exchange {
    /// How many messages of one session are taken as they come, how many in each further turn if that was not all, and how
    /// many both times where there are no others. Of a session that had to stand in line a moment ago no more than in a turn
    /// are taken as they come, where there are others.
    private static let messagesAtOnce = 32
    private static let messagesOfTurn = 8
    private static let messagesAlone = 64
    /// There are others where somebody asked for no more than a turn's messages so short a time ago, in milliseconds; and so
    /// long a session counts as one that asks for much.
    private static let memory: Int64 = 20

    /// Takes what a session's connection has, some messages at once; each is a turn. What is left has to wait until the
    /// other sessions of the shard had theirs. `takeNext` takes a message, and says whether there may be another.
    package func serve(_ session: Session, _ takeNext: () -> Bool) {
        let count = messagesTaken(session.enter((), { session, _ in session.demand }))
        guard count > 0 else { return }
        if serve(session, upTo: count, takeNext) <= Self.messagesOfTurn {
            othersUntil.store(seat.shard.now.wholeMilliseconds + Self.memory, ordering: .relaxed)
        }
    }

    private func messagesTaken(_ demand: Session.ReceivePriority) -> Int {
        switch demand {
        case .isScheduled: return 0
        case .little: return hasOthers ? Self.messagesAtOnce : Self.messagesAlone
        case .wasScheduled(let until):
            guard hasOthers else { return Self.messagesAlone }
            return seat.shard.now.wholeMilliseconds < until ? Self.messagesOfTurn : Self.messagesAtOnce
        }
    }

    private var hasOthers: Bool {
        seat.shard.now.wholeMilliseconds < othersUntil.load(ordering: .relaxed)
    }

    /// Says how many messages there were. Where there are more than may be taken, the session lines up for them.
    @discardableResult
    private func serve(_ session: Session, upTo count: Int, _ takeNext: () -> Bool) -> Int {
        for taken in 1...count {
            var isMore = false
            turn { isMore = takeNext() }
            guard isMore else { return taken }
        }
        let until = seat.shard.now.wholeMilliseconds + Self.memory
        session.enter(until) { session, until in session.markHeavy(until: until) }
        lineUp(session)
        return .max
    }

    func lineUp(_ session: Session) {
        guard session.enter((), { session, _ in session.lineUp() }) else { return }
        live.withLock { $0.line.append(session) }
        seat.shard.wake()
    }

    func runScheduled() {
        let line = live.withLock { live in
            var line: [Session] = []
            swap(&line, &live.line)
            return line
        }
        guard !line.isEmpty else { return }
        let count = hasOthers ? Self.messagesOfTurn : Self.messagesAlone
        for session in line {
            session.enter(()) { session, _ in session.unschedule() }
            if let takeNext = session.enter((), { session, _ in session.takeNext }) {
                serve(session, upTo: count, takeNext)
            }
        }
    }

    /// A session that had to wait may take its next request, in its turn.
    func goOn(_ client: ClientID) {
        if let session = session(client) { lineUp(session) }
    }
}
