import TLibrary

@testable import CallModel

/// Watches how long recordings stay paused, by what the records are told: one that is past its limit is warned of, or
/// something else is asked of it by then.
struct PauseOracle {
    private struct Pause {
        var state = RecordingState.off
        var desired = RecordingState.on
        /// When the pause was first confirmed.
        var since: Duration?
        /// `max-pause` of the PAUSE that was accepted last, and when it ends.
        var asked: Duration?
        var askedEnd: Duration?
        /// Whether that PAUSE is still what is wished.
        var askedHolds = false
        /// The limit is that of the pause in which it began or came, which may end sooner than one of its own. It holds
        /// until the recording is on.
        var isCovered = false
        var isWarned = false
        /// A command is under way: its answer decides what is next.
        var isWaiting = false

        /// The pause goes on under the PAUSE that was accepted last.
        mutating func count(at now: Duration) {
            if let asked { askedEnd = now + asked }
            asked = nil
        }
    }

    let option: Duration?
    let action: RecordingOptions.PauseLimitAction
    private var pauses: [RecordingID: Pause] = [:]
    /// How often a limit did something.
    private(set) var reached = 0
    private(set) var faults: [String] = []

    init(option: Duration?, action: RecordingOptions.PauseLimitAction) {
        self.option = option
        self.action = action
    }

    mutating func see(_ outcome: CallOutcome, at now: Duration) {
        for transition in outcome.transitions { follow(transition, at: now) }
        for (id, pause) in pauses { check(id, pause, at: now) }
    }

    private mutating func follow(_ transition: RecordingTransition, at now: Duration) {
        var pause = pauses[transition.recording] ?? Pause()
        switch transition.event {
        case .wished(let wish):
            pause.desired = wish.target
            pause.askedHolds = wish.target == .paused
            if wish.target == .paused {
                if wish.cause == .configuration { pause.isCovered = true }
                // A PAUSE behind a RESUME brings its own `max-pause`; that of the one before it counts no more.
                pause.asked = wish.asker?.longestPause
                pause.askedEnd = nil
            }
            guard wish.cause == .limit else { break }
            reached += 1
            if action == .warn { faults.append("\(transition.recording): the limit only warns") }
        case .changed(let change): follow(change, of: transition.recording, &pause, at: now)
        case .sent: pause.isWaiting = true
        case .answered(let answer):
            pause.isWaiting = false
            if answer.word.isFailure, pause.state == .paused, pause.desired == .paused { pause.count(at: now) }
        case .began, .evidence, .carried, .over: break
        }
        pauses[transition.recording] = transition.event.isOver ? nil : pause
    }

    private mutating func follow(
        _ change: RecordingTransition.Change, of id: RecordingID, _ pause: inout Pause, at now: Duration
    ) {
        if change.state == .paused, pause.state != .paused {
            pause.since = pause.since ?? now
            pause.count(at: now)
        } else if change.state == .on {
            pause.since = nil
            pause.askedEnd = nil
            pause.isCovered = false
        }
        pause.state = change.state
        pause.isWarned = change.warning == .pauseLimit
        guard pause.isWarned else { return }
        reached += 1
        if change.state != .paused { faults.append("\(id): a limit is warned of that is \(change.state)") }
        if !pause.isCovered, !ends(of: pause).contains(where: { $0 <= now }) {
            faults.append("\(id): warned too early")
        }
    }

    private func ends(of pause: Pause) -> [Duration] {
        [pause.askedEnd, option.flatMap { option in pause.since.map { $0 + option } }].compactMap(\.self)
    }

    private mutating func check(_ id: RecordingID, _ pause: Pause, at now: Duration) {
        var pause = pause
        if !pause.askedHolds { pause.askedEnd = nil }
        guard pause.state == .paused, !pause.isWarned, ends(of: pause).contains(where: { $0 < now }) else { return }
        // What ends the pause is asked for, and the answer is on its way.
        guard pause.desired == .paused, !pause.isWaiting else { return }
        faults.append("\(id): is past its limit at \(now), and nobody is told")
    }
}

extension RecordingTransition.Event {
    fileprivate var isOver: Bool {
        if case .over = self { true } else { false }
    }
}

extension RecordingTransition.Answer.Word {
    /// Of a command: nothing has changed by it.
    fileprivate var isFailure: Bool {
        switch self {
        case .refused, .notProved, .unanswered: true
        case .started, .confirmed, .ended, .lost, .audio, .noAudio, .undecoded, .source: false
        }
    }
}

extension RequestContext {
    fileprivate var longestPause: Duration? {
        extensions.firstIgnoringCase("max-pause")?.integer.map { .seconds($0) }
    }
}
