package import CallModel
package import EventLoops
import Logging
package import TLibrary

/// A T-Client's session: what it has registered, and how its requests are judged before they reach a call.
package actor Session: LoopBound {
    package static let rank = 10

    package nonisolated let client: ClientID
    package nonisolated let outbox: OutboundQueue
    /// Takes the next message of the session's connection, and says whether there may be another.
    var takeNext: (@Sendable () -> Bool)?
    let desk: SessionDesk
    var state = State.connected
    /// Of an open session: its name, and the client's.
    var id: SessionID?
    var application = ""
    /// Which of its connections it has now.
    var attachment = 0
    /// Whether it waits for a next message to be taken in its turn.
    var isScheduled = false
    /// Until when it counts as one that asks for much, in milliseconds of the shard's time.
    var heavyUntil: Int64 = 0
    private var registrations: [DirectoryNumber: Registration] = [:]
    /// The registration or query that is under way; until it is answered, no further request is taken.
    private var inquiry: SnapshotQuery?
    /// The request of which another shard has to say whether it was asked before; until it has, no further one is taken.
    var undecided: IdempotencyKey?
    /// `nil`: it was never open.
    var opened: WallTime?
    /// Why this side ends its connection, where it is the session's own doing.
    var ending: Disconnection?
    /// The request about an agent that is under way, likewise.
    var agentRequest: ClientRequest?
    /// Requests that were taken.
    private var asked = 0
    /// Whether it waits for answers to be written, since it has as many requests outstanding as it may have.
    private var isWindowFull = false

    enum State {
        /// EventLinkConnected has not gone out.
        case connected
        /// A wrong password came: that is answered late, and then the connection is closed. Next: `closed`.
        case refusing
        /// The client names another session, and its connection goes there. Next: `closed`.
        case leaving
        case open
        /// The connection is lost; the session waits to be taken up. Next: `open`, or `closed`.
        case waiting
        case closed
    }

    private struct Registration {
        var index: Directory.Index
        var mode: RegisterMode
    }

    package nonisolated var seat: ShardSeat { desk.seat }

    init(client: ClientID, outbox: OutboundQueue, desk: SessionDesk, takeNext: @escaping @Sendable () -> Bool) {
        self.client = client
        self.outbox = outbox
        self.desk = desk
        self.takeNext = takeNext
    }

    package var isOpen: Bool { state == .open }

    /// How far the session is, for what comes next on its connection.
    package enum ReceiveState: Sendable {
        /// The next request may not be taken yet.
        case holds
        /// The session has another connection by now, or none.
        case gone
        /// Nothing more is taken from the connection: the session is refused.
        case refuses
        /// Only the request that opens a session may.
        case unopened
        case open
    }

    package func readiness(of attachment: Int) -> ReceiveState {
        guard attachment == self.attachment else { return .gone }
        switch state {
        case .connected: return .unopened
        case .refusing: return .refuses
        case .open: return canAccept ? .open : .holds
        case .leaving, .waiting, .closed: return .gone
        }
    }

    /// Whether the next request may be taken now. Where it may not, ``takeNext`` is called when it may.
    private var canAccept: Bool {
        guard inquiry == nil, undecided == nil, agentRequest == nil else { return false }
        guard asked >= desk.configuration.limits.window else { return true }
        let hasCapacity = outbox.enter(desk.configuration.limits.window - asked) { outbox, slack in
            outbox.hasCapacity(slack)
        }
        if isWindowFull == hasCapacity { noteWindow(isFull: !hasCapacity) }
        return hasCapacity
    }

    private func noteWindow(isFull: Bool) {
        isWindowFull = isFull
        if isFull { desk.counters.windowsFull.add() }
        desk.logger.debug(
            "A session is at its window, or has left it.",
            metadata: ["session": "\(client.rawValue)", "is-at-window": "\(isFull)"])
    }

    /// How the session does, for those who look in.
    package var status: SessionStatus {
        let outbox = outbox.enter(()) { outbox, _ in outbox.status }
        return SessionStatus(
            client: client, state: state.shown, application: application, opened: opened,
            registrations: registrations.count, outstanding: max(0, asked - outbox.answered), outbox: outbox)
    }

    // MARK: - Requests

    /// Takes a request. Where it names a session to be taken up, says so: the connection goes to that session.
    package func take(_ request: Request) -> SessionResume? {
        asked += 1
        desk.counters.requests.add()
        do throws(RequestError) {
            return try execute(request)
        } catch {
            if let limit = error.limit { desk.counters.refused(limit).add() }
            answer(.refused(ErrorResponse(error, of: RequestContext(request, from: client), about: request.connection)))
            return nil
        }
    }

    /// A frame that is no request that could be carried out.
    package func take(_ refusal: ErrorResponse) {
        asked += 1
        desk.counters.framesRefused.add()
        answer(.refused(refusal))
        guard refusal.closes else { return }
        desk.logger.info("A connection is closed by this side.", metadata: ["reason": "\(refusal.message)"])
        ending = .protocol
        finish()
    }

    package func take(_ message: LinkMessage) {
        switch message {
        case .ping: answer(.link(.pong))
        case .pong: break
        case .received(let extensions): takeReceived(extensions)
        }
    }

    package func ping() {
        answer(.link(.ping))
    }

    private func execute(_ request: Request) throws(RequestError) -> SessionResume? {
        switch request.operation {
        case .registerClient(let register): return try open(register, request)
        case .queryServer:
            try IdempotencyKey.check(request)
            answer(.serverInfo(request))
        case .queryAddress(let type): try query(type, request)
        case .registerAddress(let mode): try register(mode, request)
        case .unregisterAddress: try unregister(request)
        case .agentLogin, .agentLogout, .agentReady, .agentNotReady: try askAboutAgent(request)
        case .makeCall, .answerCall, .releaseCall, .holdCall, .retrieveCall, .routeCall, .queryCall, .privateService,
            .attachUserData, .updateUserData, .deleteUserData, .deletePair, .makePredictiveCall, .clearCall,
            .redirectCall, .initiateTransfer, .completeTransfer, .muteTransfer, .singleStepTransfer,
            .initiateConference, .completeConference, .singleStepConference, .deleteFromConference, .alternateCall,
            .reconnectCall, .mergeCalls:
            try checkRegistered(request)
            guard !IdempotencyKey.isAsked(request) else {
                try takeRepeatable(request)
                return nil
            }
            takeToCall(request)
        }
        return nil
    }

    /// New work is refused where a shard has too much to do; what takes work away never is (WireFormat, "Bad input").
    private func takeToCall(_ request: Request) {
        let takesAway = request.message == .requestReleaseCall || request.message == .requestClearCall
        if !takesAway, let wait = desk.sheds(request) {
            let refused = RequestError(.tooManyRequests, "The server has more to do than it can; ask again later.")
            var refusal = ErrorResponse(refused, of: RequestContext(request, from: client), about: request.connection)
            refusal.retryAfter = wait
            return answer(.refused(refusal))
        }
        // It overtakes the requests of others, and none of its own session.
        let isUrgent = takesAway && outbox.enter(asked - 1) { outbox, asked in outbox.hasAnswered(asked) }
        let asked = ClientRequest(request: request, client: client, isUrgent: isUrgent)
        desk.router.enter(asked) { router, asked in router.take(asked) }
    }

    func checkRegistered(_ request: Request) throws(RequestError) {
        guard let registration = registrations[request.thisDN] else {
            guard desk.directory.index(of: request.thisDN) != nil else { throw Self.notConfigured }
            throw Self.notRegistered
        }
        guard registration.mode != .monitor || request.message == .requestQueryCall else {
            throw RequestError(.accessRestricted, "ThisDN is registered in monitor mode, which only listens.")
        }
    }

    // MARK: - Registering

    private func register(_ mode: RegisterMode, _ request: Request) throws(RequestError) {
        guard let index = desk.directory.index(of: request.thisDN) else { throw Self.notConfigured }
        guard mode == .share || mode == .private || mode == .monitor else {
            throw RequestError(.invalidAttribute, "RegisterMode is none of 0 (share), 1 (private) and 2 (monitor).")
        }
        try IdempotencyKey.check(request)
        let wantsCalls = try Self.wantsSnapshot(request)
        guard registrations[request.thisDN] != nil || registrations.count < desk.configuration.limits.registrations
        else {
            throw RequestError(
                .resourceUnavailable, "The session has as many registrations as it may have.", limit: .registrations)
        }
        inquiry = SnapshotQuery(
            request, on: index, kind: .registration(mode, wantsCalls: wantsCalls), shards: desk.mailboxes.count)
        let home = index.rawValue % desk.mailboxes.count
        let claim = RegistrationRequest(client: client, index: index, mode: mode, wantsCalls: wantsCalls)
        desk.mailboxes[home].post(.claim(claim))
    }

    private static func wantsSnapshot(_ request: Request) throws(RequestError) -> Bool {
        switch request.extensions.firstIgnoringCase("snapshot") {
        case nil: return true
        case .string("none"), .unicode("none"): return false
        case .string, .unicode, .integer, .binary, .list:
            throw RequestError(.invalidAttribute, "Extensions snapshot can only be none.")
        }
    }

    private func unregister(_ request: Request) throws(RequestError) {
        guard let registration = registrations[request.thisDN] else {
            guard desk.directory.index(of: request.thisDN) != nil else { throw Self.notConfigured }
            throw Self.notRegistered
        }
        try IdempotencyKey.check(request)
        registrations[request.thisDN] = nil
        desk.notifier.enter((client, registration.index)) { notifier, gone in
            notifier.unsubscribe(gone.0, from: gone.1)
        }
        release(registration.index)
        answer(.unregistered(request))
    }

    private func release(_ index: Directory.Index) {
        desk.mailboxes[index.rawValue % desk.mailboxes.count].post(.release(client, index))
    }

    private func query(_ type: AddressInfoType, _ request: Request) throws(RequestError) {
        guard let index = desk.directory.index(of: request.thisDN) else { throw Self.notConfigured }
        guard type == .addressStatus || type == .callsQuery else {
            throw RequestError(.unsupportedOperation, "AddressInfoType is neither 0 (status) nor 9 (calls).")
        }
        try IdempotencyKey.check(request)
        inquiry = SnapshotQuery(request, on: index, kind: .query(type), shards: desk.mailboxes.count)
        let survey = CallListingQuery(client: client, index: index)
        for mailbox in desk.mailboxes { mailbox.post(.survey(survey)) }
    }

    // MARK: - What comes back of an inquiry

    func registrationRefused(_ refused: RequestError) {
        guard let inquiry else { return }
        self.inquiry = nil
        answer(.refused(ErrorResponse(refused, of: RequestContext(inquiry.request, from: client), about: .none)))
    }

    func take(_ census: CallListing, _ status: AddressStatus) {
        guard inquiry?.index == census.index else { return }
        inquiry?.take(census, status)
        continueSnapshot()
    }

    func take(_ part: SnapshotPage) {
        guard inquiry?.index == part.index else { return }
        inquiry?.take(part)
        continueSnapshot()
    }

    /// Asks for the next calls, writes what is there, or ends the inquiry. Parts are made as the client reads them.
    package func continueSnapshot() {
        guard var inquiry, inquiry.isComplete else { return }
        if case .registration(let mode, _) = inquiry.kind {
            registrations[inquiry.request.thisDN] = Registration(index: inquiry.index, mode: mode)
        }
        if let order = inquiry.nextOrder(of: client, room: desk.roomForCalls(inquiry.request)) {
            if inquiry.parts > 0, inquiry.isPartEmpty, outbox.enter((), { outbox, _ in outbox.waitUntilClear() }) {
                self.inquiry = inquiry
                return
            }
            self.inquiry = inquiry
            if let order = self.inquiry?.send(order) { desk.mailboxes[order.shard].post(.describe(order.order)) }
            return
        }
        guard !inquiry.isAsking else { return }
        let goesOn = !inquiry.isDone
        var part = inquiry.takePart(goesOn: goesOn)
        if inquiry.parts == 1 {
            part.agent = desk.agents.enter(inquiry.index) { board, index in board.agent(on: index) }
        }
        self.inquiry = goesOn ? inquiry : nil
        answer(.address(part))
        if case .registration = inquiry.kind {
            let written = SnapshotPageSent(client: client, index: inquiry.index, isLast: !goesOn)
            desk.notifier.enter(written) { notifier, written in notifier.letGo(written) }
        }
        if goesOn { continueSnapshot() }
    }

    // MARK: - Closing

    /// Nobody hears of the registered DNs here any more.
    func dropRegistrations() {
        var indices = registrations.values.map(\.index)
        if let inquiry, case .registration = inquiry.kind { indices.append(inquiry.index) }
        indices.sort { $0.rawValue < $1.rawValue }
        inquiry = nil
        registrations = [:]
        desk.notifier.enter((client, indices)) { notifier, gone in notifier.dismiss(gone.0, from: gone.1) }
        for index in indices { release(index) }
    }

    /// Set where the answer to the request under way is the last word of the session.
    var finishAfterAnswer = false

    func answer(_ note: SessionMessage) {
        desk.notifier.enter((note, client)) { notifier, note in notifier.answer(note.0, to: note.1) }
        guard finishAfterAnswer else { return }
        finishAfterAnswer = false
        finish()
    }

    private func finish() {
        guard state != .closed else { return }
        outbox.enter(()) { outbox, _ in outbox.finish() }
    }

    private static var notConfigured: RequestError {
        RequestError(.notConfigured, "ThisDN is not in this server's configuration.")
    }

    private static var notRegistered: RequestError {
        RequestError(.notRegistered, "ThisDN is not registered by this session.")
    }
}
