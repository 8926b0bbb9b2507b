import TLibrary

@testable import CallModel

/// What one step of a call asked for: a copy of its effects that tests keep and compare.
struct CallOutcome: Equatable {
    var reply: CallReply?
    var events: [CallEvent] = []
    var again: [ReplayedResponse] = []
    var results: [RecordingRequestResult] = []
    var media: [MediaCommand] = []
    var switching: SwitchCommand?
    var paths: [MediaRoute] = []
    var inherited: MediaSession?
    var deadlines: [(CallDeadline, after: Duration)] = []
    var seats: [CapacityChange] = []
    var transitions: [RecordingTransition] = []
    var failedStarts = 0
    var joined: [Directory.Index] = []
    var left: [Directory.Index] = []
    var unexpectedReports = 0
    var forgottenRequests = 0
    var tally = RecordingMetricsDelta()
    var settled: [CompletedRequest] = []
    var dealings: [InterCallEffect] = []
    var isFinished = false

    init() {}

    /// - Precondition: the events keep what they show (``CallMachine/keep(_:)``).
    init(_ effects: borrowing Effects) {
        reply = effects.reply
        events = effects.events
        again = effects.replays
        results = effects.results
        media = effects.media
        switching = effects.switchCommands.first
        paths = effects.paths
        inherited = effects.inherited
        deadlines = effects.deadlines
        seats = effects.seats
        transitions = effects.transitions
        failedStarts = effects.failedStarts
        joined = effects.joined
        left = effects.left
        unexpectedReports = effects.unexpectedReports
        forgottenRequests = effects.forgottenRequests
        tally = effects.tally
        settled = effects.settled
        dealings = effects.interCall
        isFinished = effects.isFinished
    }

    static func == (left: CallOutcome, right: CallOutcome) -> Bool {
        left.reply == right.reply && left.events == right.events && left.results == right.results
            && left.media == right.media && left.switching == right.switching && left.paths == right.paths
            && left.unexpectedReports == right.unexpectedReports && left.forgottenRequests == right.forgottenRequests
            && left.joined == right.joined && left.left == right.left
            && left.isFinished == right.isFinished && left.inherited == right.inherited
            && left.transitions == right.transitions && left.seats == right.seats
            && left.failedStarts == right.failedStarts && left.again == right.again
            && left.dealings == right.dealings && left.tally == right.tally
            && left.settled == right.settled
            && left.deadlines.elementsEqual(right.deadlines, by: ==)
    }
}

extension CallEvent {
    /// The call as the event shows it.
    var facts: CallInfo {
        guard let earlier else { preconditionFailure("An event that is looked at after its step keeps what it shows.") }
        return earlier
    }

    /// What a recording did, where a recording made the change.
    var recording: RecordingInfo? {
        switch changedBy {
        case .none: nil
        case .live: preconditionFailure("An event that is looked at after its step keeps what it shows.")
        case .earlier(let info): info
        }
    }
}
