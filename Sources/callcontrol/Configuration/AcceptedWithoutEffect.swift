import CallControl
import CallModel

/// Options that this release knows and checks, and whose work a later one does. Somebody who set one is told at start.
enum AcceptedWithoutEffect {
    /// Each key, with whether a configuration sets it to something else than its default.
    private static let table: [(key: String, isSet: @Sendable (ServerConfiguration) -> Bool)] = [
        ("switch.consult-user-data", { $0.switch.consultUserData != standard.switch.consultUserData }),
        ("switch.merged-user-data", { $0.switch.mergedUserData != standard.switch.mergedUserData }),
        ("switch.agents record", { $0.engine.agents.contains { $0.record != nil } }),
        ("recording.record-consult-calls", { $0.engine.recording.recordsConsultationCalls }),
        ("recording.record-after-merge", { $0.engine.recording.recordsAfterMerge }),
        ("recording.pause-limit", { $0.engine.recording.pauseLimit != 0 }),
        (
            "recording.pause-limit-action",
            { $0.engine.recording.pauseLimitAction != standard.engine.recording.pauseLimitAction }
        ),
    ]

    static var keys: [String] { table.map(\.key) }

    private static let standard = ServerConfiguration()

    /// In the order of the table, as they are named to people.
    static func keys(setIn configuration: ServerConfiguration) -> [String] {
        table.filter { $0.isSet(configuration) }.map(\.key)
    }
}
