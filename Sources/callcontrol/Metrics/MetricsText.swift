/// Metrics in Prometheus' text form, version 0.0.4.
enum MetricsText {
    static let type = "text/plain; version=0.0.4; charset=utf-8"

    static func text(of registry: MetricsRegistry) -> String {
        var text = ""
        for family in registry.families {
            guard let kind = family.series.first?.value.kind else { continue }
            if let help = ProgramMetrics.help(of: family.name) {
                text += "# HELP \(family.name) \(help.replacing("\\", with: "\\\\"))\n"
            }
            text += "# TYPE \(family.name) \(kind)\n"
            for (dimensions, instrument) in family.series.sorted(by: { $0.key < $1.key }) {
                write(instrument, family.name, dimensions, to: &text)
            }
        }
        return text
    }

    private static func write(
        _ instrument: MetricsRegistry.Instrument, _ name: String, _ dimensions: String, to text: inout String
    ) {
        switch instrument {
        case .counter(let counter): text += "\(name)\(dimensions) \(counter.value)\n"
        case .gauge(let gauge): text += "\(name)\(dimensions) \(number(gauge.value))\n"
        case .histogram(let histogram): write(histogram, name, dimensions, to: &text)
        case .summary(let summary):
            text += "\(name)_sum\(dimensions) \(number(summary.value.sum))\n"
            text += "\(name)_count\(dimensions) \(summary.value.count)\n"
        }
    }

    private static func write(
        _ histogram: HistogramInstrument, _ name: String, _ dimensions: String, to text: inout String
    ) {
        let bounds = HistogramInstrument.bounds.map(\.text) + ["+Inf"]
        let others = dimensions.isEmpty ? "" : "\(dimensions.dropFirst().dropLast()),"
        let sum = histogram.sumInSeconds
        var below: Int64 = 0
        for (bound, count) in zip(bounds, histogram.counts) {
            below += count
            text += "\(name)_bucket{\(others)le=\"\(bound)\"} \(below)\n"
        }
        text += "\(name)_sum\(dimensions) \(number(sum))\n"
        text += "\(name)_count\(dimensions) \(below)\n"
    }

    // MARK: - Words

    /// A name that Prometheus takes: letters, digits, underscores and colons, and no digit at first.
    static func name(_ label: String, colons: Bool = true) -> String {
        let bytes = label.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                byte
            case UInt8(ascii: ":") where colons: byte
            default: UInt8(ascii: "_")
            }
        }
        let name = String(decoding: bytes, as: UTF8.self)
        return name.first.map { !$0.isNumber } ?? false ? name : "_\(name)"
    }

    /// `{reason="shutdown"}`, in the order of the names; empty where there are none.
    static func dimensions(_ dimensions: [(String, String)]) -> String {
        guard !dimensions.isEmpty else { return "" }
        let pairs = dimensions.map { (name($0.0, colons: false), $0.1) }.sorted { $0.0 < $1.0 }
        return "{" + pairs.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value.rounded() == value && abs(value) < 1e15 ? String(Int64(value)) : value.description
    }
}
