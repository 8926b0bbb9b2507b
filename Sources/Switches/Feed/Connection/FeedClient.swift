import CallControl
import CallModel
import EventLoops
import Logging
import TLibrary

/// The connection to the peer, and the book of its calls: on one shard, whichever shards the calls live on.
actor FeedClient: LoopBound {
    static let rank = 66

    /// Lines that one turn takes, or calls that it brings into agreement with a list: the shard's others have their
    /// turns between.
    private static let stepsOfTurn = 64
    private static let firstPause = Duration.milliseconds(250)
    private static let longestPause = Duration.seconds(5)

    nonisolated let seat: ShardSeat
    let port: SwitchPort
    let options: FeedSwitch.Options
    let logger: Logger
    let counters = FeedCounters()
    var book: FeedCallTable
    var outbox = WriteBuffer()
    /// The open connection.
    private(set) var stream: (any ByteStream)?
    private(set) var lines: LineSplitter
    /// More lines are there than one turn takes.
    private(set) var isHeldBack = false
    /// A list has come to its end, and the calls are not all in agreement with it yet.
    private var isListEnded = false
    /// Why this side closes; `nil`: it does not.
    private var closing: (loss: FeedCounters.Loss, reason: String)?
    var liveness: FeedKeepAliveMonitor
    /// The next look at the peer.
    var check: (any Timer)?
    private var lacksNumbers = false
    private var pause = firstPause
    private var openedAt = Duration.zero
    private var isKnownUnreachable = false
    private var skipped: [FeedProtocolError: Int] = [:]
    var isOverLimit = false

    init(on shard: any EventLoop, port: SwitchPort, book: FeedCallTable, options: FeedSwitch.Options, logger: Logger) {
        seat = ShardSeat(shard)
        self.port = port
        self.book = book
        self.options = options
        self.logger = logger
        lines = LineSplitter(limit: options.lineLimit)
        liveness = FeedKeepAliveMonitor(interval: options.keepAlive)
    }

    var isClosing: Bool { closing != nil }

    // MARK: - Connecting

    func connect() {
        seat.shard.connect(to: options.address) { [self] result in
            enter(result) { feed, result in feed.connected(copy result) }
        }
    }

    private func connected(_ result: Result<any ByteStream, EventLoopError>) -> FeedLink? {
        switch result {
        case .success(let stream):
            self.stream = stream
            stream.boundSilence(to: FeedSwitch.silenceLimit)
            openedAt = seat.shard.now
            isKnownUnreachable = false
            counters.connections.add()
            logger.notice("The feed is connected.", metadata: ["peer": "\(stream.peer)"])
            return FeedLink(self)
        case .failure(let error):
            if !isKnownUnreachable {
                logger.warning("The feed cannot be reached; it is tried again.", metadata: ["error": "\(error)"])
            }
            isKnownUnreachable = true
            connectLater()
            return nil
        }
    }

    private func connectLater() {
        _ = seat.shard.after(pause) { [self] in
            enter(()) { feed, _ in feed.connect() }
        }
        pause = min(pause * 2, Self.longestPause)
    }

    func becameWritable() {
        guard let stream else { return }
        outbox.becameWritable(stream)
    }

    /// The connection is gone. Calls go on, and so do their recordings (article Feed, "Reconnection").
    func closed() {
        let reason = closing?.reason ?? "the peer has closed the connection, or the line is broken"
        counters.lost(closing?.loss ?? .closed)
        logger.warning("The feed is lost; its calls go on.", metadata: ["reason": "\(reason)"])
        stopExpecting()
        reportSkipped()
        stream = nil
        closing = nil
        isHeldBack = false
        isListEnded = false
        lacksNumbers = false
        lines.removeAll()
        outbox.removeAll()
        var outcome = FeedEffects()
        book.lose(RequestError(.noSwitch, "The connection to the telephony was lost."), &outcome)
        execute(outcome)
        if seat.shard.now - openedAt > Self.longestPause { pause = Self.firstPause }
        connectLater()
    }

    func close(_ loss: FeedCounters.Loss, because reason: String) {
        closing = (loss, reason)
        stream?.close()
    }

    // MARK: - Reading

    func received(_ bytes: Span<UInt8>) {
        guard !isClosing else { return }
        liveness.heard(at: seat.shard.now)
        lines.append(bytes)
        takeLines()
    }

    private func takeLines() {
        for _ in 0..<Self.stepsOfTurn {
            if agreeOn() { continue }
            switch lines.next() {
            case .line(let line): take(line)
            case .incomplete: return letGo()
            case .tooLong:
                counters.longLines.add()
                return close(.longLine, because: "a line has more bytes than the option feed-line")
            }
        }
        holdBack()
    }

    /// `false`: nothing is left to bring into agreement with a list.
    private func agreeOn() -> Bool {
        guard isListEnded else { return false }
        var outcome = FeedEffects()
        isListEnded = book.agreeOn(&outcome)
        execute(outcome)
        if !isListEnded {
            logger.notice("The feed has told which calls live.", metadata: ["calls": "\(book.calls.count)"])
        }
        return isListEnded
    }

    private func holdBack() {
        if !isHeldBack { stream?.pauseReading() }
        isHeldBack = true
        _ = seat.shard.after(.zero) { [self] in
            enter(()) { feed, _ in feed.goOn() }
        }
    }

    private func goOn() {
        guard isHeldBack, !isClosing else { return }
        takeLines()
    }

    private func letGo() {
        guard isHeldBack else { return }
        isHeldBack = false
        stream?.resumeReading()
    }

    private func take(_ line: [UInt8]) {
        counters.lines.add()
        var outcome = FeedEffects()
        do throws(FeedProtocolError) {
            let event = try FeedEvent(line: line)
            try book.take(event, line: lines.number, begin: port.begin, &outcome)
            note(event)
        } catch {
            skip(error)
        }
        execute(outcome)
    }

    func execute(_ outcome: FeedEffects) {
        report(outcome.reports)
        for _ in 0..<outcome.lateAnswers { counters.lateAnswers.add() }
        guard let stream else { return }
        // A peer that does not read what it is told of its calls is not told.
        for line in outcome.lines where !outbox.isFull {
            if line.isRefusal { counters.notTaken.add() }
            outbox.append(line.bytes, for: stream)
        }
    }

    /// What one line means for a call is one turn of it.
    private func report(_ reports: [SwitchReport]) {
        var rest = reports[...]
        while let first = rest.first {
            let ofCall = rest.prefix { $0.connection == first.connection }
            port.report(together: Array(ofCall))
            rest = rest.dropFirst(ofCall.count)
        }
    }

    private func note(_ event: FeedEvent) {
        switch event {
        case .hello(let abilities, let keepAlive):
            expectPeer(keepAlive)
            let words = abilities.map(\.rawValue).sorted().joined(separator: ", ")
            logger.info("The feed says what it can carry out.", metadata: ["commands": "\(words)"])
        case .begin(let beginning) where beginning.lacksNumber: noteLackingNumber()
        case .synced: isListEnded = true
        case .ping, .pong, .sync, .begin, .unusable, .ringing, .answered, .held, .retrieved, .diverted, .released, .end,
            .media, .done, .refused:
            break
        }
    }

    /// Logged once for a connection, and counted always.
    private func noteLackingNumber() {
        counters.numbersLeftOut.add()
        if !lacksNumbers {
            logger.notice("call taken without an invalid ani or dnis; more of them are only counted")
        }
        lacksNumbers = true
    }

    // MARK: - What is skipped

    /// Each reason is logged once for a connection, and counted always.
    private func skip(_ fault: FeedProtocolError) {
        counters.skipped(fault)
        skipped[fault, default: 0] += 1
        guard skipped[fault] == 1 else { return }
        logger.warning(
            "The feed said what was skipped; more of its kind is only counted.",
            metadata: ["reason": "\(fault.rawValue)"])
    }

    private func reportSkipped() {
        guard !skipped.isEmpty else { return }
        let counts = skipped.map { ("\($0.key.rawValue)", Logger.MetadataValue.string("\($0.value)")) }
        logger.info("What was skipped on this connection.", metadata: Logger.Metadata(uniqueKeysWithValues: counts))
        skipped = [:]
    }
}
