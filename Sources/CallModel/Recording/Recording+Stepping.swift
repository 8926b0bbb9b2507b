/// What a recording needs to know of its surroundings to take a step.
struct RecordingEnvironment: Sendable, Equatable {
    var servers: MediaServerList
    /// Those that may take a new recording, at the moment of this step.
    var available = MediaServerSet.all
    var tries: Int
    var pauseFailure: RecordingOptions.PauseFailure
    /// The option `pause-limit`; `nil`: none.
    var pauseLimit: Duration?
    var pauseLimitAction: RecordingOptions.PauseLimitAction
    /// When this step is taken.
    var now = Duration.zero
    /// The last command id that this call has given.
    var lastCommand: UInt32 = 0
    /// The last search for a media server that began in this call.
    var lastSearch: UInt32 = 0
    /// The last look at the limit of a pause.
    var lastLook: UInt32 = 0
    var cleanUps = OrphanedStarts()
    /// The limit of a pause whose last recording has ended though nobody asked for that (``CallRecordings/pause``).
    var leftPause: PauseLimit?

    init(_ rules: CallPolicy) {
        servers = rules.mediaServers
        tries = rules.recording.tries
        pauseFailure = rules.recording.pauseFailure
        pauseLimit = rules.recording.pauseLimit > 0 ? .seconds(rules.recording.pauseLimit) : nil
        pauseLimitAction = rules.recording.pauseLimitAction
    }

    mutating func nextCommand() -> MediaCommand.ID {
        lastCommand &+= 1
        return MediaCommand.ID(rawValue: lastCommand)
    }

