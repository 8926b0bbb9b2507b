import CallControlTesting
import CallModel
import TLibrary

/// What the recordings of a call really were, one change after the other: what the media servers confirmed in time.
struct Oracle {
    struct Change {
        var recording: String
        var state: MediaLog.State
        var time: Duration
        /// The call by which its media server knows it.
        var origin = ConnectionID.none
        /// Where it stands among all that media servers have told.
        var place = 0
        /// Of a confirmed start.
        var file: String?
        /// Nobody confirmed it: the recording was told to stop as often as the engine does, and counts as lost.
        var isGivenUp = false
        /// Nothing has changed in it: it came into the call with another one that has become part of it.
        var hasCome = false

        /// Whether it may be told after the other, of the same moment. What is said of one call's recordings comes to one
        /// shard in its order; what is said of another call's may take longer, and a deadline comes when it is looked at.
        func mayFollow(_ other: Change) -> Bool {
            isGivenUp || other.isGivenUp || hasCome || other.hasCome || origin != other.origin
        }
    }

    private(set) var changes: [Change] = []

    /// Times are those that events tell: whole microseconds.
    init(_ changes: [Change]) {
        self.changes = changes.map { change in
            var change = change
            let rest = change.time.components.attoseconds % 1_000_000_000_000
            change.time -= Duration(secondsComponent: 0, attosecondsComponent: rest)
            return change
        }
    }
}

/// Reads the truth about one call from what its media servers were asked and told.
private struct TruthReader {
    let origin: ConnectionID
    /// A recording that is not off.
    private struct Live {
        var server: Int
        var state: MediaLog.State
        var stops = 0
        /// When the last of the stops counts as not answered; of those for the same moment, which was sent first.
        var deadline: (time: Duration, place: Int)?
    }

    let options: RecordingOptions
    private(set) var changes: [Oracle.Change] = []
    private var live: [String: Live] = [:]
    /// Every command so far, in the order of its first sending.
    private var commands: [MediaCommand] = []
    private var deadlines = 0
    private var place = 0

    init(of origin: ConnectionID, _ options: RecordingOptions) {
        self.origin = origin
        self.options = options
    }

    mutating func read(_ sending: MediaLog.Sending) {
        giveUp(until: sending.time)
        let recording = sending.command.recording.text
        if !commands.contains(sending.command) { commands.append(sending.command) }
        guard sending.command.verb == .stop, live[recording]?.server == sending.command.server else { return }
        live[recording]?.stops += 1
        guard live[recording]?.stops == options.tries else { return }
        deadlines += 1
        live[recording]?.deadline = (sending.time + options.timeout, deadlines)
    }

    mutating func read(_ entry: MediaLog.Entry) {
        giveUp(until: entry.time)
        place = entry.place
        let (recording, server) = (entry.report.recording.text, entry.report.server)
        let isLate = entry.asked.map { entry.time - $0 > options.timeout } ?? false
        switch entry.report.event {
        case .refused:
            guard let known = live[recording], known.server == server, known.deadline != nil else { return }
            setOff(recording, at: entry.time, isGivenUp: true)
        case .started(let id, let file, _, _):
            guard let state = entry.state, !isLate, live[recording] == nil else { return }
            guard !isGivenUp(id, entry.report) else { return }
            live[recording] = Live(server: server, state: state)
            add(Oracle.Change(recording: recording, state: state, time: entry.time, file: file))
        case .confirmed, .resumed, .ended, .lost:
            guard let state = entry.state, !isLate, let known = live[recording] else { return }
            guard known.server == server, known.state != state else { return }
            if state == .off { return setOff(recording, at: entry.time) }
            live[recording]?.state = state
            add(Oracle.Change(recording: recording, state: state, time: entry.time))
        case .audio, .evidence, .source, .undecoded: break
        }
    }

