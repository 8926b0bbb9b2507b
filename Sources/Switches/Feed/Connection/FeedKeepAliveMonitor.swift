/// When the peer was heard last, and what its silence means (article Feed, "A silent peer").
struct FeedKeepAliveMonitor {
    enum Finding: Equatable {
        /// Nothing has to be done until then.
        case wait(Duration)
        /// The peer has to show that it is there.
        case ping(Duration)
        case lost
    }

    /// Time in which what has arrived is read before the connection counts as lost: this program may have been stopped.
    private static let grace = Duration.milliseconds(100)

    /// Zero: the peer is not checked.
    let interval: Duration
    private var lastHeard = Duration.zero
    private var pingedAt: Duration?
    private var isOverdue = false

    init(interval: Duration) {
        self.interval = interval
    }

    mutating func heard(at now: Duration) {
        lastHeard = now
        pingedAt = nil
        isOverdue = false
    }

    mutating func look(at now: Duration) -> Finding {
        let left = (pingedAt ?? lastHeard) + interval - now
        if left > .zero { return .wait(left) }
        guard pingedAt != nil else {
            pingedAt = now
            return .ping(interval)
        }
        guard !isOverdue else { return .lost }
        isOverdue = true
        return .wait(Self.grace)
    }
}
