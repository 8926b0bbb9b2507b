import EventLoops
import Glibc
import TestSupport
import Testing

@testable import LibuvEventLoops

@Suite(.hangLimit) struct `Wakes and waits of an event loop` {
    @Test func `answer any number of wakes with one call`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            let calls = Log<Int>()
            loop.onWake { calls.add(0) }
            try await loop.run { loop in
                for _ in 0..<100 { loop.wake() }
            }
            try await until { calls.entries.count == 1 }

            // The loop is held in a turn while another thread wakes it.
            let gate = Gate()
            async let held: Void = loop.run { _ in gate.pass() }
            await onThread {
                for _ in 0..<100 { loop.wake() }
                gate.open()
            }
            try await held
            try await until { calls.entries.count == 2 }
            try await loop.run { _ in }
            #expect(calls.entries.count == 2)
        }
    }

    @Test func `answer each wake that comes after a call with another call`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            let calls = Log<Int>()
            loop.onWake {
                calls.add(0)
                if calls.entries.count < 10 { loop.wake() }
            }
            loop.wake()
            try await until { calls.entries.count == 10 }
            try await loop.run { _ in }
            #expect(calls.entries.count == 10)
        }
    }

    @Test func `call beforeWaiting once for the turns of an iteration`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            let log = Log<String>()
            try await loop.run { loop in
                loop.beforeWaiting { log.add("wait") }
                for _ in 0..<3 {
                    _ = loop.after(.milliseconds(2)) { log.add("turn") }
                }
            }
            try await until { log.entries.suffix(4) == ["turn", "turn", "turn", "wait"] }
        }
    }

    @Test func `call beforeWaiting again for what it brought about itself`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            let resident = Resident(on: loop)
            let log = Log<Int>()
            loop.beforeWaiting {
                let count = resident.assumeIsolated { $0.count }
                log.add(count)
                if count == 0 {
                    Task { await resident.increment() }
                }
            }
            try await until { log.entries.last == 1 }
            #expect(log.entries.contains(0))
        }
    }

    @Test func `have an exact moment within a turn, on both clocks`() async throws {
        try await withLoops { loops in
            let moments = try await loops[0].run { loop in
                (0..<20).map { _ in
                    let moment = (loop.exactMoment, loop.now, loop.wallTime)
                    while loop.exactMoment.monotonic < moment.0.monotonic + .microseconds(300) {}
                    return moment
                }
            }
            for (first, next) in zip(moments, moments.dropFirst()) {
                #expect(next.0.monotonic >= first.0.monotonic + .microseconds(300))
                #expect(next.1 == first.1 && next.2 == first.2, "the turn's time stands still")
                #expect(first.0.monotonic >= first.1)
                #expect(first.0.monotonic.components.attoseconds % 1_000_000_000_000 == 0)
            }
            // Both clocks go by the same time, unless the time of day is set meanwhile.
            let (first, last) = (moments[0].0, moments[19].0)
            let wall = Duration.microseconds(last.wallMicroseconds - first.wallMicroseconds)
            #expect(abs((last.monotonic - first.monotonic - wall) / .milliseconds(1)) < 50)
        }
    }

    @Test func `call nothing while nothing happens`() async throws {
        try await withLoops { loops in
            let log = Log<Int>()
            loops[0].beforeWaiting { log.add(0) }
            try await until { !log.entries.isEmpty }
            let count = log.entries.count
            try await Task.sleep(for: .milliseconds(20))
            #expect(log.entries.count == count)
        }
    }
}

/// Holds one thread until another opens.
final class Gate: Sendable {
    private let isOpen = Locked(false)

    func open() {
        isOpen.withLock { $0 = true }
    }

    func pass() {
        while !isOpen.withLock({ $0 }) { usleep(100) }
    }
}
