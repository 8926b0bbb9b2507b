import CallModel
package import EventLoops
import Logging
import Synchronization
import TLibrary

/// All of the engine that lives on one shard: its router with the calls, its notifier, its sessions. Its members are
/// called on the shard and from no actor: each is, or is part of, a turn.
package final class Exchange: Sendable {
    package let seat: ShardSeat
    let mailbox: Mailbox
    let mailboxes: [Mailbox]
    let notifier: Notifier
    private let registrar: RegistrationDirectory
    let agentRegistrar: AgentDirectory
    let agents: AgentReplica
    private let round: WriteRound
    let router: Router
    private let desk: CallDesk
    let requests: ApplicationIdempotencyCache
    package let counters: ShardCounters
    /// `nil`: nobody looks in.
    let watch: IntrospectionIndex?
    private let deadlines: DeadlineQueue
    private let keeper: RecordAggregator?
    private let sessions: SessionDesk
    let total: BacklogMemory
    let live = Locked<LiveSessions>(LiveSessions())

    /// Until when somebody counts as being there who asks for a little only; milliseconds of the shard's time.
    let othersUntil = Atomic<Int64>(0)

    struct LiveSessions {
        var last: UInt64 = 0
        var byClient: [ClientID: Session] = [:]
        /// Sessions that have more to be read, in the order of their turns.
        var line: [Session] = []
        /// What the switch has brought before it was attached here; `nil`: it is.
        var early: [ShardMessage]? = []
    }

    init(_ index: Int, of plan: EngineContext) {
        seat = ShardSeat(plan.shards[index])
        mailboxes = plan.mailboxes
        mailbox = mailboxes[index]
        counters = plan.counters.shards[index]
        watch = plan.isInspected ? IntrospectionIndex(on: seat) : nil
        total = plan.backlog
        let exchange = MadeLater<Exchange>()
        round = WriteRound(
            on: seat, total: plan.backlog, retention: plan.configuration.limits.retentionAge, counters: counters,
            logger: plan.logger, way: Self.way(of: plan, to: exchange))
        notifier = Notifier(
            on: seat, mailboxes: mailboxes, directory: plan.rules.directory, server: plan.server, round: round,
            limits: plan.configuration.limits, total: plan.backlog, counters: counters)
        registrar = RegistrationDirectory(on: seat, mailboxes: mailboxes)
        requests = ApplicationIdempotencyCache(
            on: seat, notifier: notifier, mailboxes: mailboxes, counters: counters, logger: plan.logger)
        agentRegistrar = AgentDirectory(
            on: seat, directory: plan.rules.directory, book: plan.agents, notifier: notifier, mailboxes: mailboxes)
        agents = AgentReplica(on: seat)
        deadlines = DeadlineQueue(on: seat) { exchange.object?.deliver($0) }
        keeper = plan.records.map { [seat] in RecordAggregator(on: seat, sink: $0, media: plan.media) }
        let desk = CallDesk(
            seat: seat, mailboxes: mailboxes, rules: plan.rules, notifier: notifier, keeper: keeper, watch: watch,
            deadlines: deadlines, agents: agents, telephony: plan.telephony,
            media: plan.media, reports: plan.reports, userData: plan.userData, counters: counters)
        self.desk = desk
        router = Router(
            desk: desk, mailboxes: mailboxes, room: plan.calls,
            firstConnection: plan.firstConnection + UInt64(index), logger: plan.logger)
        sessions = SessionDesk(
            seat: seat, configuration: plan.configuration, directory: plan.rules.directory, notifier: notifier,
            router: router, agents: agents, mailboxes: mailboxes, book: plan.book, openings: plan.openings,
            counters: counters, logger: plan.logger, keepsRecords: plan.records != nil)
        exchange.set(self)
        seat.shard.onWake { [weak self] in self?.drain() }
        seat.shard.beforeWaiting { [weak self] in self?.write() }
    }

    private static func way(of plan: EngineContext, to exchange: MadeLater<Exchange>) -> WriteRoundWay {
        let (book, mailboxes) = (plan.book, plan.mailboxes)
        return WriteRoundWay(
            farewell: { reason in
                guard let exchange = exchange.object else { return [] }
                return exchange.notifier.enter(reason) { notifier, reason in notifier.farewell(reason: reason) }
            },
            evict: { client in exchange.object.map { exchange in exchange.turn { exchange.evict(client) } } },
            evictOldest: {
                guard let client = book.evictOldest() else { return nil }
                mailboxes[client.shard].post(.evict(client))
                return client
            },
            reduceBacklog: { shard in mailboxes[shard].post(.reduceBacklog) })
    }

    /// Runs `work`, and then all that it brought about on this shard, as one turn.
    package func turn(_ work: () -> Void) {
        mailbox.turn(work, handling: handle)
    }

    // MARK: - Sessions

    /// Makes a session for a connection that has come in. Once one that had to wait may go on, `takeNext` is called on the
    /// shard, within a turn and from no actor: it takes one message, and says whether there was one. `carried` is
    /// what the connection was given before and has not taken yet.
    package func admit(
        _ stream: any ByteStream, carried: [UInt8] = [], takeNext: @escaping @Sendable () -> Bool
    ) -> Session {
        let serial = live.withLock { live in
            live.last += 1
            return live.last
        }
        let client = ClientID(shard: seat.shard.index, serial: serial)
        let outbox = OutboundQueue(
            client: client, stream: stream, seat: seat, round: round, limits: sessions.configuration.limits,
            total: total)
        let session = Session(client: client, outbox: outbox, desk: sessions, takeNext: takeNext)
        live.withLock { $0.byClient[client] = session }
        watch?.enter(client) { watch, client in watch.came(copy client) }
        notifier.enter(outbox) { notifier, outbox in notifier.admit(copy outbox) }
        outbox.enter(carried) { outbox, carried in outbox.carry(copy carried) }
        return session
    }

    /// A connection of a client that names the session it had, on that session's shard: it goes on with it, or with a new
    /// one, before which the old one is over. Gives the session, and the number of the connection among its own.
    package func takeUp(
        _ order: SessionResume, over stream: any ByteStream, takeNext: @escaping @Sendable () -> Bool
    ) -> (session: Session, attachment: Int) {
        if let session = session(order.client) {
            let attachment = session.enter((order, stream)) { session, taken in
                session.takeUp(taken.0, over: taken.1)
            }
            if let attachment {
                session.enter(takeNext) { session, takeNext in session.takeNext = copy takeNext }
                return (session, attachment)
            }
            turn { end(session) }
        }
        counters.sessionsNotTakenUp.add()
        let session = admit(stream, carried: order.carried, takeNext: takeNext)
        turn { session.enter(order) { session, order in session.begin(insteadOf: copy order) } }
        return (session, 0)
    }

    /// A connection is gone; `reason`: this side ended it. Its session is over, or waits to be taken up.
    package func dismiss(_ session: Session, attachment: Int, reason: Disconnection? = nil) {
        switch session.enter((attachment, reason), { session, gone in session.lost(gone.0, reason: gone.1) }) {
        case .none: break
        case .over: forget(session)
        case .waits:
            _ = seat.shard.after(sessions.configuration.limits.retentionAge) { [self] in
                turn { giveUp(session, attachment) }
            }
        }
    }

    /// The connection did not come back in time.
    private func giveUp(_ session: Session, _ attachment: Int) {
        guard session.enter(attachment, { session, attachment in session.isWaiting(since: attachment) }) else { return }
        counters.sessionsExpired.add()
        end(session)
    }

    private func end(_ session: Session) {
        session.enter(()) { session, _ in session.close() }
        forget(session)
    }

    private func forget(_ session: Session) {
        live.withLock { _ = $0.byClient.removeValue(forKey: session.client) }
        watch?.enter(session.client) { watch, client in watch.left(copy client) }
    }

    private func evict(_ client: ClientID) {
        if let session = session(client) { end(session) }
    }

    package func becameWritable(_ session: Session) {
        if session.outbox.enter((), { outbox, _ in outbox.becameWritable() }) { resume(session) }
    }

    private func resume(_ session: Session) {
        turn { session.enter(()) { session, _ in session.continueSnapshot() } }
        lineUp(session)
    }

    func session(_ client: ClientID) -> Session? {
        live.withLock { $0.byClient[client] }
    }

    // MARK: - Turns

    private func drain() {
        counters.inboxDepth.raise(to: mailbox.waiting)
        mailbox.drain(handle)
        if mailbox.endsShedding(below: sessions.configuration.limits.mailbox) {
            sessions.logger.notice("A shard takes new work again.", metadata: ["shard": "\(seat.shard.index)"])
        }
        runScheduled()
    }

    /// Each deadline has a turn of its own.
    private func deliver(_ due: [DueDeadline]) {
        for due in due {
            turn {
                router.enter(due) { router, due in router.take(.deadline(due.deadline), about: due.connection) }
            }
        }
    }

    /// Writes what the turns before have gathered: one write for each session, or none where its next turn brings more.
    /// Those who have answers or something else of their own come first, and then some of those who have what lies on pages;
    /// the others when the shard has seen to its sockets.
    private func write() {
        writeDue()
        let followers = round.enter(()) { round, _ in round.takeFollowers() }
        for outbox in followers { outbox.enter(()) { outbox, _ in outbox.flushInLine() } }
        if round.enter((), { round, _ in round.endFollowers() }) { return seat.shard.wake() }
        counters.roundIsWritten(on: seat.shard)
    }

    /// One that waited for its answers to be written goes on in a later turn.
    private func writeDue() {
        let due = round.enter(()) { round, _ in round.takeDue() }
        guard !due.isEmpty else { return }
        var later: [OutboundQueue] = []
        for outbox in due {
            switch outbox.enter((), { outbox, _ in outbox.flushInRound() }) {
            case .written: break
            case .sessionGoesOn: if let session = session(outbox.client) { resume(session) }
            case .later: later.append(outbox)
            }
        }
        round.enter(due) { round, due in round.giveBack(copy due) }
        for outbox in later { round.enter(outbox) { round, outbox in round.join(copy outbox) } }
    }

    private func handle(_ parcel: ShardMessage) {
        switch parcel {
        case .request(let request, let client):
            router.enter(ClientRequest(request: request, client: client)) { router, asked in
                router.handleLocally(copy asked)
            }
        case .repeated(let parcel): take(parcel)
        case .urgentRequest(let request, let client):
            router.enter(ClientRequest(request: request, client: client)) { router, asked in
                router.handleLocally(copy asked)
            }
        case .switching(let report): if !isEarly(parcel) { toCall(.switching(report), report.connection) }
        case .switchingTogether(let reports):
            guard !isEarly(parcel) else { return }
            for report in reports { toCall(.switching(report), report.connection) }
        case .media(let report): toCall(.media(report), report.connection)
        case .letter(let letter, let connection):
            router.enter((letter, connection)) { router, sent in router.take(sent.0, to: sent.1) }
        case .forward(let carried, let connection):
            router.enter((carried, connection)) { router, told in router.forward(told.0, to: told.1) }
        case .forget(let carried): router.enter(carried) { router, carried in router.forget(copy carried) }
        case .forwarded(let report, let connection):
            router.enter((report, connection)) { router, told in router.take(told.0, forwardedTo: told.1) }
        case .command(let command): desk.media.servers[command.server].perform(command, on: seat.shard)
        case .path(let path): desk.telephony.carry(path, to: desk.media.servers, on: seat.shard)
        case .transition(let transition):
            keeper?.enter([transition]) { keeper, transitions in keeper.take(transitions) }
        case .arrival(let connection, let arrival):
            guard !isEarly(parcel) else { return }
            router.enter((connection, arrival)) { router, call in router.begin(call.0, call.1) }
        case .errand(let work): work()
        case .sessionOpened(let client, let application):
            keeper?.enter((client, application)) { keeper, came in keeper.know(came.0, as: came.1) }
        case .sessionClosed(let client): keeper?.enter(client) { keeper, client in keeper.forget(client) }
        case .shutdown: router.enter(()) { router, _ in router.stop() }
        case .event(let event): notifier.enter(event) { notifier, event in notifier.take(copy event) }
        case .answer(let answer): notifier.enter(answer) { notifier, answer in notifier.take(copy answer) }
        case .agent(let parcel): take(parcel)
        case .evict(let client): evict(client)
        case .reduceBacklog: round.enter(()) { round, _ in round.reduceBacklog() }
        case .claim(let claim): registrar.enter(claim) { registrar, claim in registrar.take(copy claim) }
        case .release(let client, let index):
            registrar.enter((client, index)) { registrar, gone in registrar.release(gone.1, of: gone.0) }
        case .registrationRefused(let client, let refused): registrationRefused(client, refused)
        case .interest(let claim, let isNew): takeInterest(claim, isNew: isNew)
        case .unsubscribe(let index, let shard):
            notifier.enter((index, shard)) { notifier, end in notifier.endInterest(in: end.0, of: end.1) }
        case .census(let census): take(census)
        case .survey(let survey): take(survey)
        case .surveyed(let census, let status): take(census, status)
        case .describe(let order): describe(order)
        case .described(let part): take(part)
        }
    }

    // MARK: - Before the switch is attached

    /// Keeps what the switch brings before it is attached to this shard, until ``takeEarly()``.
    private func isEarly(_ parcel: ShardMessage) -> Bool {
        live.withLock { live in
            live.early?.append(parcel)
            return live.early != nil
        }
    }

    /// The switch is attached to this shard.
    func takeEarly() {
        let early = live.withLock { $0.early.take() } ?? []
        turn { early.forEach(handle) }
    }

    func toCall(_ input: CallInput, _ connection: ConnectionID) {
        router.enter((input, connection)) { router, taken in router.take(taken.0, about: taken.1) }
    }

    // MARK: - Registrations, snapshots and queries

    private func registrationRefused(_ client: ClientID, _ refused: RequestError) {
        guard let session = session(client) else { return }
        session.enter(refused) { session, refused in session.registrationRefused(copy refused) }
        lineUp(session)
    }

    private func takeInterest(_ claim: RegistrationRequest, isNew: Bool) {
        let census = notifier.enter((claim, isNew)) { notifier, claim in
            notifier.takeInterest(claim.0, isNew: claim.1)
        }
        mailboxes[claim.client.shard].post(.census(census))
    }

    private func take(_ census: CallListing) {
        notifier.enter(census) { notifier, census in notifier.begin(copy census) }
        take(census, .idle)
    }

    private func take(_ census: CallListing, _ status: AddressStatus) {
        guard let session = session(census.client) else { return }
        session.enter((census, status)) { session, told in session.take(told.0, told.1) }
        lineUp(session)
    }

    private func take(_ survey: CallListingQuery) {
        let calls = notifier.enter(survey.index) { notifier, index in notifier.calls(on: index) }
        let status = router.enter((calls, survey.index)) { router, asked in router.status(of: asked.0, on: asked.1) }
        let census = CallListing(client: survey.client, index: survey.index, origin: seat.shard.index, calls: calls)
        mailboxes[survey.client.shard].post(.surveyed(census, status))
    }

    private func describe(_ order: SnapshotPageRequest) {
        let part = router.enter(order) { router, order in router.describe(copy order) }
        mailboxes[order.client.shard].post(.described(part))
    }

    private func take(_ part: SnapshotPage) {
        if part.isForRegistration {
            notifier.enter(part) { notifier, part in notifier.hold(copy part) }
        }
        guard let session = session(part.client) else { return }
        session.enter(part) { session, part in session.take(copy part) }
        lineUp(session)
    }

    // MARK: - Stopping

    /// Recordings that go on in another call than that in which they began.
    package var forwardedRecordings: Int { router.enter(()) { router, _ in router.forwards.count } }

    /// Recordings that have not come to their end yet.
    func busyCalls() -> Int { router.enter(()) { router, _ in router.busyCalls } }

    /// No recording is waited for any more: those that are not over are kept as not finished.
    func closeRecords() {
        keeper?.enter(seat.shard.exactMoment) { keeper, moment in keeper.close(at: moment) }
    }

    /// Connections that have not closed yet.
    var openSessions: Int { live.withLock { $0.byClient.count } }

    /// How each session of this shard does. In the order of their numbers.
    package func statusOfSessions() -> [SessionStatus] {
        live.withLock { Array($0.byClient.values) }
            .map { session in session.enter(()) { session, _ in session.status } }
            .sorted { $0.client.rawValue < $1.client.rawValue }
    }

    /// Tells every client that the server goes, and closes what can be closed.
    func notifyShutdown() {
        for session in live.withLock({ Array($0.byClient.values) })
        where session.enter((), { session, _ in session.state == .waiting }) {
            turn { end(session) }
        }
        for outbox in notifier.enter((), { notifier, _ in notifier.clients }) {
            let farewell = notifier.enter(()) { notifier, _ in notifier.farewell(reason: "shutdown") }
            outbox.enter(farewell) { outbox, farewell in outbox.cut(copy farewell) }
            counters.disconnected(.shutdown).add()
        }
        deadlines.enter(()) { deadlines, _ in deadlines.stop() }
    }
}
