import CallControl
import CallModel
import Logging
import TLibrary

/// The connection to the peer, and the book of its calls: on one shard, whichever shards the calls live on.
actor Feed: ShardBound {
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
    var book: FeedBook
    var outbox = FeedOutbox()
    /// The open connection.
    private(set) var stream: (any ByteStream)?
    private(set) var lines: LineCutter
    /// More lines are there than one turn takes.
    private var isHeldBack = false
    /// A list has come to its end, and the calls are not all in agreement with it yet.
    private var isListEnded = false
    /// Why this side closes; `nil`: it does not.
    private var closing: String?
    private var pause = firstPause
    private var openedAt = Duration.zero
    private var isKnownUnreachable = false
    private var skipped: [FeedFault: Int] = [:]
    var isOverLimit = false

    init(on shard: any Shard, port: SwitchPort, book: FeedBook, options: FeedSwitch.Options, logger: Logger) {
        seat = ShardSeat(shard)
        self.port = port
        self.book = book
        self.options = options
        self.logger = logger
        lines = LineCutter(limit: options.lineLimit)
    }

    // MARK: - Connecting

    func connect() {
        seat.shard.connect(to: options.address) { [self] result in
            enter(result) { feed, result in feed.connected(copy result) }
        }
    }

    private func connected(_ result: Result<any ByteStream, ShardError>) -> FeedLink? {
        switch result {
        case .success(let stream):
            self.stream = stream
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

    /// The connection is gone. Calls go on, and so do their recordings (article Feed, "A feed that comes back").
    func closed() {
        let reason = closing ?? "the peer has closed the connection, or the line is broken"
        logger.warning("The feed is lost; its calls go on.", metadata: ["reason": "\(reason)"])
        reportSkipped()
        stream = nil
        closing = nil
        isHeldBack = false
        isListEnded = false
        lines.removeAll()
        outbox.removeAll()
        var outcome = FeedOutcome()
        book.lose(Refused(.noSwitch, "The connection to the telephony was lost."), &outcome)
        carryOut(outcome)
        if seat.shard.now - openedAt > Self.longestPause { pause = Self.firstPause }
        connectLater()
    }

    private func close(because reason: String) {
        closing = reason
        stream?.close()
    }

    // MARK: - Reading

    func received(_ bytes: Span<UInt8>) {
        guard closing == nil else { return }
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
                return close(because: "a line has more bytes than the option feed-line")
            }
        }
        holdBack()
    }

    /// `false`: nothing is left to bring into agreement with a list.
    private func agreeOn() -> Bool {
        guard isListEnded else { return false }
        var outcome = FeedOutcome()
        isListEnded = book.agreeOn(&outcome)
        carryOut(outcome)
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
        guard isHeldBack, closing == nil else { return }
        takeLines()
    }

    private func letGo() {
        guard isHeldBack else { return }
        isHeldBack = false
        stream?.resumeReading()
    }

    private func take(_ line: [UInt8]) {
        counters.lines.add()
        var outcome = FeedOutcome()
        do throws(FeedFault) {
            let event = try FeedEvent(line: line)
            try book.take(event, begin: port.begin, &outcome)
            note(event)
        } catch {
            skip(error)
        }
        carryOut(outcome)
    }

    func carryOut(_ outcome: FeedOutcome) {
        for report in outcome.reports { port.report(report) }
        guard let stream else { return }
        // A peer that does not read what it is told of its calls is not told.
        for line in outcome.lines where !outbox.isFull { outbox.append(line.bytes, for: stream) }
    }

    private func note(_ event: FeedEvent) {
        switch event {
        case .hello(let abilities):
            let words = abilities.map(\.rawValue).sorted().joined(separator: ", ")
            logger.info("The feed says what it can carry out.", metadata: ["commands": "\(words)"])
        case .synced: isListEnded = true
        case .sync, .begin, .ringing, .answered, .held, .retrieved, .diverted, .released, .end, .media, .done, .refused:
            break
        }
    }

    // MARK: - What is skipped

    /// Each reason is logged once for a connection, and counted always.
    private func skip(_ fault: FeedFault) {
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
