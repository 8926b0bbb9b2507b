import CallModel
import EventLoops
import Logging
import TLibrary

/// One T-Client's connection: what happens on its stream, as turns of its exchange. Every member is called on the shard
/// and from no actor.
final class Connection: ByteStreamHandler {
    private let stream: any ByteStream
    private let exchange: Exchange
    private let server: TLibraryServer
    private let reader: FrameReader
    private let session: Session
    /// The number of this connection among its session's.
    private let attachment: Int
    private let liveness: KeepAliveMonitor
    /// Its place among the connections without a session; `nil`: it was not accepted as one.
    private let unopened: UnopenedConnection?

    /// So much may wait for the session's turn; then the stream is not read meanwhile. An unfinished frame waits for its
    /// client, and is read on.
    private static let mostUnread = 32_768

    /// A connection that has come in.
    convenience init(
        _ stream: any ByteStream, on exchange: Exchange, of server: TLibraryServer, unopened: UnopenedConnection
    ) {
        self.init(stream, on: exchange, of: server, unopened: unopened) { takeNext in
            (exchange.admit(stream, takeNext: takeNext), 0)
        }
    }

    /// One that has moved to the shard of the session that its client had.
    convenience init(
        _ stream: any ByteStream, on exchange: Exchange, of server: TLibraryServer, takingUp order: SessionResume
    ) {
        self.init(stream, on: exchange, of: server, unopened: nil) { takeNext in
            exchange.takeUp(order, over: stream, takeNext: takeNext)
        }
    }

    private init(
        _ stream: any ByteStream, on exchange: Exchange, of server: TLibraryServer, unopened: UnopenedConnection?,
        session: (@escaping @Sendable () -> Bool) -> (session: Session, attachment: Int)
    ) {
        self.stream = stream
        self.exchange = exchange
        self.server = server
        self.unopened = unopened
        let connection = MadeLater<Connection>()
        (self.session, attachment) = session { connection.object?.takeNext() ?? false }
        let configuration = server.engine.configuration
        reader = FrameReader(seat: exchange.seat, limit: configuration.limits.frame)
        liveness = KeepAliveMonitor(
            seat: exchange.seat, handshake: configuration.handshake, keepAlive: configuration.keepAlive)
        connection.set(self)
    }

    func begin() {
        server.logger.debug("A client has connected.", metadata: ["peer": "\(stream.peer)"])
        watch(after: liveness.enter(()) { liveness, _ in liveness.begin() })
        unopened?.whenDropped { [weak self] in self?.drop() }
    }

    /// Another connection needs its place. On any thread.
    private func drop() {
        exchange.post { [self] in
            // It may have opened its session meanwhile.
            guard !session.enter((), { session, _ in session.isOpen }) else { return }
            server.logger.debug(
                "a connection without a session is closed for another", metadata: ["peer": "\(stream.peer)"])
            stream.abort()
        }
    }

    func received(_ bytes: Span<UInt8>) {
        liveness.enter(()) { liveness, _ in liveness.heard() }
        reader.enter(bytes) { reader, bytes in reader.append(bytes) }
        // Each message is a turn: what it brings about on this shard is done before the next is taken.
        exchange.serve(session) { takeNext() }
        if reader.enter((), { reader, _ in reader.unread > Self.mostUnread && reader.hasMessage }) { pause() }
    }

    func becameWritable() {
        exchange.becameWritable(session)
    }

    func closed() {
        server.logger.debug("A connection is closed.")
        let reason = liveness.enter(()) { liveness, _ in liveness.end() }
        unopened?.leave()
        exchange.turn { exchange.dismiss(session, attachment: attachment, reason: reason) }
    }

    /// Takes one message, where the session may take one and one is there. Says whether there may be another.
    private func takeNext() -> Bool {
        let readiness = session.enter(attachment) { session, attachment in session.readiness(of: attachment) }
        switch readiness {
        case .gone: return false
        case .holds:
            if reader.enter((), { reader, _ in reader.hasMessage }) { pause() }
            return false
        case .refuses:
            pause()
            return false
        case .open, .unopened: break
        }
        let next = reader.enter(readiness == .open) { reader, isOpen in reader.next(sessionIsOpen: isOpen) }
        guard let message = next else {
            resume()
            return false
        }
        take(message)
        if readiness == .unopened, session.enter((), { session, _ in session.isOpen }) { unopened?.leave() }
        guard reader.enter((), { reader, _ in reader.unread }) == 0 else { return true }
        resume()
        return false
    }

    private func take(_ message: Decoded) {
        switch message {
        case .request(let request):
            let order = session.enter(request) { session, request in session.take(copy request) }
            if let order { move(order) }
        case .refused(let refusal): session.enter(refusal) { session, refusal in session.take(copy refusal) }
        case .link(let link): session.enter(link) { session, link in session.take(copy link) }
        }
    }

    private func pause() {
        guard reader.enter((), { reader, _ in reader.holdBack() }) else { return }
        liveness.enter(true) { liveness, isPaused in liveness.setPaused(isPaused) }
        stream.pauseReading()
    }

    private func resume() {
        guard reader.enter((), { reader, _ in reader.letGo() }) else { return }
        liveness.enter(false) { liveness, isPaused in liveness.setPaused(isPaused) }
        stream.resumeReading()
    }

    // MARK: - Taking a session up

    /// The client names the session that it had: the connection goes to that session's shard, with all that has come over
    /// it and not been read, and all that was to go out over it.
    private func move(_ order: SessionResume) {
        var order = order
        order.carried = session.outbox.enter(()) { outbox, _ in outbox.takePendingBytes() }
        let unread = reader.enter(()) { reader, _ in reader.takePendingBytes() }
        _ = liveness.enter(()) { liveness, _ in liveness.end() }
        unopened?.leave()
        exchange.dismiss(session, attachment: attachment)
        let (server, taken) = (server, order)
        let target = server.engine.exchanges[order.client.shard]
        stream.move(to: target.seat.shard) { stream in
            let connection = Connection(stream, on: target, of: server, takingUp: taken)
            connection.begin()
            connection.received(unread.span)
            return connection
        }
    }

    // MARK: - Liveness

    private func watch(after delay: Duration?) {
        guard let delay else { return }
        _ = exchange.seat.shard.after(delay) { [self] in look() }
    }

    private func look() {
        let isOpen = session.enter(()) { session, _ in session.isOpen }
        switch liveness.enter(isOpen, { liveness, isOpen in liveness.look(sessionIsOpen: isOpen) }) {
        case .wait(let delay): watch(after: delay)
        case .ping(let delay):
            exchange.turn { session.enter(()) { session, _ in session.ping() } }
            watch(after: delay)
        case .close(let reason):
            server.logger.info(
                "A connection is closed by this side.", metadata: ["reason": "\(reason.sentence)"])
            stream.close()
        case .over: break
        }
    }
}

extension Disconnection {
    fileprivate var sentence: String {
        switch self {
        case .handshake: "no session was opened within the handshake limit"
        case .keepAlive: "the client did not answer a Ping"
        case .slowConsumer, .shutdown, .protocol: rawValue
        }
    }
}
