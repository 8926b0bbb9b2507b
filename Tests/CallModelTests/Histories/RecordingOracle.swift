import TLibrary

@testable import CallModel

/// Watches a call from outside: what was sent to the media servers and what they said is all that it knows, and from
/// that alone it tells what every recording does.
final class RecordingOracle {
    /// A command that a recording waits for.
    private struct Pending {
        var command: MediaCommand
        var sendings: Int
    }

    private struct Recording {
        var state = RecordingState.off
        var server = 0
        var pending: Pending?
        /// How often it was told to stop.
        var stops = 0
    }

    private let tries: Int
    private var recordings: [RecordingID: Recording] = [:]
    private var accepted: [ReferenceID: Int] = [:]
    /// Of requests that may be asked again, the one that was accepted last; and those that were asked again since.
    private var latest: [IdempotencyKey: ReferenceID] = [:]
    private var handedOver: Set<ReferenceID> = []
    /// How often each request was answered first: by EventACK, EventError, or the event that it asks for.
    private var answers: [ReferenceID: Int] = [:]
    private var files: Set<String> = []
    private var hasChanged = false
    private(set) var faults: [String] = []
    private(set) var changes = 0

    init(tries: Int) {
        self.tries = tries
    }

    /// What every recording that was sent does.
    var states: [RecordingID: RecordingState] { recordings.mapValues(\.state) }

    var aggregate: RecordingState {
        let states = recordings.values.map(\.state)
        return states.contains(.on) ? .on : states.contains(.paused) ? .paused : .off
    }

    func see(_ input: CallInput, _ outcome: CallOutcome, _ facts: CallInfo) {
        hear(input)
        count(input, outcome)
        for command in outcome.media { hear(command) }
        check(input, outcome)
        for event in outcome.changes { check(event) }
        let lamp = facts.userData.first("GSIP_RECORD")?.text
        if lamp != (hasChanged ? word(aggregate) : nil) { fault("shows \(lamp ?? "nothing"), \(aggregate) is true") }
    }

    private func count(_ input: CallInput, _ outcome: CallOutcome) {
        if let (request, _) = input.asked { answers[request.reference, default: 0] += 0 }
        for asker in outcome.again.map(\.asker) { answers[asker.reference, default: 0] += 1 }
        if let reference = outcome.reply?.asker.reference { answers[reference, default: 0] += 1 }
        for event in outcome.events where event.isAnswer {
            if let reference = event.asker?.reference { answers[reference, default: 0] += 1 }
        }
    }

    /// Every request has had its one answer, and every accepted one its one outcome.
    func checkEnd() {
        for (reference, count) in answers where count != 1 { fault("\(reference) was answered \(count) times") }
        for (reference, outcomes) in accepted where outcomes != 1 && !(handedOver.contains(reference) && outcomes == 0)
        {
            fault("\(reference) has \(outcomes) outcomes")
        }
    }

    func fault(_ sentence: String) {
        faults.append(sentence)
    }

    private func word(_ state: RecordingState) -> String {
        switch state {
        case .on: "On"
        case .paused: "Paused"
        case .off: "Off"
        }
    }

    // MARK: - What is asked and told

    private func check(_ input: CallInput, _ outcome: CallOutcome) {
        if outcome.accepted != nil, let asker = outcome.reply?.asker { accept(asker) }
        for case .reply(let reply) in outcome.again {
            guard case .accepted = reply.content else { continue }
            if let latest = reply.asker.repeatable.flatMap({ latest[$0] }) { handedOver.insert(latest) }
            accept(reply.asker)
        }
        for result in outcome.results {
            if handedOver.contains(result.asker.reference) { fault("\(result.asker.reference) was not asked last") }
            guard let count = accepted[result.asker.reference] else {
                fault("\(result.asker.reference) was not accepted and has an outcome")
                continue
            }
            accepted[result.asker.reference] = count + 1
            for entry in result.entries
            where entry.result == .done && recordings[entry.id] == nil && entry.state != .off {
                fault("\(entry.id) is \(entry.state) and was never sent")
            }
        }
    }

