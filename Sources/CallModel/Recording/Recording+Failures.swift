/// What a recording does where a media server fails it (Recording contract, "When the media server fails").
extension Recording {
    mutating func tryNextServer(
        _ reason: RecordingReason, _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        let given = command
        command = nil
        releaseCapacity(&effects)
        tried.insert(server)
        let isLast = around.choose(for: self, environment) == nil
        if phase == .starting, isLast || desired == .off {
            command = given
            failStart(reason, &effects)
            return
        }
        let isReplaced = next != nil
        if isReplaced { supersedeRiding(&effects) }
        if phase == .starting {
            phase = .armed
            start(entering: .starting, postponed: false, &effects, &around, environment)
        } else {
            if isLast { tried = MediaServerSet() }
            search(postponed: isLast, &effects, &around, environment)
        }
        if !isReplaced { command?.keepReason(of: given) }
    }

    mutating func failStart(_ reason: RecordingReason, _ effects: inout RecordingEffects) {
        cause = command?.cause ?? next?.cause ?? cause
        let thirdParty = command?.thirdParty ?? next?.thirdParty
        command = nil
        self.reason = reason
        desired = .off
        change(for: thirdParty, &effects)
        effects.hasFailed = true
        finish(reason, &effects)
        effects.ended = .stopped
    }

    mutating func giveUpPause(
        _ reason: RecordingReason, _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        let given = command
        command = nil
        phase = .on
        guard desired == .paused else {
            failRiding(reason, &effects)
            settleRunning(&effects, &around, environment)
            return
        }
        switch environment.policy.recording.pauseFailure {
        case .stop:
            failedIntents = Array(inFlightIntents)
            inFlightIntents = []
            self.reason = reason
            desired = .off
            next = Intent(target: .off, cause: .mediaFailure)
            settleRunning(&effects, &around, environment)
        case .keepTrying:
            if self.reason == nil {
                self.reason = reason
                cause = .mediaFailure
                change(&effects)
            }
            failRiding(reason, &effects)
            phase = .pausing
            send(.pause, for: nil, postponed: true, &effects, &around, environment)
            let cause = given?.cause ?? cause
            command?.cause = cause
            command?.thirdParty = given?.thirdParty
        }
    }

    mutating func giveUpResume(
        _ reason: RecordingReason, _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        command = nil
        phase = .paused
        if next == nil { desired = .paused }
        failRiding(reason, &effects)
        settleRunning(&effects, &around, environment)
        warnOfFailedLimit(reason, &effects)
    }

    mutating func repeatStop(
        _ reason: RecordingReason, _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        guard var command, command.triesLeft > 0 else {
            giveUpStop(reason, &effects)
            return
        }
        // A new id: a server may answer a repeated one with the refusal that it gave before.
        command.id = around.nextCommand()
        command.triesLeft -= 1
        self.command = command
        send(command, &effects)
    }

    mutating func giveUpStop(_ reason: RecordingReason, _ effects: inout RecordingEffects) {
        command = nil
        effective = .off
        forgetWarnings()
        cause = .mediaFailure
        self.reason = reason
        phase = .over
        change(&effects)
        failRiding(reason, &effects)
        finish(reason, &effects)
        effects.ended = .notStopped
    }

    mutating func recover(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        markNotCapturing(.mediaFailure, &effects)
        // Nobody can say whether the pause was carried out. Desired stays paused: in doubt nothing is captured.
        if phase == .pausing, !environment.policy.mediaServers[server].capabilities.startsPaused {
            failRiding(.noMediaServer, &effects)
        }
        guard desired != .off else {
            finish(.noMediaServer, &effects)
            effects.ended = .stopped
            return
        }
        failOver(mayReturn: true, &effects, &around, environment)
    }

    /// Nothing is captured at its media server any more, and clients are told so.
    mutating func markNotCapturing(_ cause: RecordingCause, _ effects: inout RecordingEffects) {
        command = nil
        effective = .off
        forgetWarnings()
        self.cause = cause
        change(&effects)
    }

    /// Another media server first; where none takes it, it may be that one again: `mayReturn`, at once.
    mutating func failOver(
        mayReturn: Bool, _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        if next != nil { supersedeRiding(&effects) }
        phase = .recovering
        proposedFile = ""
        releaseCapacity(&effects)
        let left = server
        tried = MediaServerSet()
        tried.insert(left)
        if mayReturn, around.choose(for: self, environment) == nil { tried = MediaServerSet() }
        reapplyPauseLimit(&effects, &around, environment)
        if phase == .recovering { settleRecovering(&effects, &around, environment) }
        tried.remove(left)
    }

    mutating func end(_ reason: RecordingReason, _ effects: inout RecordingEffects) {
        let thirdParty = phase == .stopping && cause != .mediaFailure ? command?.thirdParty : nil
        command = nil
        effective = .off
        desired = .off
        forgetWarnings()
        failByFlaw(&effects)
        phase = .over
        change(for: thirdParty, &effects)
        finish(reason, &effects)
        effects.ended = .stopped
    }

    /// A disk has cut the file short: who asked for the end is told, too.
    mutating func failByFlaw(_ effects: inout RecordingEffects) {
        guard let flaw else { return }
        reason = flaw
        failRiding(flaw, &effects)
    }

    mutating func giveUpSearch(_ effects: inout RecordingEffects) {
        abandonStart(&effects)
        desired = .off
        reason = .noMediaServer
        cause = .recovery
        phase = .over
        change(&effects)
        effects.hasFailed = true
        finish(.noMediaServer, &effects)
        effects.ended = .stopped
    }
}
