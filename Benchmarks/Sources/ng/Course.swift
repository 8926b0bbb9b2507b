/// How long verbs took, and at what rate they ended.
struct Course: Sendable {
    struct Moment: Sendable {
        var time = monotonicTime()
        var cpu = processCPU()
        var done: Int
    }

    let warmUp: Int
    let measured: Int
    let limit: UInt64
    private(set) var done = 0
    private(set) var from: Moment?
    private(set) var to: Moment?
    /// Nanoseconds, of the first verb and of the second.
    private(set) var latencies: [[UInt64]] = [[], []]

    init(warmUp: Int, measured: Int, limit: Duration) {
        self.warmUp = warmUp
        self.measured = measured
        self.limit = UInt64(limit.components.seconds) * 1_000_000_000
        for place in latencies.indices { latencies[place].reserveCapacity(measured) }
    }

    var isOver: Bool { to != nil }

    mutating func count(_ verb: Int, begun: UInt64) {
        done += 1
        if done == warmUp { from = Moment(done: done) }
        guard let from else { return }
        let now = monotonicTime()
        latencies[verb].append(now - begun)
        if to == nil, done == warmUp + measured || now - from.time > limit { to = Moment(done: done) }
    }

    /// The value below or at which `share` (0 to 1) of one verb's latencies lie, in microseconds.
    func quantile(_ share: Double, of verb: Int) -> Double {
        let sorted = latencies[verb].sorted()
        guard !sorted.isEmpty else { return 0 }
        return Double(sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]) / 1_000
    }
}
