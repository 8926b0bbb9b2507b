/// Whether the server answers: lost when nothing is heard for too long or its host refuses datagrams twice, back at the
/// first answer. Until something is known it counts as reachable.
struct Reachability: Sendable, Equatable {
    enum Change: Sendable, Equatable {
        case lost, back
    }

    struct Limits: Sendable, Equatable {
        /// Silence that all tries of a command take.
        var patience: Duration
        /// Silence of a server that has recordings.
        var silence: Duration
        /// Between two pings of a server without recordings.
        var ping = Duration.seconds(1)

        /// Between two pings of a server that has recordings.
        var recordingPing: Duration { min(ping, .milliseconds(500), silence / 5) }
    }

    /// Between two refusals that are taken for a loss: one alone may be of an earlier socket of the server.
    static let refusalTime = Duration.milliseconds(100)

    let limits: Limits
    private(set) var isReachable = true
    /// Since when something was sent that has not been followed by anything heard.
    private var unheardSince: Duration?
    private var lastHeard: Duration?
    /// The first refusal since anything was heard.
    private var refused: Duration?

    init(_ limits: Limits) {
        self.limits = limits
    }

    mutating func sent(at now: Duration) {
        unheardSince = unheardSince ?? now
    }

    mutating func heard(at now: Duration) -> Change? {
        unheardSince = nil
        refused = nil
        lastHeard = now
        guard !isReachable else { return nil }
        isReachable = true
        return .back
    }

    /// The server's host has refused a datagram: no socket is bound there.
    mutating func refused(at now: Duration) -> Change? {
        guard isReachable else { return nil }
        guard let refused else {
            self.refused = now
            return nil
        }
        return now - refused >= Self.refusalTime ? lose() : nil
    }

    /// This program itself stood still: what the server said meanwhile has not been read yet.
    mutating func stoodStill(until now: Duration) {
        if unheardSince != nil { unheardSince = now }
        lastHeard = lastHeard.map { _ in now }
        refused = refused.map { _ in now }
    }

    /// A refusal came that nothing was heard after: the ping under way, if any, is lost.
    var wasRefused: Bool { refused != nil }

    /// The time between two pings. A refusal is followed by one soon.
    func pingInterval(hasRecordings: Bool) -> Duration {
        if isReachable, refused != nil { return Self.refusalTime }
        return hasRecordings ? limits.recordingPing : limits.ping
    }

    mutating func check(at now: Duration, hasRecordings: Bool) -> Change? {
        guard isReachable, let unheardSince else { return nil }
        if now - unheardSince >= limits.patience { return lose() }
        guard hasRecordings, now - unheardSince >= limits.silence - limits.recordingPing else { return nil }
        return now - (lastHeard ?? unheardSince) >= limits.silence ? lose() : nil
    }

    private mutating func lose() -> Change {
        isReachable = false
        refused = nil
        return .lost
    }
}
