/// What a recording's record is told.
extension Recording {
    /// What a media server's report says to this recording; `nil`: nothing, for it comes late, twice or without news.
    func heard(_ event: MediaReport.Event) -> RecordingTransition.Event? {
        switch event {
        case .started(let id, let file, _, let proof), .resumed(let id, let file, let proof):
            answer(to: id, .started(file: file, proof))
        case .confirmed(let id): answer(to: id, .confirmed)
        case .refused(let id, .refused), .refused(let id, .disk): answer(to: id, .refused)
        case .refused(let id, .notProved): answer(to: id, .notProved)
        case .ended: unasked(.ended)
        case .lost: unasked(.lost)
        case .audio(let missing):
            effective == .off || missing == audio.reported ? nil : unasked(missing.isEmpty ? .audio : .noAudio(missing))
        case .evidence(let evidence): .evidence(evidence)
        case .undecoded(let codecs): unasked(.undecoded(codecs))
        case .source(let sides, let address): unasked(.source(sides, address))
        }
    }

    /// A deadline that ends the last try: nobody has answered.
    func missed(_ id: MediaCommand.ID) -> RecordingTransition.Event? {
        command?.triesLeft == 0 ? answer(to: id, .unanswered) : nil
    }

    private func answer(
        to id: MediaCommand.ID, _ word: RecordingTransition.Answer.Word
    ) -> RecordingTransition.Event? {
        guard isWaiting(for: id) else { return nil }
        return .answered(RecordingTransition.Answer(word: word, command: id, server: command?.server ?? server))
    }

    private func unasked(_ word: RecordingTransition.Answer.Word) -> RecordingTransition.Event {
        .answered(RecordingTransition.Answer(word: word, server: server))
    }
}

extension RecordingTransition.Command {
    init(_ command: borrowing RecordingEffects.Command) {
        id = command.id
        server = command.server
        verb =
            switch command.verb {
            case .start(paused: false): .start
            case .start(paused: true): .startPaused
            case .pause: .pause
            case .resume: .resume
            case .stop: .stop
            }
    }
}

extension RecordingTransition.Change {
    init(_ change: borrowing RecordingChange, file: String) {
        state = change.state
        cause = change.cause
        newFile = change.hasNewFile ? file : nil
        reason = change.reason
        warning = change.warning
    }
}

extension RecordingTransition.Ending {
    init(_ ending: RecordingEffects.Ending) {
        switch ending {
        case .stopped: self = .stopped
        case .notStopped: self = .notStopped
        }
    }
}
