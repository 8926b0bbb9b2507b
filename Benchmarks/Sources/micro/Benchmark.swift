import AllocationCounter

/// One operation of the way of a request, measured alone: CPU time, which is for reading, and allocations, which are
/// counted exactly and judged.
struct Benchmark {
    let name: String
    /// The most allocations that one operation may make.
    let allowed: Int
    /// Carries the operation out so many times, and returns a sum that depends on every result.
    let run: (_ times: Int) -> Int

    struct Result {
        var nanoseconds: Double
        var allocations: Double

        /// An operation allocates a whole number of times; what is left over prepared the round.
        func isWithin(_ allowed: Int) -> Bool { allocations < Double(allowed) + 0.01 }
    }

    /// The median time of nine rounds, and the allocations of the round with the fewest: what others allocate on their
    /// threads meanwhile is not the operation's.
    func measure() -> Result {
        let times = 20_000
        var durations: [UInt64] = []
        var fewest = UInt64.max
        var sum = run(times)
        for _ in 0..<9 {
            let allocations = allocation_count()
            let start = thread_cpu()
            sum &+= run(times)
            let end = thread_cpu()
            fewest = min(fewest, allocation_count() - allocations)
            durations.append(end - start)
        }
        precondition(sum != 0, "The operation gave nothing.")
        durations.sort()
        return Result(
            nanoseconds: Double(durations[durations.count / 2]) / Double(times),
            allocations: Double(fewest) / Double(times))
    }
}
