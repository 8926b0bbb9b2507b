/// What a recording needs to know of its surroundings to take a step.
struct RecordingSurroundings: Sendable, Equatable {
    var servers: [MediaCapabilities]
    var tries: Int
    var pauseFailure: RecordingOptions.PauseFailure
    /// The last command id that this call has given.
    var lastCommand: UInt32 = 0
    /// The last search for a media server that began in this call.
    var lastSearch: UInt32 = 0
    var cleanUps = CleanUps()

    mutating func nextCommand() -> MediaCommand.ID {
        lastCommand &+= 1
        return MediaCommand.ID(rawValue: lastCommand)
    }

    mutating func nextSearch() -> UInt32 {
        lastSearch &+= 1
        return lastSearch
    }
}

extension Recording {
    /// Takes an accepted wish: it replaces one that has not been sent, and rides on a command that already goes there.
    mutating func wish(_ wish: Wish, in around: inout RecordingSurroundings) -> RecordingOutcome {
        var outcome = RecordingOutcome()
        guard phase != .over else { return outcome }
        if let reason = wish.overrules {
            failWaiting(reason, &outcome)
        } else if let older = next {
            tell(older, .superseded, &outcome)
            next = nil
        }
        desired = wish.target
        replaceUnsent(by: wish, &outcome, around)
        if let command, command.target == wish.target {
            riding.append(wish)
        } else if next == nil {
            next = wish
        }
        carryOut(phase.move(on: .wished), .refused, &outcome, &around)
        return outcome
    }

    /// A command that has not been sent gives way to a newer wish. A start keeps its time, so that no client can make
    /// the engine ask a media server without end.
    private mutating func replaceUnsent(
        by wish: Wish, _ outcome: inout RecordingOutcome, _ around: RecordingSurroundings
    ) {
        guard let command, command.isPostponed, command.target != wish.target else { return }
        switch phase {
        case .pausing:
            self.command = nil
            phase = .on
        case .recovering where wish.target != .off:
            supersedeRiding(&outcome)
            let paused = wish.target == .paused
            self.command?.verb = .start(paused: paused)
            if paused, !around.servers[server].startsPaused { self.command = nil }
        case .armed, .starting, .on, .paused, .resuming, .stopping, .recovering, .over: break
        }
    }

    /// Takes anything else that can happen. `reason` says why, where a command failed.
    mutating func take(
        _ stimulus: RecordingStimulus, because reason: RecordingReason = .refused,
        in around: inout RecordingSurroundings
    ) -> RecordingOutcome {
        var outcome = RecordingOutcome()
        let move = phase.move(on: stimulus)
        if stimulus == .lost, move == .end {
            cause = .mediaFailure
        } else if move == .end {
            cause = phase == .stopping ? command?.cause ?? cause : .mediaReport
        }
        carryOut(move, reason, &outcome, &around)
        return outcome
    }

    /// The deadline of a command has come: it is sent, sent again, or given up.
    mutating func deadline(of id: MediaCommand.ID, in around: inout RecordingSurroundings) -> RecordingOutcome {
        guard var command, command.id == id else { return RecordingOutcome() }
        if command.isPostponed, around.cleanUps.covers(self.id, at: command.server) {
            return take(.refused, in: &around)
        } else if command.isPostponed {
            command.isPostponed = false
        } else if command.triesLeft > 0 {
            command.triesLeft -= 1
        } else {
            return take(.unanswered, because: .timeout, in: &around)
        }
        self.command = command
        var outcome = RecordingOutcome()
        outcome.send = command
        outcome.awaits = command.id
        return outcome
    }

    /// Audio stayed away, or has come after all.
    mutating func audio(isPresent: Bool) -> RecordingOutcome {
        var outcome = RecordingOutcome()
        let warning: RecordingWarning? = isPresent ? nil : .noMedia
        guard effective != .off, self.warning != warning else { return outcome }
        self.warning = warning
        cause = .mediaReport
        outcome.changed.append(RecordingChange(notice: notice))
        return outcome
    }

