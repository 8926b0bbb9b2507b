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
    /// Where the frame begins that `head` lies in.
    private var frame = 0
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
        /// Reads too slowly: takes no more, and is cut in a turn of its own.
        case condemned
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

    var status: OutboxStatus {
        OutboxStatus(
            backlogBytes: owed, backlogAge: marks.first { $0.end > head }.map { seat.shard.now - $0.at } ?? .zero,
            answersWritten: handed, peer: stream.peer)
    }

    /// Takes whole frames. They go out before the shard waits next.
    func append(_ frames: Span<UInt8>) {
        guard state == .open else { return }
        bytes.append(copying: frames)
        round.counters.eventsDelivered.add()
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
        if bytes.count - head > limits.backlogBytes { condemn() }
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
        round.counters.writes.add()
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
        frame = 0
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
        if let oldest = marks.first, seat.shard.now - oldest.at > limits.backlogAge { condemn() }
    }

    /// The session reads too slowly, and will be cut.
    func condemn() {
        switch state {
        case .open, .finishing:
            state = .condemned
            round.enter(self) { round, outbox in round.cutLater(outbox) }
        case .condemned, .closed: break
        }
    }

    /// Ends a session that reads too slowly. Its backlog is dropped but for the rest of the frame that it is in the
    /// middle of; behind that it is told why, where it still reads within a second.
    func cutAsTooSlow(_ farewell: [UInt8]) {
        guard state == .condemned else { return }
        findFrame()
        let rest = head == frame ? [] : Array(bytes[head..<endOfFrame])
        let mustWait = isWaitingForWritable
        forgetWritten()
        bytes = rest + farewell
        state = .finishing
        isWaitingForWritable = mustWait
        write()
        _ = seat.shard.after(Self.patience) { [self] in
            enter(()) { outbox, _ in outbox.close() }
        }
    }

    private static let patience = Duration.seconds(1)

    /// Behind the length field come as many bytes as it says.
    private var endOfFrame: Int {
        let length = bytes[frame..<frame + 4].reduce(0) { $0 << 8 | Int($1) }
        return frame + 4 + length
    }

    private func findFrame() {
        while frame < head, endOfFrame <= head { frame = endOfFrame }
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
        findFrame()
        bytes.removeFirst(frame)
        for place in marks.indices { marks[place].end -= frame }
        head -= frame
        frame = 0
    }
}
