import EventLoops

/// When a connection was heard last, and what its silence means (WireFormat, "Link messages" and "Opening a session").
actor KeepAliveMonitor: LoopBound {
    static let rank = 6

    enum Finding: Sendable {
        /// Look again then; `nil`: never.
        case wait(Duration?)
        case ping(Duration)
        case close(Disconnection)
        case over
    }

    nonisolated let seat: ShardSeat
    private let handshake: Duration
    private let keepAlive: Duration
    private var began = Duration.zero
    private var lastHeard = Duration.zero
    private var pingedAt: Duration?
    private var isPaused = false
    private var isOver = false
    /// Why the connection has to be closed, once that was found.
    private var verdict: Disconnection?

    init(seat: ShardSeat, handshake: Duration, keepAlive: Duration) {
        self.seat = seat
        self.handshake = handshake
        self.keepAlive = keepAlive
    }

    func begin() -> Duration? {
        began = seat.shard.now
        lastHeard = began
        return keepAlive > .zero ? min(handshake, keepAlive) : handshake
    }

    func heard() {
        lastHeard = seat.shard.now
        pingedAt = nil
    }

    /// While the server itself does not read, the client's silence does not count.
    func setPaused(_ paused: Bool) {
        isPaused = paused
        if !paused { heard() }
    }

    /// The connection is gone. Says why, where it was to be closed by this side.
    func end() -> Disconnection? {
        isOver = true
        return verdict
    }

    func look(sessionIsOpen: Bool) -> Finding {
        guard !isOver else { return .over }
        let finding = find(sessionIsOpen: sessionIsOpen)
        if case .close(let reason) = finding { verdict = reason }
        return finding
    }

    private func find(sessionIsOpen: Bool) -> Finding {
        let now = seat.shard.now
        guard sessionIsOpen else {
            let left = began + handshake - now
            guard left > .zero else { return .close(.handshake) }
            // A session that opens meanwhile may be silent from then on.
            return .wait(keepAlive > .zero ? min(left, keepAlive) : left)
        }
        guard keepAlive > .zero else { return .wait(nil) }
        if isPaused { return .wait(keepAlive) }
        if let pingedAt {
            let left = pingedAt + keepAlive - now
            return left > .zero ? .wait(left) : .close(.keepAlive)
        }
        let left = lastHeard + keepAlive - now
        guard left <= .zero else { return .wait(left) }
        self.pingedAt = now
        return .ping(keepAlive)
    }
}
