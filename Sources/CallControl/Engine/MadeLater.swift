import EventLoops

/// Stands for an object in what has to be made before it, and does not keep it alive.
package final class MadeLater<Object: AnyObject & Sendable>: Sendable {
    private struct Holder {
        weak var object: Object?
    }

    private let held = Locked<Holder>(Holder())

    package init() {}

    /// `nil` until it is made, and once it is gone.
    package var object: Object? { held.withLock { $0.object } }

    package func set(_ object: Object) {
        held.withLock { $0.object = object }
    }
}
