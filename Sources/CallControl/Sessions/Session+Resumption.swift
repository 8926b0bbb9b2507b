package import CallModel
import EventLoops
import Logging
package import TLibrary

/// A client comes back over a new connection, and names the session that it had.
package struct SessionResume: Sendable {
    /// The session as the server knows it; its shard is where the connection goes.
    package var client: ClientID
    package var request: Request
    var register: RegisterClient
    /// How many events the client has received; `nil`: it does not say.
    var received: UInt64?
    /// Whether the session that is opened in its place can be taken up.
    var isKept: Bool
    /// What the connection was given before and has not taken yet.
    package var carried: [UInt8] = []
}

/// What became of a session whose connection is gone.
enum ConnectionLossResult: Sendable {
    case over
    /// It waits to be taken up.
    case waits
    /// It has another connection by now.
    case none
}

// Opening sessions, taking them up, and closing them (WireFormat, "Opening a session" and "Session resumption").
extension Session {
    func open(_ register: RegisterClient, _ request: Request) throws(RequestError) -> SessionResume? {
        guard state == .connected else {
            throw RequestError(.outOfSequence, "The session of this connection is open already.")
        }
        try IdempotencyKey.check(request)
        guard register.protocolVersion == RegisterClient.protocolVersion else {
            note(.protocolVersion, register)
            finishAfterAnswer = true
            throw RequestError(.protocolVersion, "This server speaks protocol version 1.")
        }
        guard Self.isSame(register.password ?? "", desk.configuration.password) else {
            try refusePassword(register, request)
            return nil
        }
        let isKept = try Self.wantsTakingUp(request)
        if let text = register.sessionID {
            let received = try Self.received(in: request.extensions)
            if let id = SessionID(text), let found = desk.book.find(id, of: register.applicationName) {
                state = .leaving
                return SessionResume(
                    client: found, request: request, register: register, received: received, isKept: isKept)
            }
            desk.counters.sessionsNotTakenUp.add()
        }
        try begin(register, request, isKept: isKept)
        return nil
    }