    /// The server to try next for a recording; `nil`: none of those left may take it. A server that is told to stop
    /// this very recording has to confirm that first.
    func choose(for recording: Recording) -> Int? {
        var set = available.subtracting(recording.tried)
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
    mutating func wish(_ wish: Intent, in around: inout RecordingEnvironment) -> RecordingOutcome {
        var outcome = RecordingOutcome()
        take(wish, &outcome, &around)
        return outcome
    }

    mutating func take(_ wish: Intent, _ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment) {
        guard phase != .over else { return }
        if let reason = wish.overrules {
            failWaiting(reason, &outcome)
            if desired == .paused { around.leftPause = pauseLimit }
        } else if let older = next {
            tell(older, .superseded, &outcome)
            next = nil
        }
        desired = wish.target
        if wish.target == .paused { pauseLimit.replace(by: wish.longestPause, option: around.pauseLimit) }
        replaceUnsent(by: wish, &outcome, around)
        if let command, command.target == wish.target {
            inFlightIntents.append(wish)
        } else if next == nil {
            next = wish
        }
        execute(phase.move(on: .wished), .refused, &outcome, &around)
    }

    /// A command that has not been sent gives way to a newer wish. A start keeps its time, so that no client can make
    /// the engine ask a media server without end.
    private mutating func replaceUnsent(
        by wish: Intent, _ outcome: inout RecordingOutcome, _ around: RecordingEnvironment
    ) {
        guard let command, command.isPostponed, command.target != wish.target else { return }
        switch phase {
        case .pausing:
            self.command = nil
            reason = nil
            phase = .on
        case .recovering where wish.target != .off:
            supersedeRiding(&outcome)
            let paused = wish.target == .paused
            self.command?.verb = .start(paused: paused)
            if paused, !around.servers[server].capabilities.startsPaused { self.command = nil }
        case .starting where wish.target == .off:
            supersedeRiding(&outcome)
            self.command = nil
            phase = .armed
        case .armed, .starting, .on, .paused, .resuming, .stopping, .recovering, .over: break
        }
    }

    /// Takes anything else that can happen. `reason` says why, where a command failed.
    mutating func take(
        _ stimulus: RecordingInput, because reason: RecordingReason = .refused,
        in around: inout RecordingEnvironment
    ) -> RecordingOutcome {
        var outcome = RecordingOutcome()
        let move = phase.move(on: stimulus)
        if stimulus == .lost, move == .end {
            cause = .mediaFailure
        } else if move == .end {
            cause = phase == .stopping ? command?.cause ?? cause : endingCause
        }
        execute(move, reason, &outcome, &around)
        return outcome
    }

    /// Of an end that the media server reports: where the recording was to end anyway, as at its call's end, that is why.
    private var endingCause: RecordingCause {
        guard let next, next.target == .off else { return .mediaReport }
        return next.cause
    }

    /// The deadline of a command has come: it is sent, sent again, or given up.
    mutating func deadline(of id: MediaCommand.ID, in around: inout RecordingEnvironment) -> RecordingOutcome {
        guard var command, command.id == id else { return RecordingOutcome() }
        if command.isPostponed, phase == .recovering {
            return searchAgain(in: &around)
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

    /// A search that waited looks anew who may take the recording.
    private mutating func searchAgain(in around: inout RecordingEnvironment) -> RecordingOutcome {
        var outcome = RecordingOutcome()
        let given = command
        command = nil
        search(postponed: false, &outcome, &around)
        command?.keepReason(of: given)
        return outcome
    }

    private mutating func execute(
        _ move: RecordingAction, _ reason: RecordingReason, _ outcome: inout RecordingOutcome,
        _ around: inout RecordingEnvironment
    ) {
        let wasPaused = desired == .paused
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
        case .startAgain: startAgain(&outcome, &around)
        case .follow: follow(&outcome, &around)
        case .end: end(reason, &outcome)
        case .giveUpSearch: giveUpSearch(&outcome)
        case .heedLimit: heedLimit(&outcome, &around)
        }
        if wasPaused, desired == .off { around.leftPause = pauseLimit }
    }
}

// MARK: - The moves

extension Recording {
    private mutating func settle(_ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment) {
        switch phase {
        case .armed: settleArmed(&outcome, &around)
        case .recovering: settleRecovering(&outcome, &around)
        case .on, .pausing, .paused, .resuming: settleRunning(&outcome, &around)
        case .starting, .stopping, .over: break
        }
    }

    private mutating func settleArmed(_ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment) {
        if desired == .off {
            finish(.refused, &outcome)
            outcome.ended = .stopped
        } else if anchorHasMedia, waitsFor == nil {
            start(entering: .starting, postponed: false, &outcome, &around)
        }
    }

    mutating func settleRecovering(_ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment) {
        if desired == .off {
            abandonStart(&outcome)
            finish(.noMediaServer, &outcome)
            outcome.ended = .stopped
        } else if command == nil {
            search(postponed: false, &outcome, &around)
        }
    }

    /// Tries the next start of a recovery. The search is bounded in time; waiting until somebody resumes is not.
    mutating func search(
        postponed: Bool, _ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment
    ) {
        start(entering: .recovering, postponed: postponed, &outcome, &around)
        if command == nil {
            search = nil
        } else if search == nil {
            search = around.nextSearch()
            outcome.searchBegan = search
        }
    }

    mutating func settleRunning(_ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment) {
        let wish = next
        next = nil
        guard desired != effective else {
            phase = effective == .on ? .on : .paused
            if let wish { tell(wish, .done, &outcome) }
            if phase == .paused { staysPaused(&outcome, &around) }
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

    /// Sends a start to a server that may take it, where that server can give what is desired; a driver that cannot
    /// start paused does not start until somebody resumes.
    mutating func start(
        entering phase: RecordingPhase, postponed: Bool, _ outcome: inout RecordingOutcome,
        _ around: inout RecordingEnvironment
    ) {
        let chosen = around.choose(for: self)
        if chosen == nil, phase == .starting { return failStart(.noMediaServer, &outcome) }
        server = chosen ?? server
        let paused = desired == .paused
        if paused, !around.servers[server].capabilities.startsPaused {
            inFlightIntents.forEach { tell($0, $0.target == .paused ? .done : .superseded, &outcome) }
            inFlightIntents = []
            if let wish = next { tell(wish, .done, &outcome) }
            next = nil
            orderLook(&outcome, &around)
            return
        }
        self.phase = phase
        let wish = next
        next = nil
        send(.start(paused: paused), for: wish, postponed: postponed || chosen == nil, &outcome, &around)
        if command?.isPostponed == false { acquireCapacity(&outcome) }
    }

    private mutating func acquireCapacity(_ outcome: inout RecordingOutcome) {
        seat = server
        outcome.takes = server
    }

    mutating func releaseCapacity(_ outcome: inout RecordingOutcome) {
        guard let seat else { return }
        outcome.leaves = seat
        self.seat = nil
    }

    mutating func send(
        _ verb: Command.Verb, for wish: Intent?, postponed: Bool = false, _ outcome: inout RecordingOutcome,
        _ around: inout RecordingEnvironment
    ) {
        if let wish { inFlightIntents.append(wish) }
        let reason = wish ?? inFlightIntents.first { _ in true }
        let sent = Command(
            id: around.nextCommand(), verb: verb, server: server, triesLeft: around.tries - 1, isPostponed: postponed,
            cause: reason?.cause ?? cause, thirdParty: reason?.thirdParty)
        command = sent
        if !postponed { outcome.send = sent }
        outcome.awaits = sent.id
    }

    private mutating func begin(_ newFile: String) {
        if !file.isEmpty { earlierFiles.append(file) }
        if earlierFiles.count > RecordingInfo.keptFiles { earlierFiles.removeFirst() }
        file = newFile
    }

    private mutating func reach(_ outcome: inout RecordingOutcome, _ around: inout RecordingEnvironment) {
        guard let reached = command else { preconditionFailure("A recording reached what no command was for.") }
        command = nil
        effective = reached.target
        cause = phase == .recovering ? .recovery : reached.cause
        let thirdParty = phase == .recovering ? nil : reached.thirdParty
        var newFile: String?
        switch reached.verb {
        case .start:
            begin(proposedFile)
            reason = nil
            flaw = nil
            search = nil
            tried = MediaServerSet()
            newFile = file
        case .pause:
            reason = nil
            audio.forget()
        case .resume:
            reason = nil
            if let resumedFile { begin(resumedFile) }
            newFile = resumedFile
            resumedFile = nil
        case .stop:
            forgetWarnings()
            failByFlaw(&outcome)
            phase = .over
            outcome.ended = .stopped
        }
        switch effective {
        case .on: endPause()
        case .paused: countPause(&outcome, &around)
        case .off: break
        }
        outcome.changed.append(RecordingChange(notice: notice, thirdParty: thirdParty, newFile: newFile))
        inFlightIntents.forEach { tell($0, .done, &outcome) }
        inFlightIntents = []
        if phase == .over {
            finish(reason ?? .refused, &outcome)
        } else {
            phase = effective == .on ? .on : .paused
            settleRunning(&outcome, &around)
        }
    }
}
