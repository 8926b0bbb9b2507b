import CallModel

/// Looks at a recording that goes on, which nobody asked for: does it?
extension RTPEngineCall {
    /// How long audio may stay away where the site does not say (option `media-proof`), before the server is asked.
    private static let quietTime = Duration.seconds(5)
    /// How long a file may stand still before the server is asked what it does.
    private static let standingTime = Duration.seconds(1)
    /// More than the server keeps before it writes.
    private static let heldBack = 12_288

    private static let askingTime = Duration.milliseconds(900)

    private func quietTime(_ around: RTPEngineEnvironment) -> Duration {
        around.mediaProof > .zero ? around.mediaProof : Self.quietTime
    }

    /// The length of the file.
    mutating func look(
        _ size: Int?, age: Duration, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        guard isLive else { return }
        guard let size else { return end(stops: true, &outcome, &around) }
        let before = watch.size
        watch.size = size
        if let before, size > before {
            grown(age: age, &outcome, &around)
        } else if before == nil {
            watch.grow(at: around.now)
        } else {
            tell(watch.capture.stand(at: around.now), &outcome)
        }
        if isLive, isDoubtful(around) { ask(at: around.now, &outcome) }
    }

    /// Whether the server is to be asked: of a file that stands still, and from time to time for the packets of each side.
    private func isDoubtful(_ around: RTPEngineEnvironment) -> Bool {
        guard !watch.isClosed else { return true }
        guard capture == .on else { return false }
        let quiet = quietTime(around) / 2
        return around.now - watch.grown >= min(Self.standingTime, quiet) || around.now - watch.asked >= quiet
    }

    private mutating func grown(
        age: Duration, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        watch.grow(at: around.now)
        if capture == .paused {
            if around.traits.pause == .seen {
                outcome.notes.append(.resumedByOthers)
            } else {
                around.traits.pause = .missing
                outcome.notes.append(.writesWhilePaused)
            }
            end(stops: true, &outcome, &around)
        } else {
            tell(watch.capture.grow(age: age, at: around.now), &outcome)
            if watch.missing == .both { tellAudio(missing: [], &outcome) }
        }
    }

    mutating func ask(at now: Duration, _ outcome: inout RTPEngineEffects) {
        guard !watch.isAsking, watch.isClosed || now - watch.asked >= Self.askingTime else { return }
        watch.isAsking = true
        watch.asked = now
        outcome.send = NGRequest(command: .query, callID: callID)
    }

    /// What the server says of it.
    mutating func look(_ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment) {
        guard isLive else { return }
        watch.isAsking = false
        switch reply.result {
        case .refused(.unknownCall): return vanish(&outcome, around)
        case .refused: return
        case .ok, .pong: break
        }
        let isAsWeThink =
            switch reply.recording {
            case .on: capture == .on
            case .paused: capture == .paused
            case nil: around.traits.keepsState != true
            }
        guard isAsWeThink, !watch.isClosed else { return end(stops: true, &outcome, &around) }
        guard capture == .on else { return }
        let isQuiet = watch.packets == reply.packets
        weigh(reply, &outcome, &around)
        if isLive { weighSides(reply, isQuiet: isQuiet, &outcome, around) }
    }

    /// The server does not know the call any more. A call's end that is on its way brings a stop.
    mutating func vanish(_ outcome: inout RTPEngineEffects, _ around: RTPEngineEnvironment) {
        tell(watch.capture.end(at: watch.ended), &outcome)
        enter(.vanished, until: around.now + Self.endingTime)
    }

    private static let endingTime = Duration.seconds(1)

    /// Whether what came in since the file, or the count of packets, last grew is nothing, too much, or neither.
    private mutating func weigh(
        _ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        let octets = watch.octets ?? reply.writtenOctets
        let packets = watch.packets
        watch.octets = octets
        watch.packets = reply.packets
        guard let packets, reply.packets > packets else {
            if file == nil { tell(watch.capture.stand(at: around.now), &outcome) }
            return
        }
        if file == nil {
            watch.grow(at: around.now)
            watch.packets = reply.packets
            tell(watch.capture.grow(at: around.now), &outcome)
            if watch.missing == .both { tellAudio(missing: [], &outcome) }
        } else if reply.writtenOctets &- octets > Self.heldBack {
            outcome.notes.append(.notWritten)
            end(stops: true, &outcome, &around)
        } else {
            watch.capture.hold(at: around.now)
        }
    }

    /// From which sides no packet has come for too long; where the server does not tell the sides, from both or none.
    private mutating func weighSides(
        _ reply: NGReply, isQuiet: Bool, _ outcome: inout RTPEngineEffects, _ around: RTPEngineEnvironment
    ) {
        let proof = around.mediaProof
        guard proof > .zero else { return }
        var missing = watch.missing
        if let packets = order?.session.flatMap({ reply.packets(of: $0) }) {
            watch.anchor.poll(packets.anchor, at: around.now)
            watch.other.poll(packets.other, at: around.now)
            missing = []
            if around.now - watch.anchor.grown >= proof { missing.insert(.anchor) }
            if around.now - watch.other.grown >= proof { missing.insert(.other) }
        } else if isQuiet, around.now - watch.grown >= proof {
            missing = .both
        }
        // Repeated while audio stays away: what was reported during a hold is not warned of.
        if missing != watch.missing || !missing.isEmpty { tellAudio(missing: missing, &outcome) }
    }

    private mutating func tellAudio(missing: MediaSides, _ outcome: inout RTPEngineEffects) {
        guard let holder else { return }
        watch.missing = missing
        outcome.report = RTPEngineEffects.Report(holder: holder, event: .audio(missing: missing))
    }
}
