import Logging
import Testing

@testable import callcontrol

@Suite struct `The limit of log lines of one kind` {
    private func verdicts(
        _ limiter: inout LogRateLimiter, _ level: Logger.Level, _ message: String, _ count: Int, at now: Duration
    ) -> [LogRateLimiter.Verdict] {
        (0..<count).map { _ in limiter.admit(level, message, at: now).verdict }
    }

    @Test func `leaves out what is beyond it for the rest of a minute, and says how much that was`() {
        var limiter = LogRateLimiter(limit: 3)
        #expect(
            verdicts(&limiter, .info, "a", 6, at: .zero)
                == [.admitted(suppressed: 0), .admitted(suppressed: 0), .admitted(suppressed: 0), .suppressedFirst]
                + [.suppressed, .suppressed])
        #expect(verdicts(&limiter, .info, "a", 1, at: .seconds(59)) == [.suppressed])
        #expect(verdicts(&limiter, .info, "a", 1, at: .seconds(60)) == [.admitted(suppressed: 4)])
        #expect(verdicts(&limiter, .info, "a", 1, at: .seconds(60)) == [.admitted(suppressed: 0)])
        #expect(!limiter.isSuppressing)
    }

    @Test func `is for each kind by itself, ten times as high for errors, and not for debugging`() {
        var limiter = LogRateLimiter(limit: 2)
        for (level, message) in [(Logger.Level.info, "a"), (.info, "b"), (.warning, "a")] {
            #expect(verdicts(&limiter, level, message, 3, at: .zero).last == .suppressedFirst)
        }
        #expect(verdicts(&limiter, .error, "a", 20, at: .zero).allSatisfy { $0 == .admitted(suppressed: 0) })
        #expect(verdicts(&limiter, .error, "a", 1, at: .zero) == [.suppressedFirst])
        #expect(verdicts(&limiter, .debug, "a", 1_000, at: .zero).allSatisfy { $0 == .admitted(suppressed: 0) })
    }

    @Test func `says by itself what was left out, once the minute is over`() {
        var limiter = LogRateLimiter(limit: 1)
        _ = verdicts(&limiter, .info, "b", 3, at: .zero)
        _ = verdicts(&limiter, .info, "a", 2, at: .seconds(1))
        #expect(limiter.expire(at: .seconds(59)).isEmpty && limiter.isSuppressing)
        #expect(limiter.expire(at: .seconds(60)).map(\.kind.message) == ["b"])
        let last = limiter.expire(at: .seconds(61))
        #expect(last.map(\.kind.message) == ["a"] && last.map(\.suppressed) == [1])
        #expect(!limiter.isSuppressing && limiter.expire(at: .seconds(200)).isEmpty)
    }

    @Test func `holds for messages that are never the same, too`() {
        var limiter = LogRateLimiter(limit: 5)
        let admitted = (0..<100_000).count { number in
            limiter.admit(.warning, "message \(number)", at: .milliseconds(number / 10)).verdict
                == .admitted(suppressed: 0)
        }
        #expect(admitted <= LogRateLimiter.kindLimit + 5)
        #expect(limiter.admit(.warning, "another", at: .seconds(100)).verdict == .admitted(suppressed: 0))
    }

    @Test func `can be none`() {
        var limiter = LogRateLimiter(limit: 0)
        #expect(verdicts(&limiter, .info, "a", 10_000, at: .zero).allSatisfy { $0 == .admitted(suppressed: 0) })
    }
}
