import CallModel
import DequeModule
import EventLoops
import Logging
import TLibrary

/// The requests outside of calls that may be asked again, of the applications whose home is this shard, with their
/// answers (WireFormat, "Idempotent retries").
///
/// Every such request comes here before it is carried out, from whichever session of its application: the first is sent
/// back to its session to be carried out there, and those after it get its answer.
actor ApplicationIdempotencyCache: LoopBound {
    static let rank = 24

    /// Of one application, and of all of an engine.
    static let applicationLimit = 1_024
    static let totalLimit = 65_536
    private static let memory = Duration.seconds(60)
    private static let waitingLimit = 64

    nonisolated let seat: ShardSeat
    private let notifier: Notifier
    private let mailboxes: [Mailbox]
    private let counters: ShardCounters
    private let logger: Logger
    private let limit: Int
    private var entries: [IdempotencyKey: Entry] = [:]
    private var applications: [ExactText: Application] = [:]
    /// Those that are answered, oldest first; some may be forgotten.
    private var answered: Deque<Entry> = []
    /// When one was forgotten before its time; `nil`: none was for a minute.
    private var lastForgotten: Duration?

    private final class Entry {
        let request: IdempotencyKey
        let time: Duration
        /// `nil`: it is still to come.
        var answer: CachedResponse?
        /// Who has asked again before there was an answer.
        var waiting: [ClientRequest] = []
        var isForgotten = false

        init(_ request: IdempotencyKey, at time: Duration) {
            self.request = request
            self.time = time
        }
    }

    private struct Application {
        var count = 0
        var answered: Deque<Entry> = []
    }

    init(on seat: ShardSeat, notifier: Notifier, mailboxes: [Mailbox], counters: ShardCounters, logger: Logger) {
        self.seat = seat
        self.notifier = notifier
        self.mailboxes = mailboxes
        self.counters = counters
        self.logger = logger
        limit = Self.totalLimit / mailboxes.count
    }

    // MARK: - Requests

    func take(_ asked: ClientRequest) {
        guard let request = asked.repeatable else {
            preconditionFailure("A session brings requests with a request-id here, and no others.")
        }
        forgetOld()
        if let entry = entries[request] {
            takeAgain(asked, request, entry)
        } else if makeRoom(for: request.name) {
            entries[request] = Entry(request, at: seat.shard.now)
            applications[request.name, default: Application()].count += 1
            mailboxes[asked.client.shard].post(.repeated(.goAhead(asked)))
        } else {
            refuse(asked, IdempotencyKey.tooMany)
            letGoOn(asked, request)
        }
    }

    private func takeAgain(_ asked: ClientRequest, _ request: IdempotencyKey, _ entry: Entry) {
        if entry.request.digest != request.digest {
            refuse(asked, IdempotencyKey.differs)
        } else if let answer = entry.answer {
            give(answer, to: asked)
        } else if entry.waiting.count < Self.waitingLimit {
            entry.waiting.append(asked)
            // Answers about no call come in the order of their requests.
            if request.scope == .agent { return }
        } else {
            refuse(asked, IdempotencyKey.tooMany)
        }
        letGoOn(asked, request)
    }

    /// The session of whoever asked first is gone, and nothing was done. Another who asked meanwhile is now the first.
    func lapse(_ asked: ClientRequest) {
        guard let request = asked.repeatable, let entry = entries[request], entry.answer == nil else { return }
        guard !entry.waiting.isEmpty else { return forget(entry) }
        let next = entry.waiting.removeFirst()
        mailboxes[next.client.shard].post(.repeated(.goAhead(next)))
    }

    // MARK: - Answers

    func settle(_ request: IdempotencyKey, _ answer: CachedResponse) {
        guard let entry = entries[request], entry.answer == nil else { return }
        let waiting = entry.waiting
        entry.waiting = []
        if answer.isRemembered {
            entry.answer = answer
            answered.append(entry)
            applications[request.name]?.answered.append(entry)
            dropForgotten(of: request.name)
        } else {
            forget(entry)
        }
        for asked in waiting {
            give(answer, to: asked)
            if request.scope == .agent { letGoOn(asked, request) }
        }
    }

    private func give(_ answer: CachedResponse, to asked: ClientRequest) {
        switch answer {
        case .refused(let refused): refuse(asked, refused)
        case .event(let event):
            let home = Router.home(of: event.connection, among: mailboxes.count)
            mailboxes[home].post(.repeated(.replay(event, to: RequestContext(asked.request, from: asked.client))))
        case .agentEvent(let frame):
            let asker = RequestContext(asked.request, from: asked.client)
            notifier.enter((frame, asker)) { notifier, told in notifier.answerAgain(told.0, to: told.1) }
        case .accepted: preconditionFailure("Only recording requests are accepted, and they are about calls.")
        }
    }

    private func refuse(_ asked: ClientRequest, _ refused: RequestError) {
        let reply = CallReply(
            to: RequestContext(asked.request, from: asked.client), about: asked.request.connection, .refused(refused))
        notifier.enter(reply) { notifier, reply in notifier.reply(copy reply) }
    }

    private func letGoOn(_ asked: ClientRequest, _ request: IdempotencyKey) {
        guard let mine = asked.repeatable else { return }
        mailboxes[asked.client.shard].post(.repeated(.decided(asked.client, mine)))
    }

    // MARK: - Bounds

    /// The oldest that is answered makes room; `false`: none is.
    private func makeRoom(for application: ExactText) -> Bool {
        while applications[application]?.count ?? 0 >= min(Self.applicationLimit, limit) {
            guard let oldest = applications[application]?.answered.popFirst() else { return false }
            forgetEarly(oldest)
        }
        while entries.count >= limit {
            guard let oldest = answered.popFirst() else { return false }
            forgetEarly(oldest)
        }
        return true
    }

    private func forgetEarly(_ entry: Entry) {
        guard !entry.isForgotten else { return }
        counters.requestsForgotten.add()
        if lastForgotten == nil {
            logger.warning("Requests with a request-id are forgotten before their minute is over: there are too many.")
        }
        lastForgotten = seat.shard.now
        forget(entry)
    }

    private func forgetOld() {
        while let first = answered.first, first.isForgotten || seat.shard.now - first.time > Self.memory {
            answered.removeFirst()
            forget(first)
        }
        guard let last = lastForgotten, seat.shard.now - last > Self.memory else { return }
        lastForgotten = nil
        logger.notice("Requests with a request-id are remembered for their minute again.")
    }

    private func forget(_ entry: Entry) {
        guard !entry.isForgotten else { return }
        entry.isForgotten = true
        entries[entry.request] = nil
        applications[entry.request.name]?.count -= 1
        if applications[entry.request.name]?.count == 0 { applications[entry.request.name] = nil }
    }

    /// A queue holds no more forgotten ones than others.
    private func dropForgotten(of application: ExactText) {
        if answered.count > 2 * entries.count + 16 { answered.removeAll(where: \.isForgotten) }
        guard let queue = applications[application], queue.answered.count > 2 * queue.count + 16 else { return }
        applications[application]?.answered.removeAll(where: \.isForgotten)
    }
}

extension IdempotencyKey {
    /// The application's, as a key.
    fileprivate var name: ExactText { ExactText(application) }
}
