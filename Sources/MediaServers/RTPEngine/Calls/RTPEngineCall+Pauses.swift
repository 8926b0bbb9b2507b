import CallModel

/// Pauses and resumes: true ones where the server's are, else a stop and a start.
extension RTPEngineCall {
    mutating func takePause(
        _ command: MediaCommand, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        guard holder == RecordingKey(command), capture != .off, capture != .doubtful else {
            return turnDown(command, &outcome)
        }
        self.command = command
        if capture == .cut { return answer(.confirmed(command.id), &outcome) }
        switch around.traits.pause {
        case .served where around.spool == nil && around.traits.showsMetadata != true:
            outcome.notes.append(.pauseIsNotShown)
            refuse(.notProved, &outcome)
        case .served, .seen:
            send(.pause, entering: .pausing, &outcome)
        case .missing, .unknown:
            cut(&outcome, around)
        }
    }

    /// A pause by a stop, where the next start will not take this file.
    private mutating func cut(_ outcome: inout RTPEngineEffects, _ around: RTPEngineEnvironment) {
        if leftUnnamed, around.traits.reusesFiles {
            outcome.notes.append(.wouldOverwrite)
            refuse(.notProved, &outcome)
        } else {
            send(.stop, entering: .cutting, &outcome)
        }
    }

    mutating func paused(
        _ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        switch reply.result {
        case .ok, .pong: send(.query, entering: .checkingPause, &outcome)
        case .refused(.unknownCommand):
            around.traits.pause = .missing
            cut(&outcome, around)
        case .refused(.unknownCall): vanish(&outcome, around)
        case .refused(.other): refuse(.refused, &outcome)
        }
    }

    mutating func pauseChecked(
        _ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        if reply.result == .refused(.unknownCall) { return vanish(&outcome, around) }
        guard reply.result == .ok else { return end(stops: true, &outcome, &around) }
        around.traits.learn(from: reply)
        switch reply.recording {
        case .on: return refuse(.notProved, &outcome)
        case .paused: break
        case nil:
            if around.traits.keepsState == true { return end(stops: true, &outcome, &around) }
            guard around.spool != nil else { return refuse(.notProved, &outcome) }
        }
        watch.ended = around.now
        guard let file, around.spool != nil, around.traits.pause != .seen else {
            return confirmPause(&outcome, around)
        }
        proofEnd = around.now + around.proofTime
        enter(.watchingPause(size: nil, octets: reply.writtenOctets), until: around.now + Self.watchTime)
        outcome.orders.append(.look(file))
    }

    private static let watchTime = Duration.milliseconds(100)
    /// More than the server keeps before it writes.
    private static let heldBack = 12_288

    /// A look at the file after the server has said that it is paused.
    mutating func pauseLooked(
        _ size: Int?, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        guard case .watchingPause(let before, let octets) = step else { return }
        guard let size else { return end(stops: true, &outcome, &around) }
        if watch.capture.hasSeenNothing, size > watch.size ?? SpoolFile.emptySize {
            tell(watch.capture.grow(at: around.now), &outcome)
        }
        guard let before else {
            step = .watchingPause(size: size, octets: octets)
            return
        }
        if size > before {
            outcome.notes.append(.writesWhilePaused)
            around.traits.pause = .missing
            cut(&outcome, around)
        }
    }

    /// Counts what has come in since, and would have been written.
    mutating func pauseCounted(
        _ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        guard case .watchingPause(let size, let octets) = step, let file else { return }
        if reply.result == .refused(.unknownCall) { return vanish(&outcome, around) }
        guard reply.result == .ok else { return end(stops: true, &outcome, &around) }
        if size != nil, reply.writtenOctets &- octets > Self.heldBack {
            around.traits.pause = .seen
            confirmPause(&outcome, around)
        } else if around.now >= proofEnd {
            // So little audio has come that nothing can be told by it; a look that finds more later raises the alarm.
            confirmPause(&outcome, around)
        } else {
            enter(step, until: around.now + Self.watchTime)
            outcome.orders.append(.look(file))
        }
    }

    mutating func confirmPause(_ outcome: inout RTPEngineEffects, _ around: RTPEngineEnvironment) {
        guard let command else { preconditionFailure("A pause is confirmed to who asked for it.") }
        tell(watch.capture.end(at: watch.ended ?? around.now), &outcome)
        watch.ended = nil
        capture = .paused
        watch.size = nil
        answer(.confirmed(command.id), &outcome)
    }

    mutating func cutDone(
        _ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        switch reply.result {
        case .ok, .pong: awaitClosed(entering: .closingCut, &outcome, around)
        case .refused(.unknownCall): vanish(&outcome, around)
        case .refused: refuse(.refused, &outcome)
        }
    }

    mutating func cutClosed(_ outcome: inout RTPEngineEffects, _ around: RTPEngineEnvironment) {
        guard let command else { preconditionFailure("A pause is confirmed to who asked for it.") }
        tell(watch.capture.end(at: watch.ended ?? around.now), &outcome)
        capture = .cut
        file = nil
        answer(.confirmed(command.id), &outcome)
    }

    mutating func takeResume(
        _ command: MediaCommand, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        guard holder == RecordingKey(command) else { return turnDown(command, &outcome) }
        switch capture {
        case .off, .doubtful, .on: turnDown(command, &outcome)
        case .paused:
            self.command = command
            send(.start, entering: .resuming, &outcome)
        case .cut:
            self.command = command
            begin(&outcome, &around)
        }
    }

    mutating func resumed(
        _ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        switch reply.result {
        case .ok, .pong: send(.query, entering: .checkingResume, &outcome)
        case .refused(.unknownCall): vanish(&outcome, around)
        case .refused: refuse(.refused, &outcome)
        }
    }

    mutating func resumeChecked(
        _ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        if reply.result == .refused(.unknownCall) { return vanish(&outcome, around) }
        guard reply.result == .ok else { return end(stops: true, &outcome, &around) }
        guard let command, reply.recording == .on || around.traits.keepsState != true else {
            return disprove(&outcome)
        }
        capture = .on
        let size = watch.size
        watch.begin(at: around.now, size: size)
        watch.capture.begin(
            file == nil ? .packets : .bytes, resolution: around.pollInterval, at: around.now)
        answer(.confirmed(command.id), &outcome)
    }
}
