import CallModel
import Synchronization

// Whose messages are taken next (Architecture, "What a shard takes first").
extension Exchange {
    /// How many messages of one session are taken as they come, how many in each further turn if that was not all, and in one
    /// where there are no others.
    private static let messagesAtOnce = 32
    private static let messagesOfTurn = 8
    private static let messagesAlone = 64
    /// There are others where somebody asked for no more than a turn's messages so short a time ago, in milliseconds.
    private static let memoryOfOthers: Int64 = 20

    /// Takes what a session's connection has, some messages at once; each is a turn. What is left has to wait until the
    /// other sessions of the shard had theirs. `takeNext` takes a message, and says whether there may be another.
    package func serve(_ session: Session, _ takeNext: () -> Bool) {
        guard !session.enter((), { session, _ in session.isInLine }) else { return }
        if serve(session, upTo: hasOthers ? Self.messagesAtOnce : Self.messagesAlone, takeNext) <= Self.messagesOfTurn {
            othersUntil.store(seat.shard.now.wholeMilliseconds + Self.memoryOfOthers, ordering: .relaxed)
        }
    }

    private var hasOthers: Bool { seat.shard.now.wholeMilliseconds < othersUntil.load(ordering: .relaxed) }

    /// Says how many messages were taken. Where it is as many as may be, the session lines up for more.
    @discardableResult
    private func serve(_ session: Session, upTo count: Int, _ takeNext: () -> Bool) -> Int {
        for taken in 1...count {
            var isMore = false
            turn { isMore = takeNext() }
            guard isMore else { return taken }
        }
        lineUp(session)
        return count
    }

    func lineUp(_ session: Session) {
        guard session.enter((), { session, _ in session.lineUp() }) else { return }
        live.withLock { $0.line.append(session) }
        seat.shard.wake()
    }

    func serveLine() {
        let line = live.withLock { live in
            var line: [Session] = []
            swap(&line, &live.line)
            return line
        }
        guard !line.isEmpty else { return }
        for session in line {
            session.enter(()) { session, _ in session.leaveLine() }
            if let takeNext = session.enter((), { session, _ in session.takeNext }) {
                serve(session, upTo: hasOthers ? Self.messagesOfTurn : Self.messagesAlone, takeNext)
            }
        }
    }

    /// A session that had to wait may take its next request, in its turn.
    func goOn(_ client: ClientID) {
        if let session = session(client) { lineUp(session) }
    }
}
