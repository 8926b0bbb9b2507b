/// What a recording does where a media server fails it (Recording contract, "When the media server fails").
extension Recording {
    mutating func tryNextServer(
        _ reason: RecordingReason, _ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment
    ) {
        let given = command
        command = nil
        releaseCapacity(&outcome)
        tried.insert(server)
        let isLast = around.choose(for: self) == nil
        if phase == .starting, isLast || desired == .off {
            command = given
            failStart(reason, &outcome)
            return
        }
        let isReplaced = next != nil
        if isReplaced { supersedeRiding(&outcome) }
        if phase == .starting {
            phase = .armed
            start(entering: .starting, postponed: false, &outcome, &around)
        } else {
            if isLast { tried = MediaServerSet() }
            search(postponed: isLast, &outcome, &around)
        }
        if !isReplaced { command?.keepReason(of: given) }
    }

    mutating func failStart(_ reason: RecordingReason, _ outcome: inout RecordingOutcome) {
        cause = command?.cause ?? next?.cause ?? cause
        let thirdParty = command?.thirdParty ?? next?.thirdParty
        command = nil
        self.reason = reason
        desired = .off
        outcome.changed.append(RecordingChange(notice: notice, thirdParty: thirdParty))
        outcome.hasFailed = true
        finish(reason, &outcome)
        outcome.ended = .stopped
    }

    mutating func giveUpPause(
        _ reason: RecordingReason, _ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment
    ) {
        let given = command
        command = nil
        phase = .on
        guard desired == .paused else {
            failRiding(reason, &outcome)
            settleRunning(&outcome, &around)
            return
        }
        switch around.pauseFailure {
        case .stop:
            failedIntents = inFlightIntents
            inFlightIntents = []
            self.reason = reason
            desired = .off
            next = Intent(target: .off, cause: .mediaFailure)
            settleRunning(&outcome, &around)
        case .keepTrying:
            if self.reason == nil {
                self.reason = reason
                cause = .mediaFailure
                outcome.changed.append(RecordingChange(notice: notice))
            }
            failRiding(reason, &outcome)
            phase = .pausing
            send(.pause, for: nil, postponed: true, &outcome, &around)
            command?.cause = given?.cause ?? cause
            command?.thirdParty = given?.thirdParty
        }
    }

    mutating func giveUpResume(
        _ reason: RecordingReason, _ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment
    ) {
        command = nil
        phase = .paused
        if next == nil { desired = .paused }
        failRiding(reason, &outcome)
        settleRunning(&outcome, &around)
        warnOfFailedLimit(reason, &outcome)
    }

    mutating func repeatStop(
        _ reason: RecordingReason, _ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment
    ) {
        guard var command, command.triesLeft > 0 else {
            giveUpStop(reason, &outcome)
            return
        }
        // A new id: a server may answer a repeated one with the refusal that it gave before.
        command.id = around.nextCommand()
        command.triesLeft -= 1
        self.command = command
        outcome.send = command
        outcome.awaits = command.id
    }

    mutating func giveUpStop(_ reason: RecordingReason, _ outcome: inout RecordingOutcome) {
        command = nil
        effective = .off
        forgetWarnings()
        cause = .mediaFailure
        self.reason = reason
        phase = .over
        outcome.changed.append(RecordingChange(notice: notice))
        failRiding(reason, &outcome)
        finish(reason, &outcome)
        outcome.ended = .notStopped
    }

    mutating func recover(_ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment) {
        markNotCapturing(.mediaFailure, &outcome)
        // Nobody can say whether the pause was carried out. Desired stays paused: in doubt nothing is captured.
        if phase == .pausing, !around.servers[server].capabilities.startsPaused {
            failRiding(.noMediaServer, &outcome)
        }
        guard desired != .off else {
            finish(.noMediaServer, &outcome)
            outcome.ended = .stopped
            return
        }
        failOver(mayReturn: true, &outcome, &around)
    }

    /// Nothing is captured at its media server any more, and clients are told so.
    mutating func markNotCapturing(_ cause: RecordingCause, _ outcome: inout RecordingOutcome) {
        command = nil
        effective = .off
        forgetWarnings()
        self.cause = cause
        outcome.changed.append(RecordingChange(notice: notice))
    }

    /// Another media server first; where none takes it, it may be that one again: `mayReturn`, at once.
    mutating func failOver(
        mayReturn: Bool, _ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment
    ) {
        if next != nil { supersedeRiding(&outcome) }
        phase = .recovering
        proposedFile = ""
        releaseCapacity(&outcome)
        let left = server
        tried = MediaServerSet()
        tried.insert(left)
        if mayReturn, around.choose(for: self) == nil { tried = MediaServerSet() }
        reapplyPauseLimit(&outcome, &around)
        if phase == .recovering { settleRecovering(&outcome, &around) }
        tried.remove(left)
    }

    mutating func end(_ reason: RecordingReason, _ outcome: inout RecordingOutcome) {
        let thirdParty = phase == .stopping && cause != .mediaFailure ? command?.thirdParty : nil
        command = nil
        effective = .off
        desired = .off
        forgetWarnings()
        failByFlaw(&outcome)
        phase = .over
        outcome.changed.append(RecordingChange(notice: notice, thirdParty: thirdParty))
        finish(reason, &outcome)
        outcome.ended = .stopped
    }

    /// A disk has cut the file short: who asked for the end is told, too.
    mutating func failByFlaw(_ outcome: inout RecordingOutcome) {
        guard let flaw else { return }
        reason = flaw
        failRiding(flaw, &outcome)
    }

    mutating func giveUpSearch(_ outcome: inout RecordingOutcome) {
        abandonStart(&outcome)
        desired = .off
        reason = .noMediaServer
        cause = .recovery
        phase = .over
        outcome.changed.append(RecordingChange(notice: notice))
        outcome.hasFailed = true
        finish(.noMediaServer, &outcome)
        outcome.ended = .stopped
    }
}
