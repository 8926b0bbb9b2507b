import CallModel

/// What is recorded of one call-id at one server, and the command about it that is under way: rtpengine records whole
/// calls, so a call-id has one recording at a time.
///
/// Step it with ``take(_:in:)``, then carry out the whole outcome before the next step.
struct RTPEngineCall: Sendable, Equatable {
    /// What the server has been brought to do.
    enum Capture: Sendable, Equatable {
        case off, on
        /// Told to pause.
        case paused
        /// Stopped for a pause: what follows goes to another file.
        case cut
        /// A start was not proved, or not answered: nobody knows.
        case doubtful
    }

    /// What is waited for. Each step but ``idle`` ends by an answer, by the spool's news or by its deadline.
    enum Step: Sendable, Equatable {
        case idle
        // A start, or a resume that is one.
        case naming
        case starting
        case proving
        /// The first query of a server whose release is not known: asked once the file is there.
        case learning
        case renaming
        case asking
        /// Packets so far: more must come.
        case counting(Int)
        /// A file that did not appear under the name that the server was told: stopped, to start without one.
        case retracting
        // A pause.
        case pausing
        case checkingPause
        /// How the file and the octets stood when the server said that it is paused.
        case watchingPause(size: Int?, octets: Int)
        case cutting
        case closingCut
        // A resume of a true pause.
        case resuming
        case checkingResume
        // A stop.
        case stopping
        case closing
        /// One more look at a closed file, of which nothing was seen yet; `isCut`: for a pause.
        case measuring(isCut: Bool)
        /// The server does not know the call any more: a stop is waited for, which a call's end brings.
        case vanished
        // What nobody asked for, or nobody waits for.
        case inspecting
        /// The server is told until it answers: to stop, or to pause what could not be shown to be resumed.
        case clearing(NGRequest.Command)
    }

    let callID: String
    var holder: RecordingKey?
    var capture = Capture.off
    var step = Step.idle
    /// Grows with each step, so that an answer to an earlier one is known as such.
    var stepNumber: UInt32 = 1
    var deadline: Duration?
    /// The end of the time that the proof of a start or a pause may take.
    var proofEnd = Duration.zero
    /// The command that is answered when the step is done.
    var command: MediaCommand?
    var order: StartParameters?
    /// The name that the server was told; `nil`: none.
    var told: String?
    /// It was told one, and nothing appeared there.
    var isRetracted = false
    var file: SpoolFile?
    /// There is a file of this call-id under the name that the server gives each of them.
    var leftUnnamed = false
    var segments = 0
    /// Recorded there, and nobody's: it is told to stop, as soon as it can be.
    var owesStop = false
    /// A start that waits for that.
    var next: MediaCommand?
    var watch = FileGrowthMonitor()

    init(callID: String, leftUnnamed: Bool = false) {
        self.callID = callID
        self.leftUnnamed = leftUnnamed
    }

    /// Nothing is recorded, and nothing is under way.
    var isOver: Bool {
        holder == nil && step == .idle && !owesStop && next == nil
    }

    func concerns(_ holder: RecordingKey) -> Bool {
        self.holder == holder || next.map(RecordingKey.init) == holder
    }

    /// Whether the server has something of this recording, so that its silence is noticed early.
    var isHeld: Bool {
        holder != nil && (capture == .on || capture == .paused || capture == .cut)
    }

    /// Whether it is worth looking at now and then.
    var isLive: Bool {
        step == .idle && (capture == .on || capture == .paused)
    }

    mutating func take(_ input: RTPEngineInput, in around: inout RTPEngineEnvironment) -> RTPEngineEffects {
        var outcome = RTPEngineEffects()
        switch input {
        case .command(let command): take(command, &outcome, &around)
        case .inherited: inherit(&outcome, &around)
        case .answered(let reply): hear(reply, &outcome, &around)
        case .unanswered: giveUp(&outcome, &around)
        case .answeredLate: hearLateStart(&outcome, &around)
        case .spool(let news): hear(news, &outcome, &around)
        case .looked(let reply): look(reply, &outcome, &around)
        case .deadline: expire(&outcome, &around)
        case .serverLost: lose(&outcome)
        case .serverBack: clearIfOwed(&outcome, &around)
        }
        return outcome
    }

    // MARK: - Steps

    mutating func enter(_ step: Step, until deadline: Duration? = nil) {
        self.step = step
        self.deadline = deadline
        stepNumber &+= 1
        watch.isAsking = false
    }

    mutating func send(
        _ command: NGRequest.Command, entering step: Step, until deadline: Duration? = nil,
        _ outcome: inout RTPEngineEffects
    ) {
        enter(step, until: deadline)
        outcome.send = NGRequest(command: command, callID: callID)
    }

    /// Answers the command under way; the step is over.
    mutating func answer(_ event: MediaReport.Event, _ outcome: inout RTPEngineEffects) {
        enter(.idle)
        guard command != nil, let holder else { return }
        command = nil
        outcome.report = RTPEngineEffects.Report(holder: holder, event: event)
    }

    /// The command cannot be shown to have worked. Where that was a resume, the engine goes on as paused, and so the
    /// server is brought back there; after a start it is told to stop by the engine.
    mutating func disprove(_ outcome: inout RTPEngineEffects) {
        refuse(.notProved, &outcome)
        bringBack(&outcome)
    }