    private mutating func carryOut(
        _ move: RecordingMove, _ reason: RecordingReason, _ outcome: inout RecordingOutcome,
        _ around: inout RecordingSurroundings
    ) {
        switch move {
        case .stay, .wait: break
        case .settle: settle(&outcome, &around)
        case .reach: reach(&outcome, &around)
        case .tryNextServer: tryNextServer(reason, &outcome, &around)
        case .tryNextServerAndCleanUp:
            outcome.cleanUp = server
            tryNextServer(reason, &outcome, &around)
        case .failStart: failStart(reason, &outcome)
        case .giveUpPause: giveUpPause(reason, &outcome, &around)
        case .giveUpResume: giveUpResume(reason, &outcome, &around)
        case .repeatStop: repeatStop(reason, &outcome, &around)
        case .giveUpStop: giveUpStop(reason, &outcome)
        case .recover: recover(&outcome, &around)
        case .end: end(reason, &outcome)
        case .giveUpSearch: giveUpSearch(&outcome)
        }
    }
}

// MARK: - The moves

extension Recording {
    private mutating func settle(_ outcome: inout RecordingOutcome, _ around: inout RecordingSurroundings) {
        switch phase {
        case .armed: settleArmed(&outcome, &around)
        case .recovering: settleRecovering(&outcome, &around)
        case .on, .pausing, .paused, .resuming: settleRunning(&outcome, &around)
        case .starting, .stopping, .over: break
        }
    }

    private mutating func settleArmed(_ outcome: inout RecordingOutcome, _ around: inout RecordingSurroundings) {
        if desired == .off {
            finish(.refused, &outcome)
            outcome.ended = .stopped
        } else if anchorHasMedia, waitsFor == nil {
            start(entering: .starting, postponed: false, &outcome, &around)
        }
    }

    private mutating func settleRecovering(_ outcome: inout RecordingOutcome, _ around: inout RecordingSurroundings) {
        if desired == .off {
            abandonStart(&outcome)
            finish(.noMediaServer, &outcome)
            outcome.ended = .stopped
        } else if command == nil {
            search(postponed: false, &outcome, &around)
        }
    }

    /// Tries the next start of a recovery. The search is bounded in time; waiting until somebody resumes is not. A server
    /// that is told to stop this very recording has to confirm that first.
    private mutating func search(
        postponed: Bool, _ outcome: inout RecordingOutcome, _ around: inout RecordingSurroundings
    ) {
        let isCleaningUp = around.cleanUps.covers(id, at: server)
        start(entering: .recovering, postponed: postponed || isCleaningUp, &outcome, &around)
        if command == nil {
            search = nil
        } else if search == nil {
            search = around.nextSearch()
            outcome.searchBegan = search
        }
    }

    private mutating func settleRunning(_ outcome: inout RecordingOutcome, _ around: inout RecordingSurroundings) {
        let wish = next
        next = nil
        guard desired != effective else {
            phase = effective == .on ? .on : .paused
            if let wish { tell(wish, .done, &outcome) }
            return
        }
        switch desired {
        case .on:
            phase = .resuming
            send(.resume, for: wish, &outcome, &around)
        case .paused:
            phase = .pausing
            send(.pause, for: wish, &outcome, &around)
        case .off:
            phase = .stopping
            send(.stop, for: wish, &outcome, &around)
        }
    }

    /// Sends a start, where this server can give what is desired; a driver that cannot start paused does not start
    /// until somebody resumes.
    private mutating func start(
        entering phase: RecordingPhase, postponed: Bool, _ outcome: inout RecordingOutcome,
        _ around: inout RecordingSurroundings
    ) {
        let paused = desired == .paused
        if paused, !around.servers[server].startsPaused {
            riding.forEach { tell($0, $0.target == .paused ? .done : .superseded, &outcome) }
            riding = []
            if let wish = next { tell(wish, .done, &outcome) }
            next = nil
            return
        }
        self.phase = phase
        let wish = next
        next = nil
        send(.start(paused: paused), for: wish, postponed: postponed, &outcome, &around)
    }

