// Where a session stands among those that have more than is taken at once (Architecture, "What a shard takes first").
extension Session {
    /// How much it has asked for lately.
    enum Demand: Sendable {
        case little
        /// It has more, and will have its turn.
        case isInLine
        /// It had more than could be taken at once, and counts as one that asks for much until then.
        case wasInLine(until: Int64)
    }

    var demand: Demand {
        if isInLine { return .isInLine }
        return askedMuchUntil == 0 ? .little : .wasInLine(until: askedMuchUntil)
    }

    func asksMuch(until time: Int64) { askedMuchUntil = time }

    /// Says whether it was not there.
    func lineUp() -> Bool {
        guard !isInLine else { return false }
        isInLine = true
        outbox.enter(true) { outbox, isInLine in outbox.expectMore(isInLine) }
        return true
    }

    func leaveLine() {
        isInLine = false
        outbox.enter(false) { outbox, isInLine in outbox.expectMore(isInLine) }
    }
}
