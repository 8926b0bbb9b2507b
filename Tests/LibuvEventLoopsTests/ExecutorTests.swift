import TestSupport
import Testing

@testable import LibuvEventLoops

@Suite(.hangLimit) struct `An event loop as an executor` {
    @Test func `runs its actors on its own thread`() async throws {
        try await withLoops(2) { loops in
            for loop in loops {
                let resident = Resident(on: loop)
                await resident.increment()
                #expect(await resident.count == 1)
            }
            #expect(!loops[0].isCurrent)
            let other = loops[1]
            let isCurrent = try await loops[0].run { loop in [loop.isCurrent, other.isCurrent] }
            #expect(isCurrent == [true, false])
        }
    }

    @Test func `queues nothing for the await of a sibling actor`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            let caller = Resident(on: loop)
            let callee = Resident(on: loop)
            let task = Task(executorPreference: loop) { await caller.jobsQueued(by: callee) }
            #expect(await task.value == 0)
        }
    }

    @Test func `queues one job for a continuation and stays on its thread`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            let parked = Task(executorPreference: loop) {
                let before = Log<Int>()
                await withCheckedContinuation { continuation in
                    _ = loop.after(.milliseconds(1)) {
                        before.add(loop.jobs.count)
                        continuation.resume()
                        before.add(loop.jobs.count)
                    }
                }
                return (before.entries, loop.isCurrent)
            }
            let (counts, isCurrent) = await parked.value
            #expect(counts[1] - counts[0] == 1)
            #expect(isCurrent)
        }
    }

    @Test func `takes jobs from many threads and loses none`() async throws {
        try await withLoops(2) { loops in
            let residents = loops.map { Resident(on: $0) }
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<1_000 {
                    group.addTask { await residents[number % 2].increment() }
                }
            }
            #expect(await residents[0].count == 500)
            #expect(await residents[1].count == 500)
        }
    }

    @Test func `gives its timers their turn while jobs never end`() async throws {
        try await withLoops { loops in
            let spinner = Spinner(on: loops[0])
            await spinner.spin()
            #expect(await spinner.yields > 0)
        }
    }

    @Test func `accepts the isolation of its actors from a bare callback`() async throws {
        try await withLoops { loops in
            let resident = Resident(on: loops[0])
            let count = try await loops[0].run { _ in
                resident.assumeIsolated { resident in
                    resident.increment()
                    return resident.count
                }
            }
            #expect(count == 1)
        }
    }

    @Test func `ends the process when a job comes after it stopped`() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let resident = try await withLoops { loops in Resident(on: loops[0]) }
            await resident.increment()
        }
        let words = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) }
        #expect(words?.contains("event loop test-0 has stopped") == true)
    }

    @Test func `ignores a wake after it stopped`() async throws {
        let loop = try await withLoops { loops in loops[0] }
        loop.wake()
        #expect(!loop.isCurrent)
    }
}

/// Yields until a timer has run.
private actor Spinner {
    private let loop: LibuvEventLoop
    private var isOver = false
    var yields = 0

    init(on loop: LibuvEventLoop) {
        self.loop = loop
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    func spin() async {
        _ = loop.after(.milliseconds(5)) { self.assumeIsolated { $0.isOver = true } }
        while !isOver {
            yields += 1
            await Task.yield()
        }
    }
}