    private func accept(_ asker: RequestContext) {
        accepted[asker.reference] = 0
        if let repeatable = asker.repeatable { latest[repeatable] = asker.reference }
    }

    private func check(_ change: CallEvent) {
        hasChanged = true
        changes += 1
        guard let notice = change.recording else { return }
        let state = recordings[notice.id]?.state ?? .off
        if notice.state != state { fault("\(notice.id) is told \(notice.state) and is \(state)") }
        let lamp = change.facts.userData.first("GSIP_RECORD")?.text
        if lamp != word(aggregate) { fault("a change shows \(lamp ?? "nothing") where \(aggregate) is true") }
        if state != .off, change.facts.userData.first("GSIP_REC_FN") == nil { fault("\(notice.id) has no file") }
    }

    // MARK: - Media servers

    private func hear(_ command: MediaCommand) {
        var recording = recordings[command.recording] ?? Recording()
        defer { recordings[command.recording] = recording }
        if recording.pending?.command.id == command.id {
            recording.pending?.sendings += 1
            if command.verb == .stop { recording.stops += 1 }
            return
        }
        if command.verb == .stop, recording.state == .off || recording.server != command.server {
            // A start that was given up: nobody waits for it any more.
            if recording.pending?.command.server == command.server { recording.pending = nil }
            return
        }
        if let pending = recording.pending {
            fault("\(command.recording) is told \(command.summary) while \(pending.command.summary) is under way")
        }
        recording.pending = Pending(command: command, sendings: 1)
        recording.server = command.server
        if command.verb == .stop { recording.stops += 1 }
    }

    private func hear(_ input: CallInput) {
        switch input {
        case .media(let report): hear(report)
        case .deadline(.command(let id, of: _)):
            for (key, recording) in recordings where recording.pending?.command.id == id {
                let sendings = recording.stops > 0 ? recording.stops : recording.pending?.sendings ?? 0
                if sendings >= tries { giveUp(key) }
            }
        case .request, .repeatable, .consultation, .answered, .replay, .switching, .letter, .agent, .deadline,
            .shutdown:
            break
        }
    }

    private func hear(_ report: MediaReport) {
        guard var recording = recordings[report.recording] else { return }
        switch report.event {
        case .started(let id, let file, _, _):
            guard let pending = recording.pending?.command, pending.id == id, pending.server == report.server,
                let order = pending.order
            else { return }
            if !files.insert(file).inserted { fault("\(file) has been recorded to before") }
            recording.state = order.startsPaused ? .paused : .on
            recording.pending = nil
        case .confirmed(let id), .resumed(let id, _, _):
            guard let pending = recording.pending?.command, pending.id == id, pending.server == report.server else {
                return
            }
            recording.pending = nil
            switch pending.verb {
            case .start: return
            case .pause: recording.state = .paused
            case .resume: recording.state = .on
            case .stop: recording.state = .off
            }
        case .refused(let id, _):
            guard recording.pending?.command.id == id, recording.server == report.server else { return }
            return giveUp(report.recording)
        case .ended, .lost:
            guard recording.server == report.server else { return }
            recording.state = .off
            recording.pending = nil
        case .audio, .evidence, .source, .undecoded: return
        }
        recordings[report.recording] = recording
    }

    /// The command under way has failed. A stop that fails for the last time leaves the recording off for good.
    private func giveUp(_ id: RecordingID) {
        if recordings[id]?.pending?.command.verb == .stop, recordings[id]?.stops ?? 0 >= tries {
            recordings[id]?.state = .off
        }
        recordings[id]?.pending = nil
    }
}

extension ReplayedResponse {
    fileprivate var asker: RequestContext {
        switch self {
        case .reply(let reply): reply.asker
        case .event(let event):
            event.asker ?? { preconditionFailure("An event that is told again has an asker.") }()
        }
    }
}
