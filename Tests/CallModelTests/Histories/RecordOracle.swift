import EventLoops
import TLibrary

@testable import CallModel

extension CallInput {
    /// A request, and who asked.
    var asked: (Request, ClientID)? {
        switch self {
        case .request(let request, let client), .repeatable(let request, _, let client),
            .consultation(let request, _, let client, _):
            (request, client)
        case .answered, .replay, .switching, .media, .letter, .agent, .deadline, .shutdown: nil
        }
    }
}

/// Reads what a call tells for the records: each recording begins once and is over once, nothing is told of it before or
/// after, and what is told of its state is what the media servers have said.
struct RecordOracle {
    private struct Story {
        var state = RecordingState.off
        var isOver = false
        /// Commands that were sent, and have had no answer.
        var unanswered: Set<MediaCommand.ID> = []
        var wishes = 0
    }

    private var stories: [RecordingID: Story] = [:]
    private var last = Duration.zero
    private(set) var faults: [String] = []

    mutating func see(_ input: CallInput, _ outcome: CallOutcome, at now: Duration) {
        for transition in outcome.transitions {
            if transition.moment.monotonic != now || now < last { fault("a time is wrong", transition) }
            last = now
            follow(transition)
        }
        checkWishes(input, outcome)
        checkChanges(outcome)
    }

    private mutating func follow(_ transition: RecordingTransition) {
        let id = transition.recording
        if case .began = transition.event {
            if stories.updateValue(Story(), forKey: id) != nil { fault("it begins twice", transition) }
            return
        }
        guard var story = stories[id], !story.isOver else { return fault("it does not go on", transition) }
        switch transition.event {
        case .began, .evidence, .carried: break
        case .wished: story.wishes += 1
        case .sent(let command):
            if story.wishes == 0 { fault("nobody wished it", transition) }
            story.unanswered.insert(command.id)
        case .answered(let answer):
            if let command = answer.command, story.unanswered.remove(command) == nil {
                fault("it was not asked", transition)
            }
        case .changed(let change): story.state = change.state
        case .over:
            story.isOver = true
            if story.state != .off { fault("it is \(story.state)", transition) }
        }
        stories[id] = story
    }

    /// An accepted request is told as the wish of each recording that takes it, with whoever asked.
    private mutating func checkWishes(_ input: CallInput, _ outcome: CallOutcome) {
        guard let (request, client) = input.asked, case .accepted(let wishes) = outcome.reply?.content,
            !wishes.isEmpty
        else { return }
        let told = outcome.transitions.count { transition in
            guard case .wished(let wish) = transition.event, let asker = wish.asker else { return false }
            return asker.client == client && asker.reference == request.reference
                && asker.extensions == request.extensions && asker.reasons == request.reasons
        }
        if !(1...wishes.count).contains(told) { faults.append("\(request.reference) is told as \(told) wishes") }
    }

    /// What clients are told, the records are told.
    private mutating func checkChanges(_ outcome: CallOutcome) {
        let told = outcome.transitions.compactMap { transition -> RecordingState? in
            if case .changed(let change) = transition.event { change.state } else { nil }
        }
        let shown = outcome.changes.compactMap(\.recording?.state)
        if told != shown { faults.append("clients see \(shown), the records say \(told)") }
    }

    mutating func compare(_ states: [RecordingID: RecordingState]) {
        for (id, state) in states where stories[id]?.state ?? .off != state {
            faults.append("\(id) is \(state) and its record says \(stories[id]?.state ?? .off)")
        }
    }

    mutating func checkEnd() {
        for (id, story) in stories where !story.isOver { faults.append("\(id) is never over") }
    }

    private mutating func fault(_ sentence: String, _ transition: RecordingTransition) {
        faults.append("\(transition.recording): \(sentence): \(transition.event)")
    }
}