    /// Whether the engine has sent a stop after that start: it does not wait for its answer any more.
    private func isGivenUp(_ start: MediaCommand.ID, _ report: MediaReport) -> Bool {
        guard let sent = commands.firstIndex(where: { $0.id == start }) else { return false }
        return commands[sent...].contains {
            $0.recording == report.recording && $0.server == report.server && $0.verb == .stop
        }
    }

    mutating func giveUp(until time: Duration?) {
        let late = live.compactMap { recording, known in known.deadline.map { (recording, $0) } }
        for (recording, deadline) in late.sorted(by: { $0.1 < $1.1 }) where time.map({ deadline.time < $0 }) ?? true {
            setOff(recording, at: deadline.time, isGivenUp: true)
        }
    }

    private mutating func setOff(_ recording: String, at time: Duration, isGivenUp: Bool = false) {
        live[recording] = nil
        add(Oracle.Change(recording: recording, state: .off, time: time, isGivenUp: isGivenUp))
    }

    private mutating func add(_ change: Oracle.Change) {
        var change = change
        change.origin = origin
        change.place = place
        changes.append(change)
    }
}

extension Oracle {
    init(of connection: ConnectionID, from servers: [ScriptedMediaServer], options: RecordingOptions) {
        let sendings = servers.flatMap(\.log.sendings).filter { $0.command.connection == connection }
        let entries = servers.flatMap { $0.log.entries(of: connection) }
        var reader = TruthReader(of: connection, options)
        var sending = sendings.sorted { $0.place < $1.place }[...]
        var entry = entries.sorted { $0.place < $1.place }[...]
        while let next = sending.first?.place ?? entry.first?.place {
            // What is told in a turn comes before what is asked in the next one.
            if let told = entry.first, told.place <= next {
                reader.read(told)
                entry.removeFirst()
            } else if let asked = sending.popFirst() {
                reader.read(asked)
            }
        }
        reader.giveUp(until: nil)
        self.init(reader.changes)
    }

    /// The recordings that came into the call, from their coming on, and without those that went out of it.
    init(
        of connection: ConnectionID, from servers: [ScriptedMediaServer], options: RecordingOptions,
        carriages: [Carriage]
    ) {
        let own = Oracle(of: connection, from: servers, options: options)
        var changes = own.changes
        for carriage in carriages {
            let name = carriage.recording
            if carriage.to == connection {
                let theirs = Oracle(of: carriage.origin, from: servers, options: options).changes
                    .filter { $0.recording == name }
                if let state = theirs.last(where: { $0.time <= carriage.time })?.state {
                    changes.append(
                        Change(recording: name, state: state, time: carriage.time, place: .max, hasCome: true))
                }
                changes += theirs.filter { $0.time > carriage.time }
            }
        }
        for carriage in carriages where carriage.from == connection {
            changes.removeAll { $0.recording == carriage.recording && $0.time > carriage.time }
        }
        let ordered = changes.enumerated().sorted {
            ($0.element.time, $0.element.place, $0.offset) < ($1.element.time, $1.element.place, $1.offset)
        }
        self.init(ordered.map(\.element))
    }
}

/// What a lamp shows: On if any recording is on, else Paused if any is paused, else Off (Recording contract, "The
/// indication").
struct RecordingIndicator {
    private var states: [String: String] = [:]
    private var warnings: [String: String?] = [:]

    mutating func set(_ recording: String, _ state: String) {
        states[recording] = state
    }

    /// Whether that is another warning than before, or its end; or may be, where nobody knows what was before.
    mutating func setWarning(_ recording: String, _ warning: String?) -> Bool {
        defer { warnings[recording] = .some(warning) }
        guard let before = warnings[recording] else { return true }
        return before != warning
    }

    func state(of recording: String) -> String {
        states[recording] ?? "off"
    }

    var shown: String {
        if states.values.contains("on") { return "On" }
        return states.values.contains("paused") ? "Paused" : "Off"
    }
}