    mutating func bringBack(_ outcome: inout RTPEngineEffects) {
        switch capture {
        case .cut: send(.stop, entering: .clearing(.stop), &outcome)
        case .paused: send(.pause, entering: .clearing(.pause), &outcome)
        case .off, .on, .doubtful: break
        }
    }

    mutating func refuse(_ failure: MediaFailure, _ outcome: inout RTPEngineEffects) {
        guard let command else { preconditionFailure("A course refuses the command that is under way.") }
        answer(.refused(command.id, failure), &outcome)
    }

    /// Tells what was seen of capture.
    func tell(_ evidence: CaptureEvidence?, _ outcome: inout RTPEngineEffects) {
        guard let evidence, let holder else { return }
        outcome.evidence.append(RTPEngineEffects.Report(holder: holder, event: .evidence(evidence)))
    }

    /// Gives the call-id up: its recording is nobody's any more.
    mutating func release(_ outcome: inout RTPEngineEffects) {
        if let file { outcome.orders.append(.forget(file)) }
        outcome.orders.append(.stopExpecting)
        enter(.idle)
        holder = nil
        command = nil
        order = nil
        file = nil
        capture = .off
        segments = 0
        watch = FileGrowthMonitor()
    }

    /// The recording has ended though nobody asked for it. `stops`: it may go on where nobody sees it.
    mutating func end(stops: Bool, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment) {
        tell(watch.capture.end(at: watch.ended), &outcome)
        if let holder { outcome.report = RTPEngineEffects.Report(holder: holder, event: .ended) }
        release(&outcome)
        owesStop = owesStop || stops
        clearIfOwed(&outcome, &around)
    }

    /// Tells the server to stop what is nobody's; then the start that waits for it begins.
    mutating func clearIfOwed(_ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment) {
        guard step == .idle, holder == nil else { return }
        if owesStop {
            send(.stop, entering: .clearing(.stop), &outcome)
        } else if let next {
            self.next = nil
            take(next, &outcome, &around)
        }
    }

    private mutating func lose(_ outcome: inout RTPEngineEffects) {
        let waiting = next.map(RecordingKey.init)
        let mayRecord = holder == nil ? step == .inspecting : capture != .off || step != .naming
        tell(watch.capture.end(at: watch.ended), &outcome)
        if file != nil { outcome.seenSize = watch.size ?? SpoolFile.emptySize }
        if let holder = holder ?? waiting { outcome.report = RTPEngineEffects.Report(holder: holder, event: .lost) }
        next = nil
        release(&outcome)
        owesStop = owesStop || mayRecord
    }
}

// MARK: - Commands

extension RTPEngineCall {
    private mutating func take(
        _ command: MediaCommand, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        if self.command == command || next == command {
            outcome.repeats = true
            return
        }
        switch command.verb {
        case .start(let order): takeStart(command, order, &outcome, &around)
        case .pause: takePause(command, &outcome, &around)
        case .resume: takeResume(command, &outcome, &around)
        case .stop: takeStop(command, &outcome)
        }
    }

    private mutating func takeStart(
        _ command: MediaCommand, _ order: StartParameters, _ outcome: inout RTPEngineEffects,
        _ around: inout RTPEngineEnvironment
    ) {
        let asker = RecordingKey(command)
        if holder == asker, self.command == nil, step == .idle, capture == .doubtful {
            // The same start again, after the server had not answered it: it is tried anew.
            self.command = command
            return begin(&outcome, &around)
        }
        if holder != nil || (next != nil && next != command) {
            outcome.notes.append(.callIDIsTaken)
            outcome.report = RTPEngineEffects.Report(holder: asker, event: .refused(command.id, .refused))
            return
        }
        guard step == .idle, !owesStop else {
            next = command
            return clearIfOwed(&outcome, &around)
        }
        holder = asker
        self.order = order
        self.command = command
        begin(&outcome, &around)
    }

    private mutating func takeStop(_ command: MediaCommand, _ outcome: inout RTPEngineEffects) {
        guard holder == RecordingKey(command) else {
            // It is not recording here, which is what a stop asks for.
            if next.map(RecordingKey.init) == RecordingKey(command) { next = nil }
            outcome.report = RTPEngineEffects.Report(holder: RecordingKey(command), event: .confirmed(command.id))
            return
        }
        self.command = command
        outcome.orders.append(.stopExpecting)
        send(.stop, entering: .stopping, &outcome)
    }

    /// A pause or a resume of what is not there to be paused or resumed.
    func turnDown(_ command: MediaCommand, _ outcome: inout RTPEngineEffects) {
        outcome.report = RTPEngineEffects.Report(
            holder: RecordingKey(command), event: .refused(command.id, .refused))
    }

    private mutating func inherit(_ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment) {
        guard holder == nil, step == .idle else { return }
        send(.query, entering: .inspecting, &outcome)
    }

    /// A stop was sent after that start; where it overtook it, one more follows.
    private mutating func hearLateStart(_ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment) {
        if step == .stopping {
            send(.stop, entering: .stopping, &outcome)
        } else if holder == nil {
            owesStop = true
            clearIfOwed(&outcome, &around)
        }
    }
}
