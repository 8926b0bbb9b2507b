/// What becomes of wishes.
extension Recording {
    func tell(_ wish: borrowing Intent, _ result: RecordingResult, _ effects: inout RecordingEffects) {
        guard let request = wish.request else { return }
        effects.results.append(IntentResult(request: request, result: result, state: effective))
    }

    /// A newer wish takes their place, before the command that is next.
    mutating func supersedeRiding(_ effects: inout RecordingEffects) {
        inFlightIntents.forEach { tell($0, .superseded, &effects) }
        inFlightIntents = []
    }

    mutating func failRiding(_ reason: RecordingReason, _ effects: inout RecordingEffects) {
        inFlightIntents.forEach { tell($0, .failed(reason), &effects) }
        inFlightIntents = []
    }

    /// Fails whoever waits, because the recording ends whatever they asked for. Those who asked for its end are told
    /// once it has come, unless the call itself is gone.
    mutating func failWaiting(_ reason: RecordingReason, _ effects: inout RecordingEffects) {
        let all = reason != .anchorGone
        var kept = TinyArray<Intent>()
        for wish in inFlightIntents {
            if all || wish.target != .off {
                tell(wish, .failed(reason), &effects)
            } else {
                kept.append(wish)
            }
        }
        inFlightIntents = kept
        if let wish = next, all || wish.target != .off {
            tell(wish, .failed(reason), &effects)
            next = nil
        }
        failedIntents.forEach { tell($0, .failed(self.reason ?? reason), &effects) }
        failedIntents = []
    }

    /// Ends: whoever asked for it has what they wanted, everybody else has not.
    mutating func finish(_ reason: RecordingReason, _ effects: inout RecordingEffects) {
        phase = .over
        failedIntents.forEach { tell($0, .failed(self.reason ?? reason), &effects) }
        failedIntents = []
        inFlightIntents.forEach { tell($0, $0.target == .off ? .done : .failed(reason), &effects) }
        inFlightIntents = []
        if let wish = next { tell(wish, wish.target == .off ? .done : .failed(reason), &effects) }
        next = nil
        command = nil
        search = nil
        releaseCapacity(&effects)
    }

    /// A start that was sent to a media server and is given up: that server is told to stop.
    mutating func abandonStart(_ effects: inout RecordingEffects) {
        if let command, !command.isPostponed { effects.cleanUp = command.server }
        command = nil
    }
}
