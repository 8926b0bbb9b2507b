import CallModel
import EventLoops
import TLibrary

// What a client that reads slowly may cost, and what one that has lost its connection finds when it comes back.
extension OutboundQueue {
    /// After something was appended to a backlog, or to what waits for a client to come back.
    func checkBounds() {
        account()
        guard stream != nil else { return trimKept() }
        if backlog.waitingCost > limits.backlogBytes { return markSlow() }
        total.note(backlog.waitingCost, on: seat.shard.index)
        checkTotal()
    }

    func checkTotal() {
        if total.isOverLimit { round.enter(()) { round, _ in round.reduceBacklog() } }
    }

    /// Cuts a session whose oldest event is past the age limit. Says how large its backlog is.
    func checkAge() -> Int {
        guard isWaitingForWritable, let oldest = backlog.oldest else { return 0 }
        if milliseconds - oldest > limits.backlogAge.wholeMilliseconds { markSlow() }
        return backlog.waitingCost
    }

    var waitingCost: Int { backlog.waitingCost }

    /// The session reads too slowly: what waits is forgotten at once, and it will be cut.
    func markSlow() {
        switch state {
        case .open, .finishing:
            state = .condemned(backlog.restOfFrame)
            stopGathering()
            drop()
            round.enter(self) { round, outbox in round.cutLater(outbox) }
        case .condemned, .farewell, .closed: break
        }
    }

    /// The session waits to be taken up, and cannot be any more.
    private func giveUp() {
        guard case .open = state else { return }
        state = .condemned([])
        drop()
        round.enter(client) { round, client in round.expelLater(client) }
    }

    /// Ends a session that reads too slowly. It is told why, behind the rest of the frame that it is in the middle of,
    /// where it still reads within a second. `false`: it has no connection any more.
    func disconnectSlow(_ farewell: [UInt8]) -> Bool {
        guard case .condemned(let rest) = state else { return true }
        guard stream != nil else { return false }
        state = .farewell
        // It counts no more: else each that is cut at the limit of all together leaves so much behind that the next has
        // to be, and so on to the last.
        backlog.append(
            ConflatingQueue.Item(event: SharedFrame(raw: rest + farewell, in: nil), isCounted: false), at: milliseconds)
        write()
        _ = seat.shard.after(Self.patience) { [self] in
            enter(()) { outbox, _ in outbox.closeAfterLinger() }
        }
        return true
    }

    private static var patience: Duration { .seconds(1) }

    private func closeAfterLinger() {
        if case .farewell = state { close() }
    }

    // MARK: - Taking up

    /// From now on what is sent is kept until the client has received it.
    func keepForTakingUp() {
        gatherNoMore()
        isKept = true
    }

    /// The client says how many events of the session it has received. `false`: that cannot be.
    func take(received count: UInt64) -> Bool {
        guard isKept else { return true }
        guard count >= received, count <= backlog.sent else { return false }
        received = count
        backlog.release(through: count)
        account()
        return true
    }

    /// The connection is lost. Says whether the session can wait to be taken up.
    func lose() -> Bool {
        switch state {
        case .open, .finishing: break
        case .condemned, .farewell, .closed: return false
        }
        guard isKept else { return false }
        if stream != nil { loseStream() }
        state = .open
        return backlog.waitingCost <= limits.retentionBytes
    }

    func loseStream() {
        stream = nil
        isWaitingForWritable = false
        backlog.loseConnection()
        backlog.beginConflating()
        round.enter(client) { round, client in round.noteQuick(client) }
        trimKept()
    }

    /// Whether what follows is still there for a client that has received so much.
    func canResume(from count: UInt64) -> Bool {
        forgetOld()
        return backlog.canResume(from: count)
    }

    /// Goes on over a new connection, on which `opening` goes out first.
    func takeUp(_ order: ResumedConnection) {
        stream?.close()
        if stream != nil { loseStream() }
        stream = order.stream
        state = .open
        received = order.received
        backlog.rewind(to: order.received, at: milliseconds)
        let opening = SharedFrame(raw: order.opening, in: total)
        round.counters.eventsDelivered.add()
        backlog.prepend(ConflatingQueue.Item(event: opening, isCounted: false), at: milliseconds)
        account()
        joinRound()
    }

    /// What the session's connection was given before, and has not taken yet; the outbox is over.
    package func takePendingBytes() -> [UInt8] {
        write()
        var rest: [UInt8] = []
        backlog.fill(&rest, upTo: .max)
        closed()
        return rest
    }

    /// Bytes that a connection brings along from where it was before.
    func carry(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        gatherNoMore()
        add(ConflatingQueue.Item(event: SharedFrame(raw: bytes, in: total), isCounted: false))
    }

    // MARK: - What is kept

    /// Forgets what is kept too long, and the oldest of what is too much.
    func trimKept() {
        guard isKept else { return }
        forgetOld()
        let waiting = stream == nil ? backlog.waitingCost : 0
        while backlog.isKeeping, backlog.keptCost + waiting > limits.retentionBytes { backlog.forgetOldest() }
        account()
        if waiting > limits.retentionBytes { return giveUp() }
        if backlog.isKeeping { round.enter(self) { round, outbox in round.noteKeeping(outbox) } }
        checkTotal()
    }

    /// Says whether anything is still kept.
    func sweepKept() -> Bool {
        forgetOld()
        account()
        return backlog.isKeeping
    }

    private func forgetOld() {
        backlog.forget(before: milliseconds - limits.retentionAge.wholeMilliseconds)
    }

    /// Forgets all that is kept. Says whether that was anything.
    func forgetKept() -> Bool {
        guard backlog.isKeeping else { return false }
        while backlog.isKeeping { backlog.forgetOldest() }
        account()
        return true
    }
}

/// A session goes on over a new connection.
struct ResumedConnection: Sendable {
    var stream: any ByteStream
    /// How many events the client has received.
    var received: UInt64
    /// What goes out before the session's events: EventLinkConnected, behind what the connection still owed.
    var opening: [UInt8]
}