    private mutating func send(
        _ verb: Command.Verb, for wish: Wish?, postponed: Bool = false, _ outcome: inout RecordingOutcome,
        _ around: inout RecordingSurroundings
    ) {
        if let wish { riding.append(wish) }
        let reason = wish ?? riding.first { _ in true }
        let sent = Command(
            id: around.nextCommand(), verb: verb, server: server, triesLeft: around.tries - 1, isPostponed: postponed,
            cause: reason?.cause ?? cause, thirdParty: reason?.thirdParty)
        command = sent
        if !postponed { outcome.send = sent }
        outcome.awaits = sent.id
    }

    private mutating func reach(_ outcome: inout RecordingOutcome, _ around: inout RecordingSurroundings) {
        guard let reached = command else { preconditionFailure("A recording reached what no command was for.") }
        command = nil
        effective = reached.target
        cause = phase == .recovering ? .recovery : reached.cause
        let thirdParty = phase == .recovering ? nil : reached.thirdParty
        var newFile: String?
        switch reached.verb {
        case .start:
            file = proposedFile
            reason = nil
            search = nil
            serversTried = 0
            newFile = file
        case .pause, .resume: reason = nil
        case .stop:
            warning = nil
            phase = .over
            outcome.ended = .stopped
        }
        outcome.changed.append(RecordingChange(notice: notice, thirdParty: thirdParty, newFile: newFile))
        riding.forEach { tell($0, .done, &outcome) }
        riding = []
        if phase == .over {
            finish(reason ?? .refused, &outcome)
        } else {
            phase = effective == .on ? .on : .paused
            settleRunning(&outcome, &around)
        }
    }

    private mutating func tryNextServer(
        _ reason: RecordingReason, _ outcome: inout RecordingOutcome, _ around: inout RecordingSurroundings
    ) {
        let given = command
        command = nil
        serversTried += 1
        let isLast = serversTried >= around.servers.count
        if phase == .starting, isLast || desired == .off {
            command = given
            failStart(reason, &outcome)
            return
        }
        let isReplaced = next != nil
        if isReplaced { supersedeRiding(&outcome) }
        server = (server + 1) % around.servers.count
        if phase == .starting {
            phase = .armed
            start(entering: .starting, postponed: false, &outcome, &around)
        } else {
            search(postponed: isLast, &outcome, &around)
        }
        // The change still tells who asked, where nobody has asked for anything else.
        if let given, !isReplaced {
            command?.cause = given.cause
            command?.thirdParty = given.thirdParty
        }
    }

    private mutating func failStart(_ reason: RecordingReason, _ outcome: inout RecordingOutcome) {
        cause = command?.cause ?? next?.cause ?? cause
        let thirdParty = command?.thirdParty ?? next?.thirdParty
        command = nil
        self.reason = reason
        desired = .off
        outcome.changed.append(RecordingChange(notice: notice, thirdParty: thirdParty))
        finish(reason, &outcome)
        outcome.ended = .stopped
    }

