import Synchronization

/// One number of one shard, which only that shard changes: a load and a store, no lock and no allocation. May be read on
/// any thread.
package final class ShardCounter: Sendable {
    package let declaration: MetricDeclaration
    /// What tells this one from others of its name, such as `reason` and `shutdown`.
    package let dimensions: [(String, String)]
    private let number = Atomic<Int>(0)

    /// - Parameter value: of the metric's label, where it has one.
    init(_ declaration: MetricDeclaration, _ value: String? = nil) {
        self.declaration = declaration
        dimensions = declaration.dimensions(value)
    }

    package var name: String { declaration.name }

    /// Whatever the shard writes, it alone writes: so this needs no atomic addition.
    @inline(__always)
    package func add(_ count: Int = 1) {
        number.store(number.load(ordering: .relaxed) &+ count, ordering: .relaxed)
    }

    package var value: Int { number.load(ordering: .relaxed) }
}

/// The greatest of what one shard has seen, until somebody takes it.
package final class PeakGauge: Sendable {
    private let number = Atomic<Int>(0)

    @inline(__always)
    package func raise(to value: Int) {
        guard value > number.load(ordering: .relaxed) else { return }
        number.store(value, ordering: .relaxed)
    }

    /// What it is now, whatever it was.
    package func set(_ value: Int) {
        number.store(value, ordering: .relaxed)
    }

    package var value: Int { number.load(ordering: .relaxed) }

    /// What has been seen since it was taken last. May be called on any thread; what is seen at that very moment may be
    /// missed.
    package func take() -> Int { number.exchange(0, ordering: .relaxed) }
}
