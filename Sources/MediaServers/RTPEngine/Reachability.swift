/// Whether the server answers: out when nothing at all is heard for as long as all tries of a command take, back at the
/// first answer. Until something is known it counts as reachable.
struct Reachability: Sendable, Equatable {
    enum Change: Sendable, Equatable {
        case lost, back
    }

    private let patience: Duration
    private(set) var isReachable = true
    /// Since when something was sent that has not been followed by anything heard.
    private var unheardSince: Duration?

    init(patience: Duration) {
        self.patience = patience
    }

    mutating func sent(at now: Duration) {
        unheardSince = unheardSince ?? now
    }

    mutating func heard() -> Change? {
        unheardSince = nil
        guard !isReachable else { return nil }
        isReachable = true
        return .back
    }

    /// This program itself stood still: what the server said meanwhile has not been read yet.
    mutating func stoodStill(until now: Duration) {
        if unheardSince != nil { unheardSince = now }
    }

    mutating func check(at now: Duration) -> Change? {
        guard isReachable, let unheardSince, now - unheardSince >= patience else { return nil }
        isReachable = false
        return .lost
    }
}
