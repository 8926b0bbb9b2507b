package import CallModel
import TLibrary

/// What a session's client is still to be sent. Bytes gather over a turn of the shard and go out in one write; what
/// the kernel does not take is the session's backlog, which is bounded in bytes and in age.
package actor Outbox: ShardBound {
    package static let rank = 50

    package nonisolated let seat: ShardSeat
    package nonisolated let client: ClientID
    private let stream: any ByteStream
    private let round: WriteRound
    private let limits: EngineConfiguration.Limits
    /// Appended and not handed to the kernel, from `head` on.
    private var bytes: [UInt8] = []
    private var head = 0
    /// Where in `bytes` what was appended by then ends, of a backlog: by which its age is known.
    private var marks: [Mark] = []
    private var isWaitingForWritable = false
    /// What of the backlog is counted in the total of all sessions.
    private var owed = 0
    private var isInRound = false
    /// Answers to requests that were appended, and those among them that were handed to the kernel.
    private var answered = 0
    private var handed = 0
    /// The session waits until more has been handed to the kernel.
    private var isAwaited = false
    private var state = State.open

    private struct Mark {
        var end: Int
        var at: Duration
    }

    private enum State {
        case open
        /// Takes no more; closes once all is written.
        case finishing
        case closed
    }

    init(
        client: ClientID, stream: any ByteStream, seat: ShardSeat, round: WriteRound, limits: EngineConfiguration.Limits
    ) {
        self.client = client
        self.stream = stream
        self.seat = seat
        self.round = round
        self.limits = limits
    }

    /// Whether the kernel has had more answers than `-slack`: else the session waits (WireFormat, "Bad input": the
    /// window).
    func hasRoom(_ slack: Int) -> Bool {
        isAwaited = handed + slack <= 0
        return !isAwaited
    }

    /// Whether the session has to wait until the client has read what it was sent.
    func waitUntilClear() -> Bool {
        isAwaited = isWaitingForWritable
        return isAwaited
    }

    var backlogBytes: Int { owed }

    /// Takes whole frames. They go out before the shard waits next.
    func append(_ frames: Span<UInt8>) {
        guard state == .open else { return }
        bytes.append(copying: frames)
        appended(frames.count)
    }

    /// The same, of a frame that is the first answer to a request.
    func appendAnswer(_ frame: Span<UInt8>) {
        answered += 1
        append(frame)
    }

    private func appended(_ count: Int) {
        guard isWaitingForWritable else { return joinRound() }
        owe(count)
        markTime()
        if bytes.count - head > limits.backlogBytes { cutAsTooSlow() }
    }

    /// Writes what is there. Says whether the session waits for just that.
    func flush() -> Bool {
        isInRound = false
        write()
        guard isAwaited, !isWaitingForWritable, state == .open else { return false }
        isAwaited = false
        return true
    }

    private func write() {
        guard state != .closed, !isWaitingForWritable, head < bytes.count || state == .finishing else { return }
        let wasSlow = owed > 0
        let count = stream.write(bytes.span.extracting(head...))
        head += count
        owe(bytes.count == head ? -owed : bytes.count - head - owed)
        if head == bytes.count {
            forgetWritten()
            if wasSlow { round.enter(self) { round, outbox in round.note(outbox, isSlow: false) } }
            if state == .finishing { close() }
        } else {
            isWaitingForWritable = true
            markTime()
            if !wasSlow { round.enter(self) { round, outbox in round.note(outbox, isSlow: true) } }
        }
    }

    /// The kernel takes more.
    package func becameWritable() -> Bool {
        isWaitingForWritable = false
        return flush()
    }

    /// Takes no more, and closes once all that it has is written.
    package func finish() {
        guard state == .open else { return }
        state = .finishing
        joinRound()
    }

    /// Ends the session with a last event, where that can still be written.
    package func cut(_ farewell: [UInt8]) {
        guard state != .closed else { return }
        write()
        if state != .closed, !isWaitingForWritable { _ = stream.write(farewell.span) }
        close()
    }

    /// The stream is closed.
    package func closed() {
        leaveSlow()
        state = .closed
        forgetWritten()
    }

    private func close() {
        guard state != .closed else { return }
        closed()
        stream.close()
    }

    private func joinRound() {
        guard !isInRound else { return }
        isInRound = true
        round.enter(self) { round, outbox in round.join(outbox) }
    }

    private func forgetWritten() {
        // A session that once had much to say does not keep the room for it.
        bytes.removeAll(keepingCapacity: bytes.capacity <= 40_960)
        marks.removeAll()
        head = 0
        handed = answered
        isWaitingForWritable = false
        owe(-owed)
    }

    // MARK: - Bounds of the backlog

    /// Cuts a session whose oldest event is past the age limit.
    func checkAge() {
        guard isWaitingForWritable else { return }
        while let first = marks.first, first.end <= head { marks.removeFirst() }
        compact()
        if let oldest = marks.first, seat.shard.now - oldest.at > limits.backlogAge { cutAsTooSlow() }
    }

    /// Nothing can be written to it any more, so it is not told why: its connection ends.
    func cutAsTooSlow() {
        guard state != .closed else { return }
        round.enter(self) { round, outbox in round.cut(outbox) }
        close()
    }

    private func leaveSlow() {
        guard isWaitingForWritable else { return }
        round.enter(self) { round, outbox in round.note(outbox, isSlow: false) }
    }

    private func owe(_ change: Int) {
        guard change != 0 else { return }
        owed += change
        round.enter(change) { round, change in round.owe(change) }
    }

    /// Events that were appended within a quarter of a second share a mark.
    private func markTime() {
        let now = seat.shard.now
        if let last = marks.last, now - last.at < .milliseconds(250), last.end > head {
            marks[marks.count - 1].end = bytes.count
        } else {
            marks.append(Mark(end: bytes.count, at: now))
        }
    }

    private func compact() {
        guard head > 65_536, head > bytes.count / 2 else { return }
        bytes.removeFirst(head)
        for place in marks.indices { marks[place].end -= head }
        head = 0
    }
}
