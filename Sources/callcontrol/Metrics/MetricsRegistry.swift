import CallControl
import CoreMetrics
import EventLoops

/// The metrics of this process: a backend of swift-metrics that keeps them for Prometheus to read.
///
/// A metric that is made twice, by name and dimensions, is one. A name has one kind, that of its first metric; what is
/// made under it as another kind, and what is made beyond ``limit``, counts for nobody.
final class MetricsRegistry: MetricsFactory {
    /// Of series, all names together.
    static let limit = 10_000

    enum Instrument: Sendable {
        case counter(CountInstrument)
        case gauge(GaugeInstrument)
        case histogram(HistogramInstrument)
        case summary(SummaryInstrument)
    }

    /// The series of one name.
    struct Family: Sendable {
        var name: String
        /// By its dimensions, as the text form shows them.
        var series: [String: Instrument] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var count = 0
        var readers: [@Sendable () -> Void] = []
    }

    private let state = Locked<State>(State())

    /// Calls `measure` each time before the metrics are read, on whichever thread they are: for values of that moment.
    func beforeReading(_ measure: @escaping @Sendable () -> Void) {
        state.withLock { $0.readers.append(measure) }
    }

    /// In the order of their names.
    var families: [Family] {
        state.withLock { $0.readers }.forEach { $0() }
        return state.withLock { Array($0.families.values) }.sorted { $0.name < $1.name }
    }

    private func instrument(
        _ label: String, _ dimensions: [(String, String)], made: Instrument
    ) -> Instrument {
        let name = MetricsText.name(label)
        let key = MetricsText.dimensions(dimensions)
        return state.withLock { state in
            if let known = state.families[name]?.series[key] { return known }
            let kind = state.families[name]?.series.first?.value.kind ?? made.kind
            guard kind == made.kind, state.count < Self.limit else { return made }
            state.families[name, default: Family(name: name)].series[key] = made
            state.count += 1
            return made
        }
    }

    // MARK: - MetricsFactory

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let made = CountInstrument()
        guard case .counter(let known) = instrument(label, dimensions, made: .counter(made)) else { return made }
        return known
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return gauge(label, dimensions) }
        let made = SummaryInstrument()
        guard case .summary(let known) = instrument(label, dimensions, made: .summary(made)) else { return made }
        return known
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let made = HistogramInstrument()
        guard case .histogram(let known) = instrument(label, dimensions, made: .histogram(made)) else { return made }
        return known
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeInstrument {
        let made = GaugeInstrument()
        guard case .gauge(let known) = instrument(label, dimensions, made: .gauge(made)) else { return made }
        return known
    }

    // Series stay for as long as the process: what was counted is not forgotten.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}

extension MetricsRegistry.Instrument {
    /// As the text form names it.
    var kind: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        case .summary: "summary"
        }
    }
}
