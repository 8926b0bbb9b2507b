/// What one step of a recording asks for: a part of ``Effects``, which the call applies before the next step of any of
/// its recordings. The parts are independent.
struct RecordingEffects: Sendable {
    /// A command for a media server.
    struct Command: Sendable {
        var id: MediaCommand.ID
        var verb: Recording.Command.Verb
        var server: Int
    }

    enum Ending: Sendable, Equatable {
        /// Confirmed, or never begun.
        case stopped
        /// It is not known whether the media server has stopped.
        case notStopped
    }

    var send: Command?
    /// A deadline for the command in flight.
    var awaits: MediaCommand.ID?
    /// A server at which a start was abandoned: it is told to stop.
    var cleanUp: Int?
    /// The servers whose capacity it gives back, and takes.
    var leaves: Int?
    var takes: Int?
    /// It failed to start, or to go on elsewhere.
    var hasFailed = false
    /// A search for a media server began: its number.
    var searchBegan: UInt32?
    /// A look at the limit of a pause, by its number.
    var look: PauseLimit.Look?
    /// The state that the limit of a pause asks for.
    var limitTarget: RecordingState?
    /// One EventAttachedDataChanged each.
    var changes = TinyArray<RecordingChange>()
    /// Intents whose outcome is now known.
    var results = TinyArray<IntentResult>()
    /// How the recording after this one on the same anchor fares; `nil` while this one is not over.
    var ended: Ending?

    /// Nothing is asked for.
    mutating func reset() {
        send = nil
        awaits = nil
        cleanUp = nil
        leaves = nil
        takes = nil
        hasFailed = false
        searchBegan = nil
        look = nil
        limitTarget = nil
        if !changes.isEmpty { changes = [] }
        if !results.isEmpty { results = [] }
        ended = nil
    }
}

/// A change of the indication: what a recording did, and for whom.
struct RecordingChange: Sendable, Equatable {
    var state: RecordingState
    var cause: RecordingCause
    var reason: RecordingReason?
    var warning: RecordingWarning?
    var warningSides: MediaSides
    /// A confirmed start, or a resume in a new file: GSIP_REC_FN gets the name of the latest file in the same change.
    var hasNewFile: Bool
    var thirdParty: String?

    /// The recording as it was at the change.
    func shown(of info: RecordingInfo) -> RecordingInfo {
        var shown = info
        shown.state = state
        shown.cause = cause
        shown.reason = reason
        shown.warning = warning
        shown.warningSides = warningSides
        return shown
    }
}

struct IntentResult: Sendable, Equatable {
    var request: Intent.RequestNumber
    var result: RecordingResult
    var state: RecordingState
}

extension Recording {
    /// Clients are told how it is shown now.
    mutating func change(
        for thirdParty: String? = nil, hasNewFile: Bool = false, _ effects: inout RecordingEffects
    ) {
        info.warning = warning
        info.warningSides = warning == .noMedia ? audio.missing : []
        effects.changes.append(
            RecordingChange(
                state: info.state, cause: info.cause, reason: info.reason, warning: info.warning,
                warningSides: info.warningSides, hasNewFile: hasNewFile, thirdParty: thirdParty))
    }

    func send(_ command: borrowing Command, _ effects: inout RecordingEffects) {
        effects.send = RecordingEffects.Command(id: command.id, verb: command.verb, server: command.server)
        effects.awaits = command.id
    }
}
