/// What the recordings of a call share: the numbers that they give, and what is left of recordings that are over.
struct RecordingEnvironment: Sendable, Equatable {
    /// The last command id that this call has given.
    var lastCommand: UInt32 = 0
    /// The last search for a media server that began in this call.
    var lastSearch: UInt32 = 0
    /// The last look at the limit of a pause.
    var lastLook: UInt32 = 0
    var cleanUps = OrphanedStarts()
    /// The limit of a pause whose last recording has ended though nobody asked for that (``CallRecordings/pause(in:)``).
    @OutOfLine var leftPause: PauseLimit? = nil

    mutating func nextCommand() -> MediaCommand.ID {
        lastCommand &+= 1
        return MediaCommand.ID(rawValue: lastCommand)
    }

    /// The server to try next for a recording; `nil`: none of those left may take it. A server that is told to stop
    /// this very recording has to confirm that first.
    func choose(for recording: borrowing Recording, _ environment: borrowing CallEnvironment) -> Int? {
        let servers = environment.policy.mediaServers
        var set = environment.available.subtracting(recording.tried)
        if !cleanUps.isEmpty {
            for place in servers.entries.indices where cleanUps.covers(recording.name, at: place) { set.remove(place) }
        }
        return servers.choose(among: set, draw: recording.draw)
    }

    mutating func nextSearch() -> UInt32 {
        lastSearch &+= 1
        return lastSearch
    }

    mutating func nextLook() -> UInt32 {
        lastLook &+= 1
        return lastLook
    }
}

extension Recording {
    /// Takes an accepted wish: it replaces one that has not been sent, and rides on a command that already goes there.
    mutating func take(
        _ wish: Intent, _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        guard phase != .over else { return }
        if let reason = wish.overrules {
            failWaiting(reason, &effects)
            if desired == .paused { around.leftPause = pauseLimit }
        } else if let older = next {
            tell(older, .superseded, &effects)
            next = nil
        }
        desired = wish.target
        if wish.target == .paused {
            pauseLimit.replace(by: wish.longestPause, option: environment.policy.recording.longestPause)
        }
        replaceUnsent(by: wish, &effects, environment)
        if let command, command.target == wish.target {
            inFlightIntents.append(wish)
        } else if next == nil {
            next = wish
        }
        execute(phase.move(on: .wished), .refused, &effects, &around, environment)
    }

    /// A command that has not been sent gives way to a newer wish. A start keeps its time, so that no client can make
    /// the engine ask a media server without end.
    private mutating func replaceUnsent(
        by wish: Intent, _ effects: inout RecordingEffects, _ environment: borrowing CallEnvironment
    ) {
        guard let command, command.isPostponed, command.target != wish.target else { return }
        switch phase {
        case .pausing:
            self.command = nil
            reason = nil
            phase = .on
        case .recovering where wish.target != .off:
            supersedeRiding(&effects)
            let paused = wish.target == .paused
            self.command?.verb = .start(paused: paused)
            if paused, !environment.policy.mediaServers[server].capabilities.startsPaused { self.command = nil }
        case .starting where wish.target == .off:
            supersedeRiding(&effects)
            self.command = nil
            phase = .armed
        case .armed, .starting, .on, .paused, .resuming, .stopping, .recovering, .over: break
        }
    }

    /// Takes anything else that can happen. `reason` says why, where a command failed.
    mutating func take(
        _ stimulus: RecordingInput, because reason: RecordingReason = .refused, _ effects: inout RecordingEffects,
        _ around: inout RecordingEnvironment, _ environment: borrowing CallEnvironment
    ) {
        let move = phase.move(on: stimulus)
        if stimulus == .lost, move == .end {
            cause = .mediaFailure
        } else if move == .end {
            cause = phase == .stopping ? command?.cause ?? cause : endingCause
        }
        execute(move, reason, &effects, &around, environment)
    }