    /// Takes as long for any password of one length, so that time tells nothing of it.
    private static func isSame(_ given: String, _ wanted: String) -> Bool {
        guard !wanted.isEmpty else { return true }
        guard given.utf8.count == wanted.utf8.count else { return false }
        return zip(given.utf8, wanted.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func wantsTakingUp(_ request: Request) throws(RequestError) -> Bool {
        switch request.extensions.firstIgnoringCase("take-up") {
        case nil, .integer(0): return false
        case .integer(1): return true
        case .integer, .string, .unicode, .binary, .list:
            throw RequestError(.invalidAttribute, "Extensions take-up can only be 1.")
        }
    }

    /// Extensions `received`, a count in decimal digits; one that no count reaches counts as the highest.
    private static func received(in extensions: KeyValueList) throws(RequestError) -> UInt64? {
        switch extensions.firstIgnoringCase("received") {
        case nil: return nil
        case .string(let text), .unicode(let text):
            if let count = count(text) { return count }
        case .integer, .binary, .list: break
        }
        throw RequestError(.invalidAttribute, "Extensions received is a count in decimal digits.")
    }

    private static func count(_ text: String) -> UInt64? {
        let digits = text.utf8
        guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return UInt64(text) ?? .max
    }

    /// Opens a new session.
    private func begin(_ register: RegisterClient, _ request: Request, isKept: Bool) throws(RequestError) {
        let id = SessionID(seat.shard.random(), seat.shard.random())
        let place = desk.book.open(id, client, application: register.applicationName)
        if place.isFirstAtLimit {
            desk.logger.warning(
                "The server has as many sessions as it may have.",
                metadata: ["sessions": "\(desk.configuration.limits.sessions)"])
        }
        if let dropped = place.dropped { desk.evict(dropped) }
        guard place.isGranted else {
            note(.sessions, register)
            finishAfterAnswer = true
            throw RequestError(.serviceUnavailable, "The server has as many sessions as it may have.")
        }
        state = .open
        self.id = id
        application = register.applicationName
        opened = seat.shard.wallTime
        desk.counters.sessionsOpened.add()
        if desk.keepsRecords {
            for mailbox in desk.mailboxes { mailbox.post(.sessionOpened(client, application)) }
        }
        if isKept { outbox.enter(()) { outbox, _ in outbox.keepForTakingUp() } }
        answer(.linkConnected(request.reference, sessionID: id.description))
    }

    /// Opens a new session for a client whose old one could not be taken up.
    func begin(insteadOf order: SessionResume) {
        do throws(RequestError) {
            try begin(order.register, order.request, isKept: order.isKept)
        } catch {
            answer(.refused(ErrorResponse(error, of: RequestContext(order.request, from: client), about: .none)))
        }
    }

    // MARK: - Taking up

    /// Goes on over a new connection, where all that the client has not received is still there, and gives the
    /// connection's number. `nil`: it cannot, and nothing has happened.
    func takeUp(_ order: SessionResume, over stream: any ByteStream) -> Int? {
        guard state == .open || state == .waiting, let id, let received = order.received,
            outbox.enter(received, { outbox, received in outbox.isKept && outbox.canResume(from: received) }),
            desk.book.takeUp(id)
        else { return nil }
        state = .open
        attachment += 1
        ending = nil
        desk.counters.sessionsTakenUp.add()
        let opening = desk.notifier.enter((order.request.reference, id.description)) { notifier, names in
            notifier.linkConnected(names.0, sessionID: names.1)
        }
        let resumption = ResumedConnection(stream: stream, received: received, opening: order.carried + opening)
        outbox.enter(resumption) { outbox, resumption in outbox.takeUp(copy resumption) }
        return attachment
    }

    func takeReceived(_ extensions: KeyValueList) {
        guard state == .open else { return }
        guard let count = try? Self.received(in: extensions),
            outbox.enter(count, { outbox, count in outbox.take(received: count) })
        else { return desk.counters.countsIgnored.add() }
    }

    // MARK: - Closing

    /// A connection of the session's is gone; `reason`: this side ended it.
    func lost(_ attachment: Int, reason: Disconnection?) -> ConnectionLossResult {
        guard attachment == self.attachment else { return .none }
        switch state {
        case .waiting, .closed: return .none
        case .connected, .refusing, .leaving: break
        case .open:
            if let id, outbox.enter((), { outbox, _ in outbox.lose() }) {
                state = .waiting
                takeNext = nil
                desk.book.wait(id)
                return .waits
            }
        }
        if let reason = reason ?? ending { desk.counters.disconnected(reason).add() }
        close()
        return .over
    }

    /// The session ends, and its registrations with it. The connection that it may have is closed.
    func close() {
        guard state != .closed else { return }
        if state == .open || state == .waiting { leave() }
        state = .closed
        takeNext = nil
        let stream = outbox.enter(()) { outbox, _ in outbox.stream }
        outbox.enter(()) { outbox, _ in outbox.closed() }
        dropRegistrations()
        stream?.close()
    }

    private func leave() {
        desk.counters.sessionsClosed.add()
        if let id, desk.book.close(id).leavesLimit {
            desk.logger.notice("The server has room for sessions again.")
        }
        if desk.keepsRecords { for mailbox in desk.mailboxes { mailbox.post(.sessionClosed(client)) } }
    }

    /// Whether it still waits for the connection that it lost to come back.
    func isWaiting(since attachment: Int) -> Bool {
        state == .waiting && attachment == self.attachment
    }
}

extension SessionDesk {
    /// Ends a session that has lost its place, on whichever shard it is.
    func evict(_ client: ClientID) {
        counters.sessionsExpired.add()
        mailboxes[client.shard].post(.evict(client))
    }
}
