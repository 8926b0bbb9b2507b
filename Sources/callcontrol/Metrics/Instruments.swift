import CoreMetrics
import Synchronization

// What is counted with: a few atomics each, no lock and no allocation. May be used on any thread.

final class CountInstrument: CounterHandler {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        count.store(0, ordering: .relaxed)
    }
}

/// A value that goes up and down; the last one counts.
final class GaugeInstrument: RecorderHandler, MeterHandler {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    func increment(by amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, found) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = found
        }
    }

    func decrement(by amount: Double) { increment(by: -amount) }
}

/// Times, sorted into buckets with fixed bounds.
final class HistogramInstrument: TimerHandler {
    /// Upper bounds, as they are shown, in seconds, and in nanoseconds.
    static let bounds: [(text: String, nanoseconds: Int64)] = [
        ("0.0001", 100_000), ("0.00025", 250_000), ("0.0005", 500_000), ("0.001", 1_000_000), ("0.0025", 2_500_000),
        ("0.005", 5_000_000), ("0.01", 10_000_000), ("0.025", 25_000_000), ("0.05", 50_000_000),
        ("0.1", 100_000_000), ("0.25", 250_000_000), ("0.5", 500_000_000), ("1", 1_000_000_000),
        ("2.5", 2_500_000_000), ("5", 5_000_000_000), ("10", 10_000_000_000), ("30", 30_000_000_000),
    ]

    private final class Bucket: Sendable {
        let count = Atomic<Int64>(0)
    }

    /// One for each bound, and one for what is above all.
    private let buckets = (0...bounds.count).map { _ in Bucket() }
    private let total = Atomic<Int64>(0)

    func recordNanoseconds(_ duration: Int64) {
        let duration = max(0, duration)
        var place = 0
        while place < Self.bounds.count, duration > Self.bounds[place].nanoseconds { place += 1 }
        buckets[place].count.wrappingAdd(1, ordering: .relaxed)
        total.wrappingAdd(duration, ordering: .relaxed)
    }

    /// How many there are in each bucket.
    var counts: [Int64] { buckets.map { $0.count.load(ordering: .relaxed) } }

    var sumInSeconds: Double { Double(total.load(ordering: .relaxed)) / 1_000_000_000 }
}

/// Values of any kind, of which the count and the sum are kept.
final class SummaryInstrument: RecorderHandler {
    private let count = Atomic<Int64>(0)
    private let sum = GaugeInstrument()

    var value: (count: Int64, sum: Double) { (count.load(ordering: .relaxed), sum.value) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        count.wrappingAdd(1, ordering: .relaxed)
        sum.increment(by: value)
    }
}