    /// Of an end that the media server reports: where the recording was to end anyway, as at its call's end, that is why.
    private var endingCause: RecordingCause {
        guard let next, next.target == .off else { return .mediaReport }
        return next.cause
    }

    /// The deadline of a command has come: it is sent, sent again, or given up.
    mutating func deadline(
        of id: MediaCommand.ID, _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        guard var command, command.id == id else { return }
        if command.isPostponed, phase == .recovering {
            return searchAgain(&effects, &around, environment)
        } else if command.isPostponed {
            command.isPostponed = false
        } else if command.triesLeft > 0 {
            command.triesLeft -= 1
        } else {
            return take(.unanswered, because: .timeout, &effects, &around, environment)
        }
        self.command = command
        send(command, &effects)
    }

    /// A search that waited looks anew who may take the recording.
    private mutating func searchAgain(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        let given = command
        command = nil
        search(postponed: false, &effects, &around, environment)
        command?.keepReason(of: given)
    }

    private mutating func execute(
        _ move: RecordingAction, _ reason: RecordingReason, _ effects: inout RecordingEffects,
        _ around: inout RecordingEnvironment, _ environment: borrowing CallEnvironment
    ) {
        let wasPaused = desired == .paused
        switch move {
        case .stay, .wait: break
        case .settle: settle(&effects, &around, environment)
        case .reach: reach(&effects, &around, environment)
        case .tryNextServer: tryNextServer(reason, &effects, &around, environment)
        case .tryNextServerAndCleanUp:
            effects.cleanUp = server
            tryNextServer(reason, &effects, &around, environment)
        case .failStart: failStart(reason, &effects)
        case .giveUpPause: giveUpPause(reason, &effects, &around, environment)
        case .giveUpResume: giveUpResume(reason, &effects, &around, environment)
        case .repeatStop: repeatStop(reason, &effects, &around, environment)
        case .giveUpStop: giveUpStop(reason, &effects)
        case .recover: recover(&effects, &around, environment)
        case .startAgain: startAgain(&effects, &around, environment)
        case .follow: follow(&effects, &around, environment)
        case .end: end(reason, &effects)
        case .giveUpSearch: giveUpSearch(&effects)
        case .heedLimit: heedLimit(&effects, &around, environment)
        }
        if wasPaused, desired == .off { around.leftPause = pauseLimit }
    }
}

// MARK: - The moves

extension Recording {
    private mutating func settle(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        switch phase {
        case .armed: settleArmed(&effects, &around, environment)
        case .recovering: settleRecovering(&effects, &around, environment)
        case .on, .pausing, .paused, .resuming: settleRunning(&effects, &around, environment)
        case .starting, .stopping, .over: break
        }
    }

    private mutating func settleArmed(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        if desired == .off {
            finish(.refused, &effects)
            effects.ended = .stopped
        } else if anchorHasMedia, waitsFor == nil {
            start(entering: .starting, postponed: false, &effects, &around, environment)
        }
    }

    mutating func settleRecovering(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        if desired == .off {
            abandonStart(&effects)
            finish(.noMediaServer, &effects)
            effects.ended = .stopped
        } else if command == nil {
            search(postponed: false, &effects, &around, environment)
        }
    }

    /// Tries the next start of a recovery. The search is bounded in time; waiting until somebody resumes is not.
    mutating func search(
        postponed: Bool, _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        start(entering: .recovering, postponed: postponed, &effects, &around, environment)
        if command == nil {
            search = nil
        } else if search == nil {
            search = around.nextSearch()
            effects.searchBegan = search
        }
    }

    mutating func settleRunning(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        let wish = next
        next = nil
        guard desired != effective else {
            phase = effective == .on ? .on : .paused
            if let wish { tell(wish, .done, &effects) }
            if phase == .paused { staysPaused(&effects, &around, environment) }
            return
        }
        switch desired {
        case .on:
            phase = .resuming
            send(.resume, for: wish, &effects, &around, environment)
        case .paused:
            phase = .pausing
            send(.pause, for: wish, &effects, &around, environment)
        case .off:
            phase = .stopping
            send(.stop, for: wish, &effects, &around, environment)
        }
    }

