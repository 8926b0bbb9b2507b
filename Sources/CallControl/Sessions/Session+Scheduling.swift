import EventLoops

// Where a session stands among those that have more than is taken at once (Architecture, "Scheduling").
extension Session {
    /// How much it has asked for lately.
    enum ReceivePriority: Sendable {
        case little
        /// It has more, and will have its turn.
        case isScheduled
        /// It had more than could be taken at once, and counts as one that asks for much until then.
        case wasScheduled(until: Int64)
    }

    var demand: ReceivePriority {
        if isScheduled { return .isScheduled }
        return heavyUntil == 0 ? .little : .wasScheduled(until: heavyUntil)
    }

    func markHeavy(until time: Int64) { heavyUntil = time }

    /// Says whether it was not there.
    func lineUp() -> Bool {
        guard !isScheduled else { return false }
        isScheduled = true
        outbox.enter(true) { outbox, isScheduled in outbox.expectMore(isScheduled) }
        return true
    }

    func unschedule() {
        isScheduled = false
        outbox.enter(false) { outbox, isScheduled in outbox.expectMore(isScheduled) }
    }
}
