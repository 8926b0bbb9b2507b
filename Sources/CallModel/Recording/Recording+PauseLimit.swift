import EventLoops

/// How long a recording may stay paused (Recording contract, "Limits of a pause").
struct PauseLimit: Sendable, Equatable {
    /// A look at the clock that is on its way, and when it comes.
    struct Look: Sendable, Equatable {
        let number: UInt32
        let at: Duration
    }

    /// No look is farther away: a deadline is never taken out, and clients may pause and resume without end.
    static let longestLook = Duration.seconds(30)

    /// `max-pause` in seconds of the PAUSE that was accepted last, until it counts; zero: it has none.
    var asked: Int32?
    /// When the pause that goes on was first confirmed, where the option limits it. It outlives a media server.
    @OptionalNanoseconds private var since: Duration? = nil
    /// When that pause reaches its limit; `nil`: it has none, or there is no pause.
    @OptionalNanoseconds private(set) var end: Duration? = nil
    /// The option's action has been taken.
    var hasActed = false
    @OutOfLine var look: Look? = nil

    func isReached(at now: Duration) -> Bool {
        guard let end else { return false }
        return end <= now
    }

    /// Another PAUSE was accepted: the `max-pause` of the one before it ends, the option counts on. Its own counts from the
    /// next confirmation, or from when it finds the pause going on; zero: it has none.
    mutating func replace(by longest: Int32, option: Duration?) {
        asked = longest
        end = since.flatMap { since in option.map { since + $0 } }
    }

    /// Counts from the first confirmation by the option, and from now by what the latest PAUSE asked for.
    mutating func count(from now: Duration, option: Duration?) {
        guard let asked else { return }
        self.asked = nil
        end = asked > 0 ? now + .seconds(asked) : nil
        if let option {
            let since = since ?? now
            self.since = since
            end = min(since + option, end ?? since + option)
        }
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
    mutating func countPause(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        pauseLimit.count(from: environment.moment.monotonic, option: environment.policy.recording.longestPause)
        orderLook(&effects, &around, environment)
    }

    /// Effective is on: whatever limit there was is one of a pause that has ended.
    mutating func endPause() {
        pauseLimit.forget()
        isPastPauseLimit = false
    }

    /// Paused is what is wished and what is: a limit that was reached on the way is heeded now.
    mutating func staysPaused(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        countPause(&effects, &around, environment)
        heedLimit(&effects, &around, environment)
    }

    /// The media server of a paused recording is lost. Its pause goes on, and so does the limit: warned of anew once the
    /// next server has confirmed, or acted on at once.
    mutating func reapplyPauseLimit(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        pauseLimit.hasActed = false
        heedLimit(&effects, &around, environment)
    }

    /// A look at the clock has come.
    mutating func lookAtLimit(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        pauseLimit.look = nil
        if pauseLimit.isReached(at: environment.moment.monotonic) {
            take(.pauseLimit, &effects, &around, environment)
        } else {
            orderLook(&effects, &around, environment)
        }
    }

    mutating func heedLimit(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        guard pauseLimit.isReached(at: environment.moment.monotonic), !pauseLimit.hasActed else { return }
        switch environment.policy.recording.pauseLimitAction {
        case .warn:
            // A request that ends the pause anyway has the last word, as long as nobody refuses it.
            guard effective == .paused, desired == .paused else { return }
            pauseLimit.hasActed = true
            warnOfPause(&effects)
        case .resume: endPause(as: .on, &effects, &around, environment)
        case .stop: endPause(as: .off, &effects, &around, environment)
        }
    }

    private mutating func endPause(
        as target: RecordingState, _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        guard desired == .paused else { return }
        pauseLimit.hasActed = true
        effects.limitTarget = target
        take(Intent(target: target, cause: .limit), &effects, &around, environment)
    }

    /// The limit asked for a resume, and none was to be had: it warns instead, so that nobody takes a pause that goes on
    /// for one that has ended.
    mutating func warnOfFailedLimit(_ reason: RecordingReason, _ effects: inout RecordingEffects) {
        guard phase == .paused, pauseLimit.hasActed, !isPastPauseLimit else { return }
        self.reason = reason
        warnOfPause(&effects)
    }

    private mutating func warnOfPause(_ effects: inout RecordingEffects) {
        guard !isPastPauseLimit else { return }
        isPastPauseLimit = true
        cause = .limit
        change(&effects)
    }

    mutating func forgetWarnings() {
        isPastPauseLimit = false
        audio.forget()
    }

    mutating func orderLook(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        guard let end = pauseLimit.end, end > environment.moment.monotonic else { return }
        let at = min(end, environment.moment.monotonic + PauseLimit.longestLook)
        if let look = pauseLimit.look, look.at <= at { return }
        let look = PauseLimit.Look(number: around.nextLook(), at: at)
        pauseLimit.look = look
        effects.look = look
    }
}
