/// Prometheus' text form 0.0.4, read strictly: anything that it does not say is thrown.
struct PrometheusText {
    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    struct Family {
        var kind: String
        var help: String?
        /// By the whole series, such as `a_total{reason="b"}`.
        var samples: [(series: String, value: Double)] = []
    }

    private(set) var families: [String: Family] = [:]
    private var open: String?
    private var series: Set<String> = []

    var samples: [String: Double] {
        Dictionary(uniqueKeysWithValues: families.values.flatMap(\.samples).map { ($0.series, $0.value) })
    }

    init(_ text: String) throws {
        guard text.hasSuffix("\n") || text.isEmpty else { throw Fault(description: "the last line does not end") }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() { try read(line) }
        for (name, family) in families where family.kind == "histogram" { try check(name, family) }
    }

    private mutating func read(_ line: Substring) throws {
        if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)/) {
            try begin(String(match.1))
            families[String(match.1)]?.help = String(match.2)
        } else if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary)/)
        {
            let name = String(match.1)
            if open != name { try begin(name) }
            guard families[name]?.kind.isEmpty == true else { throw Fault(description: "two types: \(line)") }
            families[name]?.kind = String(match.2)
        } else {
            try readSample(line)
        }
    }

    private mutating func begin(_ name: String) throws {
        guard families[name] == nil else { throw Fault(description: "\(name) is not in one piece") }
        families[name] = Family(kind: "")
        open = name
    }

    private mutating func readSample(_ line: Substring) throws {
        let pair = /[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"/
        let sample = /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^}]*\})? ([^ ]+)/
        guard let match = line.wholeMatch(of: sample), let open, let kind = families[open]?.kind, !kind.isEmpty else {
            throw Fault(description: "no sample of a family: \(line)")
        }
        let suffixes: [String] =
            switch kind {
            case "histogram": ["_bucket", "_sum", "_count"]
            case "summary": ["_sum", "_count"]
            default: [""]
            }
        guard suffixes.contains(where: { open + $0 == match.1 }) else { throw Fault(description: "strange: \(line)") }
        if kind == "counter", !open.hasSuffix("_total") {
            throw Fault(description: "a counter ends in _total: \(line)")
        }
        if let dimensions = match.2?.dropFirst().dropLast() {
            var rest = dimensions
            repeat {
                guard let found = rest.prefixMatch(of: pair) else { throw Fault(description: "no label: \(line)") }
                rest = rest[found.range.upperBound...]
                if rest.hasPrefix(",") { rest = rest.dropFirst() } else if !rest.isEmpty { rest = "" + rest; break }
            } while !rest.isEmpty
            guard rest.isEmpty else { throw Fault(description: "no labels: \(line)") }
        }
        guard let value = Self.number(match.3), value >= 0 || kind == "gauge" else {
            throw Fault(description: "no value: \(line)")
        }
        let name = "\(match.1)\(match.2 ?? "")"
        guard series.insert(name).inserted else { throw Fault(description: "twice: \(name)") }
        families[open]?.samples.append((name, value))
    }

    private static func number(_ text: Substring) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: text.contains(where: \.isLetter) && !text.contains("e") ? nil : Double(text)
        }
    }

    /// Buckets rise in bound and in count, and the last one has all. Of a histogram without other labels, or with one set.
    private func check(_ name: String, _ family: Family) throws {
        let buckets = family.samples.filter { $0.series.hasPrefix("\(name)_bucket") }
        let bounds = buckets.compactMap { bucket in
            bucket.series.firstMatch(of: /le="([^"]+)"/).flatMap { Self.number($0.1) }
        }
        let counts = buckets.map(\.value)
        let count = family.samples.first { $0.series.hasPrefix("\(name)_count") }?.value
        guard bounds.count == counts.count, bounds == bounds.sorted(), Set(bounds).count == bounds.count,
            bounds.last == .infinity, counts == counts.sorted(), counts.last == count,
            family.samples.contains(where: { $0.series.hasPrefix("\(name)_sum") })
        else { throw Fault(description: "\(name) is no histogram") }
    }
}
