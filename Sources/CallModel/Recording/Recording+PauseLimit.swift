/// How long a recording may stay paused (Recording contract, "Limits of a pause").
struct PauseLimit: Sendable, Equatable {
    /// A look at the clock that is on its way, and when it comes.
    struct Look: Sendable, Equatable {
        var number: UInt32
        var at: Duration
    }

    /// No look is farther away: a deadline is never taken out, and clients may pause and resume without end.
    static let longestLook = Duration.seconds(30)

    /// `max-pause` of the PAUSE that was accepted last, until it counts; zero: it has none.
    var asked: Duration?
    /// When the pause that goes on was first confirmed. It outlives a media server.
    private var since: Duration?
    /// When that pause reaches its limit; `nil`: it has none, or there is no pause.
    private(set) var end: Duration?
    /// The option's action has been taken.
    var hasActed = false
    var look: Look?

    func isReached(at now: Duration) -> Bool {
        guard let end else { return false }
        return end <= now
    }

    /// Another PAUSE was accepted: the `max-pause` of the one before it ends, the option counts on. Its own counts from the
    /// next confirmation, or from when it finds the pause going on; zero: it has none.
    mutating func replace(by longest: Duration, option: Duration?) {
        asked = longest
        end = since.flatMap { since in option.map { since + $0 } }
    }

    /// Counts from the first confirmation by the option, and from now by what the latest PAUSE asked for.
    mutating func count(from now: Duration, option: Duration?) {
        guard let asked else { return }
        self.asked = nil
        let since = since ?? now
        self.since = since
        let ends = [option.map { since + $0 }, asked > .zero ? now + asked : nil]
        end = ends.compactMap(\.self).min()
        hasActed = false
    }

    /// The limit of a recording that begins under this pause: it acts on both at the same time.
    var inherited: PauseLimit {
        var limit = self
        limit.look = nil
        limit.hasActed = false
        return limit
    }

    /// Whether the limit has ended the pause: it was reached, does more than to warn, and no PAUSE was accepted since.
    func hasEndedPause(at now: Duration, _ action: RecordingOptions.PauseLimitAction) -> Bool {
        action != .warn && asked == nil && isReached(at: now)
    }

    /// Somebody is recorded again.
    mutating func forget() {
        since = nil
        end = nil
        hasActed = false
    }
}

extension Recording {
    /// Effective is paused.
    mutating func countPause(_ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment) {
        pauseLimit.count(from: around.now, option: around.pauseLimit)
        orderLook(&outcome, &around)
    }

    /// Effective is on: whatever limit there was is one of a pause that has ended.
    mutating func endPause() {
        pauseLimit.forget()
        isPastPauseLimit = false
    }

    /// Paused is what is wished and what is: a limit that was reached on the way is heeded now.
    mutating func staysPaused(_ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment) {
        countPause(&outcome, &around)
        heedLimit(&outcome, &around)
    }

    /// The media server of a paused recording is lost. Its pause goes on, and so does the limit: warned of anew once the
    /// next server has confirmed, or acted on at once.
    mutating func reapplyPauseLimit(_ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment) {
        pauseLimit.hasActed = false
        heedLimit(&outcome, &around)
    }

    /// A look at the clock has come.
    mutating func lookAtLimit(in around: inout RecordingEnvironment) -> RecordingOutcome {
        pauseLimit.look = nil
        if pauseLimit.isReached(at: around.now) { return take(.pauseLimit, in: &around) }
        var outcome = RecordingOutcome()
        orderLook(&outcome, &around)
        return outcome
    }

    mutating func heedLimit(_ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment) {
        guard pauseLimit.isReached(at: around.now), !pauseLimit.hasActed else { return }
        switch around.pauseLimitAction {
        case .warn:
            // A request that ends the pause anyway has the last word, as long as nobody refuses it.
            guard effective == .paused, desired == .paused else { return }
            pauseLimit.hasActed = true
            warnOfPause(&outcome)
        case .resume: endPause(as: .on, &outcome, &around)
        case .stop: endPause(as: .off, &outcome, &around)
        }
    }

    private mutating func endPause(
        as target: RecordingState, _ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment
    ) {
        guard desired == .paused else { return }
        pauseLimit.hasActed = true
        let wish = Intent(target: target, cause: .limit)
        outcome.limitWish = wish
        take(wish, &outcome, &around)
    }

    /// The limit asked for a resume, and none was to be had: it warns instead, so that nobody takes a pause that goes on
    /// for one that has ended.
    mutating func warnOfFailedLimit(_ reason: RecordingReason, _ outcome: inout RecordingOutcome) {
        guard phase == .paused, pauseLimit.hasActed, !isPastPauseLimit else { return }
        self.reason = reason
        warnOfPause(&outcome)
    }

    private mutating func warnOfPause(_ outcome: inout RecordingOutcome) {
        guard !isPastPauseLimit else { return }
        isPastPauseLimit = true
        cause = .limit
        outcome.changed.append(RecordingChange(notice: notice))
    }

    mutating func forgetWarnings() {
        isPastPauseLimit = false
        audio.forget()
    }

    mutating func orderLook(_ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment) {
        guard let end = pauseLimit.end, end > around.now else { return }
        let at = min(end, around.now + PauseLimit.longestLook)
        if let look = pauseLimit.look, look.at <= at { return }
        let look = PauseLimit.Look(number: around.nextLook(), at: at)
        pauseLimit.look = look
        outcome.look = look
    }
}
