import EventLoops
import TestSupport
import Testing

@testable import LibuvEventLoops

@Suite(.hangLimit) struct `Timers of an event loop` {
    @Test func `run in the order of their delays and never early`() async throws {
        try await withLoops { loops in
            let log = Log<(delay: Int, waited: Duration)>()
            try await loops[0].run { loop in
                let start = loop.now
                for delay in [30, 10, 20, 0] {
                    _ = loop.after(.milliseconds(delay)) { log.add((delay, loop.now - start)) }
                }
                #expect(log.entries.isEmpty)
            }
            try await until { log.entries.count == 4 }
            #expect(log.entries.map(\.delay) == [0, 10, 20, 30])
            for entry in log.entries {
                #expect(entry.waited >= .milliseconds(entry.delay))
            }
        }
    }

    @Test func `do not run once they are cancelled`() async throws {
        try await withLoops { loops in
            let log = Log<String>()
            try await loops[0].run { loop in
                let timer = loop.after(.milliseconds(1)) { log.add("cancelled") }
                timer.cancel()
                timer.cancel()
                _ = loop.after(.milliseconds(5)) { log.add("kept") }
            }
            try await until { log.entries == ["kept"] }
        }
    }

    @Test func `are not met by the cancel of an earlier one`() async throws {
        try await withLoops { loops in
            let log = Log<Int>()
            try await loops[0].run { loop in
                let first = loop.after(.seconds(60)) { log.add(1) }
                first.cancel()
                _ = loop.after(.milliseconds(1)) { log.add(2) }
                #expect(loop.timers.isEmpty, "the second uses the handle of the first")
                first.cancel()
            }
            try await until { log.entries == [2] }
        }
    }

    @Test func `cancel harmlessly once they have run`() async throws {
        try await withLoops { loops in
            let log = Log<Int>()
            let timer = try await loops[0].run { loop in loop.after(.zero) { log.add(1) } }
            try await until { log.entries == [1] }
            try await loops[0].run { _ in timer.cancel() }
            #expect(log.entries == [1])
        }
    }

    @Test func `leave others their turn when they set themselves again`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            let log = Log<Int>()
            @Sendable func again() {
                log.add(0)
                _ = loop.after(.zero, again)
            }
            try await loop.run { _ in again() }
            try await until { log.entries.count > 2 }
            // A turn of another kind: it comes although a timer is always due.
            try await loop.run { _ in }
        }
    }

    @Test(arguments: [
        (Duration.zero, 1 as UInt64), (.microseconds(1), 1), (.microseconds(1_001), 2), (.milliseconds(7), 7),
        (.seconds(-3), 1), (.seconds(Int64.max), 1_000_000_000_000),
    ]) func `wait whole milliseconds, rounded up`(delay: Duration, milliseconds: UInt64) {
        #expect(LibuvEventLoop.milliseconds(delay) == milliseconds)
    }
}
