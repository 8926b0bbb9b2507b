import CallControl
import CallModel

/// Options that this release knows and checks, and whose work a later one does. Somebody who set one is told at start.
enum AcceptedWithoutEffect {
    /// Each key, with whether a configuration sets it to something else than its default.
    private static let table: [(key: String, isSet: @Sendable (ServerConfiguration) -> Bool)] = []

    static var keys: [String] { table.map(\.key) }

    private static let standard = ServerConfiguration()

    /// In the order of the table, as they are named to people.
    static func keys(setIn configuration: ServerConfiguration) -> [String] {
        table.filter { $0.isSet(configuration) }.map(\.key)
    }
}
