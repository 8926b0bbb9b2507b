package import CallModel
package import EventLoops
import TLibrary

/// What a session's client is still to be sent. Of a client that keeps up, frames gather over a turn of the shard and go
/// out in one write: from the page of a DN, where they lie once for all sessions, or from bytes of the session's own. What
/// the kernel does not take is the session's backlog: from there on, and always where the session may be taken up, events
/// are kept one by one, shared with all other sessions that wait for them.
package actor OutboundQueue: LoopBound {
    package static let rank = 50

    package nonisolated let seat: ShardSeat
    package nonisolated let client: ClientID
    let round: WriteRound
    let limits: EngineConfiguration.Limits
    let total: BacklogMemory
    /// `nil`: the connection is lost, and the session waits to be taken up.
    var stream: (any ByteStream)?
    /// Whole frames, appended and not handed to the kernel, of a client that keeps up. Where `page` has some, there are
    /// none here.
    var bytes: [UInt8] = []
    /// From where on the session follows the page of a DN: what lies there is its own, as if it stood in `bytes`.
    var page: BufferOffset?
    var backlog = ConflatingQueue()
    /// What of the backlog is counted in the total of all sessions; the events count by themselves.
    private var counted = 0
    /// Whether frames gather; else they go to the backlog.
    private(set) var gathers = true
    /// Whether the session may be taken up.
    var isKept = false
    /// How far the client has said that it has received.
    var received: UInt64 = 0
    var isWaitingForWritable = false
    private var isInRound = false
    /// Whether its turn among those who write from pages comes.
    var isScheduled = false
    /// Whether the session's next turn comes at once, and in how many rounds nothing was written because of that.
    private var expectsMore = false
    private var putOff = 0
    /// Answers to requests that were appended, and those among them that were handed to the kernel.
    private var answered = 0
    private var handed = 0
    /// The session waits until more has been handed to the kernel.
    private var isAwaited = false
    var state = State.open

    enum State {
        case open
        /// Closes once all is written. Unless the session may be taken up, it takes no more.
        case finishing
        /// Reads too slowly: takes no more, and is cut in a turn of its own, behind the rest of a frame.
        case condemned([UInt8])
        /// Is told why, and closes.
        case farewell
        case closed
    }

    init(
        client: ClientID, stream: any ByteStream, seat: ShardSeat, round: WriteRound,
        limits: EngineConfiguration.Limits, total: BacklogMemory
    ) {
        self.client = client
        self.stream = stream
        self.seat = seat
        self.round = round
        self.limits = limits
        self.total = total
    }

    var milliseconds: Int64 { seat.shard.now.wholeMilliseconds }

    private var takesMore: Bool {
        switch state {
        case .open: true
        case .finishing: isKept
        case .condemned, .farewell, .closed: false
        }
    }

    // MARK: - For the session

    /// Whether the kernel has had more answers than `-slack`: else the session waits (WireFormat, "Bad input": the
    /// window).
    func hasCapacity(_ slack: Int) -> Bool {
        isAwaited = handed + slack <= 0
        return !isAwaited
    }

    /// Whether the session has to wait until the client has read what it was sent.
    func waitUntilClear() -> Bool {
        isAwaited = isWaitingForWritable || stream == nil
        return isAwaited
    }

    /// Whether so many requests have all been answered.
    func hasAnswered(_ asked: Int) -> Bool { answered >= asked }

    /// How the session does, for those who look in.
    var status: OutboxStatus {
        OutboxStatus(
            backlogBytes: backlog.waitingCost, keptBytes: backlog.keptCost, backlogAge: backlogAge,
            conflated: backlog.dropped, sent: backlog.sent, answered: handed, peer: stream?.peer ?? "")
    }

    /// Of the oldest event that waits for a client that reads slowly; `nil`: none does.
    var backlogAge: Duration? {
        isWaitingForWritable ? backlog.oldest.map { .milliseconds(milliseconds - $0) } : nil
    }

    // MARK: - Appending

    /// Takes whole frames. They go out before the shard waits next. `false`: this session's events are kept one by one,
    /// and come by ``keep(_:)``.
    func append(_ frames: Span<UInt8>) -> Bool {
        guard gathers else { return false }
        leavePage()
        bytes.append(copying: frames)
        round.counters.eventsDelivered.add()
        joinRound()
        // A turn may bring more than a kernel takes at once; it need not all be in memory first.
        if bytes.count >= Self.mostGathered { write() }
        return true
    }

    /// The same, of a frame that is the first answer to a request.
    func appendAnswer(_ frame: Span<UInt8>) -> Bool {
        guard gathers else { return false }
        answered += 1
        return append(frame)
    }

    // MARK: - One by one

    /// Takes an event that other sessions may have too.
    func keep(_ item: ConflatingQueue.Item) {
        guard takesMore else { return }
        round.counters.eventsDelivered.add()
        answered += Int(item.answers)
        let dropped = backlog.dropped
        add(item)
        if backlog.dropped > dropped { round.counters.eventsConflated.add(Int(backlog.dropped - dropped)) }
    }

    func add(_ item: ConflatingQueue.Item) {
        backlog.append(item, at: milliseconds)
        guard isWaitingForWritable || stream == nil else { return joinRound() }
        checkBounds()
    }

    private static let mostGathered = 65_536

    // MARK: - Writing

    /// What came of a write in its round.
    enum Flush: Sendable {
        case written
        /// The session waited for just that.
        case sessionGoesOn
        /// It is not much yet, and the session's next turn brings more.
        case later
    }

    /// Whether the session has requests left, whose answers may go out with those that are there.
    func expectMore(_ expects: Bool) {
        expectsMore = expects
    }

    func flushInRound() -> Flush {
        if expectsMore, putOff < Self.mostPutOff {
            leavePage()
            if bytes.count + backlog.waitingCost < Self.worthWriting {
                putOff += 1
                return .later
            }
        }
        return flush() ? .sessionGoesOn : .written
    }

    private static let mostPutOff = 8
    private static let worthWriting = 49_152

    /// Writes what is there. Says whether the session waited for just that.
    func flush() -> Bool {
        isInRound = false
        putOff = 0
        let before = handed
        write()
        guard isAwaited, handed > before || !isWaitingForWritable && stream != nil else { return false }
        isAwaited = false
        return true
    }

    func write() {
        guard let stream, !isWaitingForWritable else { return }
        writeGathered(to: stream)
        guard !isWaitingForWritable else { return }
        if backlog.isWaiting { writeBacklog(to: stream) }
        guard !isWaitingForWritable else { return }
        handed = answered
        switch state {
        case .finishing, .farewell: close()
        case .open, .condemned, .closed: break
        }
    }

    private func writeBacklog(to stream: any ByteStream) {
        var chunk = round.enter(()) { round, _ in round.takeChunk() }
        while backlog.isWaiting, !isWaitingForWritable {
            chunk.removeAll(keepingCapacity: true)
            backlog.fill(&chunk, upTo: Self.mostGathered)
            let count = stream.write(chunk.span)
            round.counters.writes.add()
            isWaitingForWritable = count < chunk.count
            handed += backlog.hand(count, at: milliseconds, keeps: isKept)
        }
        round.enter(chunk) { round, chunk in round.giveBack(chunk: copy chunk) }
        if isWaitingForWritable { becomeSlow() } else { leaveBacklog() }
        trimKept()
    }

    private func writeGathered(to stream: any ByteStream) {
        if let page {
            let (count, taken) = round.enter((page, stream)) { round, order in
                round.write(from: order.0, to: order.1)
            }
            round.counters.writes.add()
            if taken < count { enterBacklog(round.enter(page) { round, page in round.events(from: page) }, taken) }
            forgetPage()
        } else if !bytes.isEmpty {
            let count = stream.write(bytes.span)
            round.counters.writes.add()
            if count < bytes.count { enterBacklog(SharedFrame.each(in: bytes.span, total), count) }
            forgetWritten()
        }
    }

    /// The kernel took no more than so many bytes of what was gathered: what it left is the beginning of a backlog.
    private func enterBacklog(_ events: [SharedFrame], _ count: Int) {
        isWaitingForWritable = true
        var end = 0
        var rest: ArraySlice<SharedFrame> = events[...]
        while let event = rest.first, end + event.bytes.count <= count {
            end += event.bytes.count
            rest.removeFirst()
        }
        for event in rest {
            var item = ConflatingQueue.Item(event: event, isCounted: false)
            // Which of them answer requests is not known here: all count as answered with the last.
            if event === rest.last { item.answers = Int32(clamping: answered - handed) }
            backlog.append(item, at: milliseconds)
        }
        _ = backlog.hand(count - end, at: milliseconds, keeps: false)
        gathers = false
        becomeSlow()
    }

    private func becomeSlow() {
        backlog.beginConflating()
        account()
        round.enter(self) { round, outbox in round.noteSlow(outbox) }
    }

    /// All is written.
    private func leaveBacklog() {
        backlog.endConflating()
        gathers = !isKept && takesMore
        account()
        round.enter(client) { round, client in round.noteQuick(client) }
    }

    /// The kernel takes more.
    package func becameWritable() -> Bool {
        isWaitingForWritable = false
        return flush()
    }

    private func forgetWritten() {
        // A session that once had much to say, or reads slowly, does not keep the room for it.
        let isOversized =
            !gathers || bytes.capacity > 40_960 || bytes.capacity > 4_096 && bytes.count < bytes.capacity / 8
        bytes.removeAll(keepingCapacity: !isOversized)
    }

    func joinRound() {
        guard !isInRound else { return }
        isInRound = true
        round.enter(self) { round, outbox in round.join(outbox) }
    }

    // MARK: - The end

    /// Closes once all that it has is written, and takes no more unless the session may be taken up.
    package func finish() {
        guard case .open = state else { return }
        state = .finishing
        leavePage()
        if !isKept { gathers = false }
        joinRound()
    }

    /// Ends the session with a last event, where that can still be written.
    package func cut(_ farewell: [UInt8]) {
        if case .closed = state { return }
        write()
        if !isWaitingForWritable { _ = stream?.write(farewell.span) }
        state = .farewell
        close()
    }

    /// The connection is gone, and the session with it.
    package func closed() {
        state = .closed
        stream = nil
        isWaitingForWritable = false
        stopGathering()
        drop()
        round.enter(client) { round, client in round.forget(client) }
    }

    func close() {
        let stream = stream
        switch state {
        case .finishing where isKept: loseStream()
        case .open, .finishing, .condemned, .farewell, .closed: closed()
        }
        stream?.close()
    }

    /// Nothing is to be sent any more, and nothing is kept.
    func drop() {
        backlog.removeAll()
        account()
    }

    // MARK: - Memory

    /// Counts what the session's places take.
    func account() {
        let footprint = backlog.isEmpty ? 0 : backlog.footprint
        guard footprint != counted else { return }
        total.add(footprint - counted)
        counted = footprint
    }

    /// A frame that was gathered before the session could be taken up goes out before its events.
    func gatherNoMore() {
        write()
        gathers = false
    }

    /// What was gathered is forgotten.
    func stopGathering() {
        bytes = []
        forgetPage()
        gathers = false
    }
}

extension Duration {
    var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
