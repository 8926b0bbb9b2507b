import CallControl
import CallModel
import Logging
import TLibrary

/// One T-Client's connection: what happens on its stream, as turns of its exchange. Every member is called on the shard
/// and from no actor.
final class Connection: ByteStreamHandler {
    private let stream: any ByteStream
    private let exchange: Exchange
    private let reader: FrameReader
    private let session: Session
    private let liveness: Liveness
    private let logger: Logger

    init(_ stream: any ByteStream, on exchange: Exchange, configuration: EngineConfiguration, logger: Logger) {
        self.stream = stream
        self.exchange = exchange
        self.logger = logger
        let connection = MadeLater<Connection>()
        session = exchange.admit(stream) { connection.object?.takeNext() ?? false }
        reader = FrameReader(seat: exchange.seat, limit: configuration.limits.frame)
        liveness = Liveness(
            seat: exchange.seat, handshake: configuration.handshake, keepAlive: configuration.keepAlive)
        connection.set(self)
    }

    func begin() {
        logger.debug("A client has connected.", metadata: ["peer": "\(stream.peer)"])
        watch(after: liveness.enter(()) { liveness, _ in liveness.begin() })
    }

    func received(_ bytes: Span<UInt8>) {
        liveness.enter(()) { liveness, _ in liveness.heard() }
        reader.enter(bytes) { reader, bytes in reader.append(bytes) }
        // Each message is a turn: what it brings about on this shard is done before the next is taken.
        var isMore = true
        while isMore {
            exchange.turn { isMore = takeNext() }
        }
    }

    func becameWritable() {
        exchange.becameWritable(session)
    }

    func closed() {
        logger.debug("A connection is closed.")
        liveness.enter(()) { liveness, _ in liveness.end() }
        exchange.turn { exchange.dismiss(session) }
    }

    /// Takes one message, where the session may take one and one is there: says whether.
    private func takeNext() -> Bool {
        let readiness = session.enter(()) { session, _ in session.readiness }
        guard readiness != .holds else {
            if reader.enter((), { reader, _ in reader.holdBack() }) {
                liveness.enter(true) { liveness, isPaused in liveness.setPaused(isPaused) }
                stream.pauseReading()
            }
            return false
        }
        let next = reader.enter(readiness) { reader, readiness in reader.next(sessionIsOpen: readiness == .open) }
        guard let message = next else {
            if reader.enter((), { reader, _ in reader.letGo() }) {
                liveness.enter(false) { liveness, isPaused in liveness.setPaused(isPaused) }
                stream.resumeReading()
            }
            return false
        }
        take(message)
        return true
    }

    private func take(_ message: Decoded) {
        switch message {
        case .request(let request): session.enter(request) { session, request in session.take(copy request) }
        case .refused(let refusal): session.enter(refusal) { session, refusal in session.take(copy refusal) }
        case .link(let link): session.enter(link) { session, link in session.take(copy link) }
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
            exchange.counters.disconnected(reason).add()
            logger.info("A connection is closed by this side.", metadata: ["reason": "\(reason.sentence)"])
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
