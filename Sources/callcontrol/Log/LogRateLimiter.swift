import Logging

/// Limit of the lines of one kind in a minute: what strangers can cause does not fill a disk, nor push other lines out.
///
/// A kind is a level and a message. Lines at level `debug` and below have no limit: an operator asked for each of them.
/// Those at level `error` and above may be ten times as many.
struct LogRateLimiter {
    enum Verdict: Equatable {
        /// It is logged. `suppressed`: lines of its kind that were left out in the minute before.
        case admitted(suppressed: Int)
        /// It is left out, the first one of its kind in this minute.
        case suppressedFirst
        case suppressed
    }

    struct Kind: Hashable {
        var level: Logger.Level
        var message: String
    }

    private struct Window {
        var end: Duration
        var lines = 0
        var suppressed = 0
    }

    /// Kinds that are told apart; lines of others share one limit for each level.
    static let kindLimit = 1_024
    static let window = Duration.seconds(60)
    /// Characters of a message by which kinds are told apart.
    private static let messageLimit = 200
    private static let otherKinds = "lines of other kinds"

    /// Lines of one kind in a minute; 0: no limit.
    private let limit: Int
    private var windows: [Kind: Window] = [:]
    private var suppressing = 0
    /// When kinds that are over may be looked for again.
    private var nextSweep = Duration.zero

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether lines were left out that ``expire(at:)`` has still to tell of.
    var isSuppressing: Bool { suppressing > 0 }

    /// - Parameter now: on any clock that only goes forward.
    mutating func admit(
        _ level: Logger.Level, _ message: String, at now: Duration
    ) -> (verdict: Verdict, kind: Kind) {
        let message = message.utf8.count > Self.messageLimit ? String(message.prefix(Self.messageLimit)) : message
        var kind = Kind(level: level, message: message)
        guard limit > 0, level >= .info else { return (.admitted(suppressed: 0), kind) }
        kind = known(kind, at: now)
        var window = windows[kind] ?? Window(end: now + Self.window)
        var suppressed = 0
        if now >= window.end {
            suppressed = window.suppressed
            if suppressed > 0 { suppressing -= 1 }
            window = Window(end: now + Self.window)
        }
        defer { windows[kind] = window }
        guard window.lines < bound(of: kind.level) else {
            window.suppressed += 1
            guard window.suppressed == 1 else { return (.suppressed, kind) }
            suppressing += 1
            return (.suppressedFirst, kind)
        }
        window.lines += 1
        return (.admitted(suppressed: suppressed), kind)
    }

    /// The kinds whose minute is over, with the lines that were left out in it; they are forgotten.
    mutating func expire(at now: Duration) -> [(kind: Kind, suppressed: Int)] {
        guard isSuppressing else { return [] }
        let over = windows.filter { $0.value.suppressed > 0 && now >= $0.value.end }
        for kind in over.keys { windows[kind] = nil }
        suppressing -= over.count
        return over.map { (kind: $0.key, suppressed: $0.value.suppressed) }.sorted { $0.kind.message < $1.kind.message }
    }

    /// Lines of one kind in a minute, by level.
    private func bound(of level: Logger.Level) -> Int { level >= .error ? limit * 10 : limit }

    private mutating func known(_ kind: Kind, at now: Duration) -> Kind {
        if windows[kind] != nil || windows.count < Self.kindLimit { return kind }
        if now >= nextSweep {
            nextSweep = now + .seconds(1)
            windows = windows.filter { now < $0.value.end || $0.value.suppressed > 0 }
        }
        return windows.count < Self.kindLimit ? kind : Kind(level: kind.level, message: Self.otherKinds)
    }
}
