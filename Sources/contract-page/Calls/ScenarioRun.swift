import CallControl
import CallControlTesting
import CallModel
import TLibrary

/// A walkthrough, carried out: with no recording, or with one of that party.
struct ScenarioRun {
    struct Step {
        let line: String
        let rows: [EventRow]
    }

    struct Differs: Error, CustomStringConvertible {
        let description: String
    }

    let acts: [Step]
    private let before: RecordingStanding?
    private let after: RecordingStanding?

    /// How a recording stands.
    private enum RecordingStanding: Equatable {
        case armed, captured
        case over(cause: String, hasBegun: Bool)
    }

    private let isCarried: Bool

    init(
        _ walkthrough: Scenario, recording anchor: Scenario.Anchor? = nil, mergesRecordings: Bool = false
    ) throws {
        let stage = try ScenarioEngine(walkthrough, mergesRecordings: mergesRecordings)
        for ask in walkthrough.before { _ = stage.ask(ask) }
        if let anchor {
            _ = stage.ask(.record(PrivateMessages().start, anchor.dn, in: anchor.call))
        }
        before = anchor.map { _ in Self.standing(on: stage) }
        stage.follow(walkthrough.media)
        var acts = walkthrough.acts.map { ask in
            let (line, rows) = stage.ask(ask)
            return Step(line: line, rows: rows)
        }
        if let later = walkthrough.later { acts.append(Step(line: later.caption, rows: stage.wait(later.time))) }
        self.acts = acts
        after = anchor.map { _ in Self.standing(on: stage) }
        isCarried = stage.shelf.carried > 0
    }

    private static func standing(on stage: ScenarioEngine) -> RecordingStanding {
        if let record = stage.shelf.records.last {
            return .over(cause: record.endCause.rawValue, hasBegun: record.ending != .neverBegan)
        }
        return stage.media.live.isEmpty ? .armed : .captured
    }

    // MARK: - What became of the recording

    var fate: String {
        let outcomes = acts.flatMap(\.rows).filter { $0.event == MessageNumber.eventPrivateInfo.name }
        return ([course] + outcomes.map { "its START: \($0.more)" }).joined(separator: "; ")
    }

    private var course: String {
        switch (before, after) {
        case (.captured, .captured): isCarried ? "continues in main" : "continues"
        case (.captured, .over(let cause, _)): "stops, cause `\(cause)`"
        case (.armed, .armed): isCarried ? "stays armed, in main" : "stays armed"
        case (.armed, .captured): isCarried ? "begins, in main" : "begins"
        case (.armed, .over(_, hasBegun: false)): "is dropped"
        case (.armed, .over(let cause, hasBegun: true)): "begins, and stops, cause `\(cause)`"
        case (.captured, .armed), (.over, _), (nil, _), (_, nil): "none"
        }
    }

    /// What the events show that no recording has made, call by call; values one after another where they change.
    var lamps: String {
        var calls: [(name: String, lamps: [String])] = []
        for row in events {
            let lamp = row.lamp.isEmpty ? "none" : row.lamp
            if let place = calls.firstIndex(where: { $0.name == row.call }) {
                if calls[place].lamps.last != lamp { calls[place].lamps.append(lamp) }
            } else {
                calls.append((row.call, [lamp]))
            }
        }
        let texts = calls.map { call in (call.name, call.lamps.joined(separator: ", then ")) }
        guard Set(texts.map(\.1)).count > 1 else { return texts.first?.1 ?? "" }
        return texts.map { "\($0.0): \($0.1)" }.joined(separator: "; ")
    }

    /// Who is told of which change.
    var changes: String {
        var changes: [(change: RecordingChangeRow, lamp: String, dns: [String])] = []
        for row in acts.flatMap(\.rows) {
            guard let change = row.recording else { continue }
            let dn = String(row.dn.prefix { $0 != " " })
            if let last = changes.indices.last, changes[last].change == change, !changes[last].dns.contains(dn) {
                changes[last].dns.append(dn)
            } else {
                changes.append((change, row.lamp, [dn]))
            }
        }
        guard !changes.isEmpty else {
            if case .over(_, hasBegun: true) = after { return "none: no party is left in its call" }
            return "none"
        }
        return changes.map { change, lamp, dns in
            "\(change.state), `\(change.cause)`\(change.reason.map { ", reason `\($0)`" } ?? ""), to "
                + dns.joined(separator: ", ") + ": GSIP_RECORD \(lamp)"
        }.joined(separator: "; ")
    }

    /// The events that no recording has made.
    private var events: [EventRow] {
        acts.flatMap(\.rows).filter { $0.recording == nil && $0.event != MessageNumber.eventPrivateInfo.name }
    }

    /// A recording changes nothing in how the call moves.
    func check(against plain: ScenarioRun, of walkthrough: Scenario) throws {
        guard events.map(\.withoutLamp) == plain.events.map(\.withoutLamp) else {
            throw Differs(description: "\(walkthrough.title): the events differ with a recording.")
        }
    }
}
