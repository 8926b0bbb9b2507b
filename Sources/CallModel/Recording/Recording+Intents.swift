/// What becomes of wishes.
extension Recording {
    func tell(_ wish: borrowing Intent, _ result: RecordingResult, _ outcome: inout RecordingOutcome) {
        guard let request = wish.request else { return }
        outcome.results.append(IntentResult(request: request, result: result, state: effective))
    }

    /// A newer wish takes their place, before the command that is next.
    mutating func supersedeRiding(_ outcome: inout RecordingOutcome) {
        inFlightIntents.forEach { tell($0, .superseded, &outcome) }
        inFlightIntents = []
    }

    mutating func failRiding(_ reason: RecordingReason, _ outcome: inout RecordingOutcome) {
        inFlightIntents.forEach { tell($0, .failed(reason), &outcome) }
        inFlightIntents = []
    }

    /// Fails whoever waits, because the recording ends whatever they asked for. Those who asked for its end are told
    /// once it has come, unless the call itself is gone.
    mutating func failWaiting(_ reason: RecordingReason, _ outcome: inout RecordingOutcome) {
        let all = reason != .anchorGone
        var kept = TinyArray<Intent>()
        for wish in inFlightIntents {
            if all || wish.target != .off {
                tell(wish, .failed(reason), &outcome)
            } else {
                kept.append(wish)
            }
        }
        inFlightIntents = kept
        if let wish = next, all || wish.target != .off {
            tell(wish, .failed(reason), &outcome)
            next = nil
        }
        failedIntents.forEach { tell($0, .failed(self.reason ?? reason), &outcome) }
        failedIntents = []
    }

    /// Ends: whoever asked for it has what they wanted, everybody else has not.
    mutating func finish(_ reason: RecordingReason, _ outcome: inout RecordingOutcome) {
        phase = .over
        failedIntents.forEach { tell($0, .failed(self.reason ?? reason), &outcome) }
        failedIntents = []
        inFlightIntents.forEach { tell($0, $0.target == .off ? .done : .failed(reason), &outcome) }
        inFlightIntents = []
        if let wish = next { tell(wish, wish.target == .off ? .done : .failed(reason), &outcome) }
        next = nil
        command = nil
        search = nil
        releaseCapacity(&outcome)
    }

    /// A start that was sent to a media server and is given up: that server is told to stop.
    mutating func abandonStart(_ outcome: inout RecordingOutcome) {
        if let command, !command.isPostponed { outcome.cleanUp = command.server }
        command = nil
    }
}