    /// Sends a start to a server that may take it, where that server can give what is desired; a driver that cannot
    /// start paused does not start until somebody resumes.
    mutating func start(
        entering phase: RecordingPhase, postponed: Bool, _ effects: inout RecordingEffects,
        _ around: inout RecordingEnvironment, _ environment: borrowing CallEnvironment
    ) {
        let chosen = around.choose(for: self, environment)
        if chosen == nil, phase == .starting { return failStart(.noMediaServer, &effects) }
        server = chosen ?? server
        let paused = desired == .paused
        if paused, !environment.policy.mediaServers[server].capabilities.startsPaused {
            inFlightIntents.forEach { tell($0, $0.target == .paused ? .done : .superseded, &effects) }
            inFlightIntents = []
            if let wish = next { tell(wish, .done, &effects) }
            next = nil
            orderLook(&effects, &around, environment)
            return
        }
        self.phase = phase
        let wish = next
        next = nil
        send(.start(paused: paused), for: wish, postponed: postponed || chosen == nil, &effects, &around, environment)
        if command?.isPostponed == false { acquireCapacity(&effects) }
    }

    private mutating func acquireCapacity(_ effects: inout RecordingEffects) {
        seat = server
        effects.takes = server
    }

    mutating func releaseCapacity(_ effects: inout RecordingEffects) {
        guard let seat else { return }
        effects.leaves = seat
        self.seat = nil
    }

    mutating func send(
        _ verb: Command.Verb, for wish: Intent?, postponed: Bool = false, _ effects: inout RecordingEffects,
        _ around: inout RecordingEnvironment, _ environment: borrowing CallEnvironment
    ) {
        if let wish { inFlightIntents.append(wish) }
        let reason = wish ?? inFlightIntents.first { _ in true }
        let sent = Command(
            id: around.nextCommand(), triesLeft: Int32(environment.policy.recording.tries - 1), verb: verb,
            server: server, isPostponed: postponed,
            cause: reason?.cause ?? cause, thirdParty: reason?.thirdParty)
        command = sent
        if postponed { effects.awaits = sent.id } else { send(sent, &effects) }
    }

    private mutating func begin(_ newFile: String) {
        if !file.isEmpty { info.earlierFiles.append(file) }
        if info.earlierFiles.count > RecordingInfo.keptFiles { info.earlierFiles.removeFirst() }
        info.file = newFile
    }

    private mutating func reach(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        guard let reached = command else { preconditionFailure("A recording reached what no command was for.") }
        command = nil
        effective = reached.target
        cause = phase == .recovering ? .recovery : reached.cause
        let thirdParty = phase == .recovering ? nil : reached.thirdParty
        var hasNewFile = false
        switch reached.verb {
        case .start:
            begin(proposedFile)
            reason = nil
            flaw = nil
            search = nil
            tried = MediaServerSet()
            hasNewFile = true
        case .pause:
            reason = nil
            audio.forget()
        case .resume:
            reason = nil
            if let resumedFile {
                begin(resumedFile)
                hasNewFile = true
                self.resumedFile = nil
            }
        case .stop:
            forgetWarnings()
            failByFlaw(&effects)
            phase = .over
            effects.ended = .stopped
        }
        switch effective {
        case .on: endPause()
        case .paused: countPause(&effects, &around, environment)
        case .off: break
        }
        change(for: thirdParty, hasNewFile: hasNewFile, &effects)
        inFlightIntents.forEach { tell($0, .done, &effects) }
        inFlightIntents = []
        if phase == .over {
            finish(reason ?? .refused, &effects)
        } else {
            phase = effective == .on ? .on : .paused
            settleRunning(&effects, &around, environment)
        }
    }
}
