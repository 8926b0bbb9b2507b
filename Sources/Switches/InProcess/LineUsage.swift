import CallControl
import CallModel
import Synchronization

/// The lines in use of each DN: what all shards must agree on at once, and so one atomic in the DN's shared entry,
/// taken before the call is made.
final class LineUsage: Sendable {
    private final class Lines: Sendable {
        let used = Atomic<Int>(0)
    }

    /// `nil`: a DN with as many lines as are wanted.
    private let places: [Lines?]
    private let limit: Int

    init(_ directory: Directory, limit: Int) {
        places = directory.entries.map { $0.type.isAgentDN ? Lines() : nil }
        self.limit = limit
    }

    /// `false`: busy.
    func take(_ index: Directory.Index) -> Bool {
        guard let lines = places[index.rawValue] else { return true }
        let before = lines.used.add(1, ordering: .relaxed).oldValue
        guard before < limit else {
            lines.used.subtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    func free(_ index: Directory.Index) {
        places[index.rawValue]?.used.subtract(1, ordering: .relaxed)
    }
}