    private mutating func giveUpPause(
        _ reason: RecordingReason, _ outcome: inout RecordingOutcome, _ around: inout RecordingSurroundings
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
            failing = riding
            riding = []
            self.reason = reason
            desired = .off
            next = Wish(target: .off, cause: .mediaFailure)
            settleRunning(&outcome, &around)
        case .keepTrying:
            failRiding(reason, &outcome)
            phase = .pausing
            send(.pause, for: nil, postponed: true, &outcome, &around)
            command?.cause = given?.cause ?? cause
            command?.thirdParty = given?.thirdParty
        }
    }

    private mutating func giveUpResume(
        _ reason: RecordingReason, _ outcome: inout RecordingOutcome, _ around: inout RecordingSurroundings
    ) {
        command = nil
        phase = .paused
        if next == nil { desired = .paused }
        failRiding(reason, &outcome)
        settleRunning(&outcome, &around)
    }

    private mutating func repeatStop(
        _ reason: RecordingReason, _ outcome: inout RecordingOutcome, _ around: inout RecordingSurroundings
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

    private mutating func giveUpStop(_ reason: RecordingReason, _ outcome: inout RecordingOutcome) {
        command = nil
        effective = .off
        warning = nil
        cause = .mediaFailure
        self.reason = reason
        phase = .over
        outcome.changed.append(RecordingChange(notice: notice))
        failRiding(reason, &outcome)
        finish(reason, &outcome)
        outcome.ended = .notStopped
    }

    private mutating func recover(_ outcome: inout RecordingOutcome, _ around: inout RecordingSurroundings) {
        command = nil
        effective = .off
        warning = nil
        cause = .mediaFailure
        outcome.changed.append(RecordingChange(notice: notice))
        guard desired != .off else {
            finish(.noMediaServer, &outcome)
            outcome.ended = .stopped
            return
        }
        if next != nil { supersedeRiding(&outcome) }
        phase = .recovering
        proposedFile = ""
        serversTried = 0
        server = (server + 1) % around.servers.count
        settleRecovering(&outcome, &around)
    }

    private mutating func end(_ reason: RecordingReason, _ outcome: inout RecordingOutcome) {
        let thirdParty = phase == .stopping && cause != .mediaFailure ? command?.thirdParty : nil
        command = nil
        effective = .off
        desired = .off
        warning = nil
        phase = .over
        outcome.changed.append(RecordingChange(notice: notice, thirdParty: thirdParty))
        finish(reason, &outcome)
        outcome.ended = .stopped
    }

    private mutating func giveUpSearch(_ outcome: inout RecordingOutcome) {
        abandonStart(&outcome)
        desired = .off
        reason = .noMediaServer
        cause = .recovery
        phase = .over
        outcome.changed.append(RecordingChange(notice: notice))
        finish(.noMediaServer, &outcome)
        outcome.ended = .stopped
    }
}

// MARK: - Outcomes of wishes

extension Recording {
    private func tell(_ wish: borrowing Wish, _ result: RecordingResult, _ outcome: inout RecordingOutcome) {
        guard let request = wish.request else { return }
        outcome.results.append(WishResult(request: request, result: result, state: effective))
    }

    /// A newer wish takes their place, before the command that is next.
    private mutating func supersedeRiding(_ outcome: inout RecordingOutcome) {
        riding.forEach { tell($0, .superseded, &outcome) }
        riding = []
    }

    private mutating func failRiding(_ reason: RecordingReason, _ outcome: inout RecordingOutcome) {
        riding.forEach { tell($0, .failed(reason), &outcome) }
        riding = []
    }

    /// Fails whoever waits, because the recording ends whatever they asked for. Those who asked for its end are told
    /// once it has come, unless the call itself is gone.
    private mutating func failWaiting(_ reason: RecordingReason, _ outcome: inout RecordingOutcome) {
        let all = reason != .anchorGone
        var kept = Few<Wish>()
        for wish in riding {
            if all || wish.target != .off {
                tell(wish, .failed(reason), &outcome)
            } else {
                kept.append(wish)
            }
        }
        riding = kept
        if let wish = next, all || wish.target != .off {
            tell(wish, .failed(reason), &outcome)
            next = nil
        }
        failing.forEach { tell($0, .failed(self.reason ?? reason), &outcome) }
        failing = []
    }

    /// Ends: whoever asked for it has what they wanted, everybody else has not.
    private mutating func finish(_ reason: RecordingReason, _ outcome: inout RecordingOutcome) {
        phase = .over
        failing.forEach { tell($0, .failed(self.reason ?? reason), &outcome) }
        failing = []
        riding.forEach { tell($0, $0.target == .off ? .done : .failed(reason), &outcome) }
        riding = []
        if let wish = next { tell(wish, wish.target == .off ? .done : .failed(reason), &outcome) }
        next = nil
        command = nil
        search = nil
    }

    /// A start that was sent to a media server and is given up: that server is told to stop.
    private mutating func abandonStart(_ outcome: inout RecordingOutcome) {
        if let command, !command.isPostponed { outcome.cleanUp = command.server }
        command = nil
    }
}
