import CallControlTesting
import CallModel
import TLibrary

/// What the recordings of a call really were, one change after the other: what the media servers confirmed in time.
struct Truth {
    struct Change {
        var recording: String
        var state: MediaLog.State
        var time: Duration
        /// Of a confirmed start.
        var file: String?
    }

    private(set) var changes: [Change] = []
    /// Recordings that were told to stop as often as the engine does, and never confirmed it: given up.
    private(set) var givenUp: Set<String> = []

    init(_ changes: [Change]) {
        self.changes = changes
    }

    /// `timeout`: how long the engine waits for the answer to one sending of a command.
    init(of connection: ConnectionID, from servers: [ScriptedMediaServer], timeout: Duration) {
        var states: [String: (server: Int, state: MediaLog.State)] = [:]
        let entries = servers.flatMap { $0.log.entries(of: connection) }.sorted { $0.place < $1.place }
        for entry in entries {
            guard let state = entry.state, !entry.isRepeated else { continue }
            if let asked = entry.asked, entry.time - asked > timeout { continue }
            if state != .off, Self.isOvertaken(entry, in: servers) { continue }
            let (recording, server) = (entry.report.recording.text, entry.report.server)
            let known = states[recording]
            var file: String?
            if case .started(_, let name, _) = entry.report.event {
                guard known?.state ?? .off == .off else { continue }
                file = name
            } else {
                guard let known, known.server == server, known.state != state else { continue }
            }
            states[recording] = (server, state)
            changes.append(Change(recording: recording, state: state, time: entry.time, file: file))
        }
        let stops = servers.flatMap(\.log.sendings).filter {
            $0.command.connection == connection && $0.command.verb == .stop
        }
        for (recording, known) in states where known.state != .off {
            let asked = stops.count { $0.command.recording.text == recording && $0.command.server == known.server }
            if asked >= RecordingOptions().tries { givenUp.insert(recording) }
        }
    }

    /// Whether the recording was told to stop there before this answer came: nobody waits for it any more.
    private static func isOvertaken(_ entry: MediaLog.Entry, in servers: [ScriptedMediaServer]) -> Bool {
        guard let asked = entry.asked else { return false }
        let report = entry.report
        return servers.flatMap(\.log.sendings).contains { sending in
            sending.command.connection == report.connection && sending.command.recording == report.recording
                && sending.command.server == report.server && sending.command.verb == .stop
                && asked <= sending.time && sending.place < entry.place
        }
    }
}

/// What a lamp shows: On if any recording is on, else Paused if any is paused, else Off (Recording contract, "The
/// indication").
struct Lamp {
    private var states: [String: String] = [:]
    private var warnings: [String: String] = [:]

    mutating func set(_ recording: String, _ state: String) {
        states[recording] = state
    }

    /// Whether that is another warning than before, or its end.
    mutating func setWarning(_ recording: String, _ warning: String?) -> Bool {
        defer { warnings[recording] = warning }
        return warnings[recording] != warning
    }

    func state(of recording: String) -> String {
        states[recording] ?? "off"
    }

    var shown: String {
        if states.values.contains("on") { return "On" }
        return states.values.contains("paused") ? "Paused" : "Off"
    }
}
