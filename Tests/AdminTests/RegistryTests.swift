import CoreMetrics
import EventLoops
import Testing

@testable import callcontrol

/// Metrics as Prometheus reads them.
struct RegistryTests {
    private let registry = MetricsRegistry()

    private var text: String { MetricsText.text(of: registry) }

    @Test func `metrics of one name and the same dimensions are one`() throws {
        Counter(label: "a_total", dimensions: [("x", "1"), ("b", "2")], factory: registry).increment(by: 2)
        Counter(label: "a_total", dimensions: [("b", "2"), ("x", "1")], factory: registry).increment()
        Counter(label: "a_total", factory: registry).increment(by: -4)
        Gauge(label: "g", factory: registry).record(1.5)
        Gauge(label: "g", factory: registry).record(-2)
        let meter = Meter(label: "m", factory: registry)
        meter.set(5)
        meter.decrement(by: 1.5)
        #expect(
            try PrometheusText(text).samples == ["a_total": 0, "a_total{b=\"2\",x=\"1\"}": 3, "g": -2, "m": 3.5])
    }

    @Test func `times are sorted into buckets, a bound itself included`() throws {
        let timer = Timer(label: "t_seconds", dimensions: [("of", "x")], factory: registry)
        for nanoseconds in [-5, 0, 100_000, 100_001, 30_000_000_000, 30_000_000_001] as [Int64] {
            timer.recordNanoseconds(nanoseconds)
        }
        let samples = try PrometheusText(text).samples
        #expect(samples["t_seconds_bucket{of=\"x\",le=\"0.0001\"}"] == 3)
        #expect(samples["t_seconds_bucket{of=\"x\",le=\"0.00025\"}"] == 4)
        #expect(samples["t_seconds_bucket{of=\"x\",le=\"30\"}"] == 5)
        #expect(samples["t_seconds_bucket{of=\"x\",le=\"+Inf\"}"] == 6)
        #expect(samples["t_seconds_sum{of=\"x\"}"].map { abs($0 - 60.000200002) < 1e-9 } == true)
    }

    @Test func `names and values are what the form allows`() throws {
        Counter(label: "9 odd-name_total", dimensions: [("a b", "line\nquote\" back\\ }")], factory: registry)
            .increment()
        Recorder(label: "sizes", aggregate: true, factory: registry).record(4)
        let family = try #require(registry.families.first { $0.name == "_9_odd_name_total" })
        #expect(family.series.keys.first == #"{a_b="line\nquote\" back\\ }"}"#)
        #expect(text.contains("# TYPE sizes summary\nsizes_sum 4\nsizes_count 1\n"))
        #expect(MetricsText.number(.nan) == "NaN" && MetricsText.number(-.infinity) == "-Inf")
        #expect(MetricsText.number(1e300) == "1e+300" && MetricsText.number(-3) == "-3")
    }

    @Test func `a name has one kind, and series have a bound`() throws {
        let counter = Counter(label: "x", factory: registry)
        let gauge = Gauge(label: "x", dimensions: [("a", "b")], factory: registry)
        counter.increment()
        gauge.record(7)
        #expect(registry.families.first?.series.count == 1)
        for number in 0...MetricsRegistry.limit {
            Counter(label: "many_total", dimensions: [("n", "\(number)")], factory: registry).increment()
        }
        #expect(registry.families.reduce(0) { $0 + $1.series.count } == MetricsRegistry.limit)
    }
}
