public import Testing

/// The only time limit of tests. No test asserts how long something takes: on a busy machine with few cores each step
/// can take a hundred times as long as on an idle one. A limit only ends a test that hangs, and names it.
public enum HangLimit {
    /// All tests of a run begin at once and share the cores, so one may wait for all the others.
    public static let minutes = 15

    /// The same in seconds, for waits within a test.
    public static let duration = Duration.seconds(minutes * 60)
}

extension Trait where Self == TimeLimitTrait {
    /// Ends a test that hangs (``HangLimit``).
    public static var hangLimit: Self { .timeLimit(.minutes(HangLimit.minutes)) }
}

/// Polls `condition` until it holds; `false`: it did not within the hang limit.
public func holdsEventually(
    every interval: Duration = .milliseconds(5), _ condition: () async throws -> Bool
) async throws -> Bool {
    let end = ContinuousClock.now + HangLimit.duration
    while try await !condition() {
        guard ContinuousClock.now < end else { return false }
        try await Task.sleep(for: interval)
    }
    return true
}
