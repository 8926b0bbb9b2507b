import CallModel

/// Which step takes what is heard.
extension RTPEngineCall {
    mutating func hear(_ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment) {
        switch step {
        case .idle: look(reply, &outcome, &around)
        case .starting: started(reply, &outcome, &around)
        case .learning: learned(reply, &outcome, &around)
        case .asking, .counting: asked(reply, &outcome, &around)
        case .retracting: retracted(reply, &outcome, &around)
        case .pausing: paused(reply, &outcome, &around)
        case .checkingPause: pauseChecked(reply, &outcome, &around)
        case .watchingPause: pauseCounted(reply, &outcome, &around)
        case .cutting: cutDone(reply, &outcome, &around)
        case .resuming: resumed(reply, &outcome, &around)
        case .checkingResume: resumeChecked(reply, &outcome, &around)
        case .stopping: stopped(reply, &outcome, &around)
        case .inspecting: inspected(reply, &outcome, &around)
        case .clearing: cleared(reply, &outcome, &around)
        // They wait for the spool.
        case .naming, .proving, .renaming, .closingCut, .closing, .measuring, .vanished: break
        }
    }

    mutating func hear(_ news: SpoolEvent, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment) {
        switch news {
        case .named(let name):
            guard step == .naming else {
                if let name { outcome.orders.append(.giveBack(name)) }
                return
            }
            sendStart(named: name, &outcome, around)
        case .found(let file): found(file, &outcome, &around)
        case .renamed(let file, let isDone): renamed(file, isDone: isDone, &outcome, &around)
        case .closed(let original): closed(original, &outcome, around)
        case .unwatched(let original):
            if step == .closing || step == .closingCut { closed(original, &outcome, around) }
        case .size(let size, let age):
            switch step {
            case .idle: look(size, age: age, &outcome, &around)
            case .measuring(let isCut): measured(size, age: age, isCut: isCut, &outcome, around)
            default: pauseLooked(size, &outcome, &around)
            }
        }
    }

    mutating func expire(_ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment) {
        deadline = nil
        switch step {
        case .naming: turnDownStart(.refused, &outcome)
        case .proving: proofIsLate(&outcome, &around)
        case .learning, .asking: disprove(&outcome)
        case .renaming:
            leftUnnamed = true
            confirmStart(.file, &outcome, around)
        case .counting, .watchingPause: send(.query, entering: step, &outcome)
        case .closing:
            capture = .doubtful
            refuse(.notProved, &outcome)
        case .closingCut: refuse(.notProved, &outcome)
        case .measuring(isCut: false): stopConfirmed(&outcome, around)
        case .measuring(isCut: true): cutClosed(&outcome, around)
        case .vanished: end(stops: false, &outcome, &around)
        case .idle, .starting, .retracting, .pausing, .checkingPause, .cutting, .resuming, .checkingResume, .stopping,
            .inspecting, .clearing:
            break
        }
    }

    /// The server has not answered what the step sent. The engine knows by its own deadline that its command came to
    /// nothing; what the server may be doing yet is put right.
    mutating func giveUp(_ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment) {
        switch step {
        case .idle: watch.isAsking = false
        case .stopping: send(.stop, entering: .stopping, &outcome)
        case .clearing(let command): send(command, entering: step, &outcome)
        case .inspecting:
            enter(.idle)
            owesStop = true
            clearIfOwed(&outcome, &around)
        case .starting, .retracting, .learning, .asking, .counting, .resuming, .checkingResume:
            if capture == .off { capture = .doubtful }
            enter(.idle)
            command = nil
            outcome.orders.append(.stopExpecting)
            bringBack(&outcome)
        case .pausing, .checkingPause, .watchingPause, .cutting:
            enter(.idle)
            command = nil
        case .naming, .proving, .renaming, .closingCut, .closing, .measuring, .vanished: break
        }
    }

    private mutating func learned(
        _ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        guard reply.result == .ok else { return turnDownStart(.refused, &outcome) }
        around.traits.learn(from: reply)
        if reply.recording == .paused { return disprove(&outcome) }
        proveFile(&outcome, &around)
    }

    // MARK: - Stops

    private static let closingTime = Duration.milliseconds(800)

    private mutating func stopped(
        _ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        switch reply.result {
        case .ok, .pong: awaitClosed(entering: .closing, &outcome, around)
        case .refused(.unknownCall): finish(isCut: false, &outcome, around)
        case .refused: refuse(.refused, &outcome)
        }
    }

    mutating func awaitClosed(
        entering step: Step, _ outcome: inout RTPEngineEffects, _ around: RTPEngineEnvironment
    ) {
        watch.ended = watch.ended ?? around.now
        enter(step, until: around.now + Self.closingTime)
        if let file, !watch.isClosed {
            outcome.orders.append(.awaitClosed(file))
        } else if let file {
            closed(file.original, &outcome, around)
        } else {
            finish(isCut: step == .closingCut, &outcome, around)
        }
    }

    private mutating func closed(
        _ original: String, _ outcome: inout RTPEngineEffects, _ around: RTPEngineEnvironment
    ) {
        guard file?.original == original else { return }
        if step == .closing || step == .closingCut {
            finish(isCut: step == .closingCut, &outcome, around)
        } else {
            watch.isClosed = true
            watch.ended = watch.ended ?? around.now
        }
    }

    private static let measuringTime = Duration.milliseconds(200)

    /// The server has ended the capture. A stretch so short that nothing was seen of it is looked at once more.
    private mutating func finish(isCut: Bool, _ outcome: inout RTPEngineEffects, _ around: RTPEngineEnvironment) {
        if let file, around.spool != nil, watch.capture.hasSeenNothing {
            enter(.measuring(isCut: isCut), until: around.now + Self.measuringTime)
            outcome.orders.append(.look(file))
        } else if isCut {
            cutClosed(&outcome, around)
        } else {
            stopConfirmed(&outcome, around)
        }
    }

    private mutating func measured(
        _ size: Int?, age: Duration, isCut: Bool, _ outcome: inout RTPEngineEffects, _ around: RTPEngineEnvironment
    ) {
        if let size, size > watch.size ?? SpoolFile.emptySize {
            tell(watch.capture.grow(age: age, at: around.now), &outcome)
        }
        if isCut { cutClosed(&outcome, around) } else { stopConfirmed(&outcome, around) }
    }

    private mutating func stopConfirmed(_ outcome: inout RTPEngineEffects, _ around: RTPEngineEnvironment) {
        tell(watch.capture.end(at: watch.ended ?? around.now), &outcome)
        guard let command else { preconditionFailure("A stop is confirmed to who asked for it.") }
        answer(.confirmed(command.id), &outcome)
        release(&outcome)
    }

    // MARK: - What nobody asked for

    private mutating func inspected(
        _ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        enter(.idle)
        if reply.result == .ok {
            around.traits.learn(whereRecorded: reply)
            if reply.recording != nil { outcome.notes.append(.inherited) }
            // A release that tells what is recorded has told that nothing is.
            owesStop = owesStop || reply.recording != nil || around.traits.keepsState != true
        }
        clearIfOwed(&outcome, &around)
    }

    private mutating func cleared(
        _ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        enter(.idle)
        guard holder == nil else { return }
        owesStop = false
        clearIfOwed(&outcome, &around)
    }
}
