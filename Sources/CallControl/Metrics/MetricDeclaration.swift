package import CoreMetrics
import EventLoops

/// A metric, as it is declared beside the code that counts it. The help of `/metrics` and the tables of the articles are
/// made from declarations.
package struct MetricDeclaration: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// What tells the series of one metric apart.
    package struct Label: Sendable, Equatable {
        package let name: String
        /// All values that there are; empty: they are numbers.
        package let values: [String]
    }

    /// Such as `callcontrol_sessions_opened_total`.
    package let name: String
    package let kind: Kind
    /// Such as `sessions`.
    package let unit: String
    package let label: Label?
    /// A noun phrase.
    package let help: String

    private init(_ kind: Kind, _ name: String, _ unit: String, _ label: Label?, _ help: String) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.label = label
        self.help = help
    }

    /// What only grows.
    package static func counter(_ name: String, of unit: String, _ help: String) -> MetricDeclaration {
        MetricDeclaration(.counter, name, unit, nil, help)
    }

    package static func counter(
        _ name: String, of unit: String, by label: String, _ values: [String], _ help: String
    ) -> MetricDeclaration {
        MetricDeclaration(.counter, name, unit, Label(name: label, values: values), help)
    }

    /// What goes up and down.
    package static func gauge(_ name: String, of unit: String, _ help: String) -> MetricDeclaration {
        MetricDeclaration(.gauge, name, unit, nil, help)
    }

    package static func gauge(
        _ name: String, of unit: String, by label: String, _ values: [String], _ help: String
    ) -> MetricDeclaration {
        MetricDeclaration(.gauge, name, unit, Label(name: label, values: values), help)
    }

    /// Durations, sorted into buckets.
    package static func histogram(_ name: String, _ help: String) -> MetricDeclaration {
        MetricDeclaration(.histogram, name, "seconds", nil, help)
    }

    /// The dimensions of the series with that value of the label.
    package func dimensions(_ value: String?) -> [(String, String)] {
        guard let label, let value else { return [] }
        return [(label.name, value)]
    }
}

/// Metrics of one part of the program: made with a backend, and their declarations kept.
package struct MetricSet {
    private let factory: any MetricsFactory
    /// Of those that were made, in that order.
    package private(set) var declarations: [MetricDeclaration] = []

    package init(_ factory: any MetricsFactory) {
        self.factory = factory
    }

    package mutating func counter(_ name: String, of unit: String, _ help: String) -> Counter {
        declarations.append(.counter(name, of: unit, help))
        return Counter(label: name, factory: factory)
    }

    package mutating func counter(_ declaration: MetricDeclaration) -> Counter {
        declarations.append(declaration)
        return Counter(label: declaration.name, factory: factory)
    }

    /// A counter for each case.
    package mutating func counters<Key: RawRepresentable<String> & CaseIterable & Hashable>(
        _ name: String, of unit: String, by label: String, _ keys: Key.Type, _ help: String
    ) -> [Key: Counter] {
        let declaration = MetricDeclaration.counter(name, of: unit, by: label, keys.allCases.map(\.rawValue), help)
        declarations.append(declaration)
        let counters = keys.allCases.map { key in
            let dimensions = declaration.dimensions(key.rawValue)
            return (key, Counter(label: name, dimensions: dimensions, factory: factory))
        }
        return Dictionary(uniqueKeysWithValues: counters)
    }

    package mutating func gauge(_ name: String, of unit: String, _ help: String) -> Gauge {
        declarations.append(.gauge(name, of: unit, help))
        return Gauge(label: name, factory: factory)
    }

    /// A gauge for each number from 0.
    package mutating func gauges(
        _ count: Int, _ name: String, of unit: String, by label: String, _ help: String
    ) -> [Gauge] {
        let declaration = MetricDeclaration.gauge(name, of: unit, by: label, [], help)
        declarations.append(declaration)
        return (0..<count).map { Gauge(label: name, dimensions: declaration.dimensions("\($0)"), factory: factory) }
    }

    package mutating func timer(_ name: String, _ help: String) -> CoreMetrics.Timer {
        declarations.append(.histogram(name, help))
        return CoreMetrics.Timer(label: name, factory: factory)
    }

    /// Adds declarations of metrics that were made elsewhere, each name once.
    package mutating func declare(_ others: [MetricDeclaration]) {
        for other in others where !declarations.contains(where: { $0.name == other.name }) {
            declarations.append(other)
        }
    }
}
