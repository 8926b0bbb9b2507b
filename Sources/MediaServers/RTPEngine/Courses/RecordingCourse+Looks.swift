import CallModel

/// Looks at a recording that goes on, which nobody asked for: does it?
extension RecordingCourse {
    /// How long a file may stand still where the site does not say (option `media-proof`), before the server is asked.
    private static let quietTime = Duration.seconds(5)
    /// More than the server keeps before it writes.
    private static let heldBack = 12_288

    private static let askingTime = Duration.milliseconds(900)

    private func quietTime(_ around: CourseSurroundings) -> Duration {
        around.mediaProof > .zero ? around.mediaProof : Self.quietTime
    }

    /// The length of the file.
    mutating func look(_ size: Int?, _ outcome: inout CourseOutcome, _ around: inout CourseSurroundings) {
        guard isLive else { return }
        guard let size else { return end(stops: true, &outcome, &around) }
        let before = watch.size
        watch.size = size
        if let before, size > before {
            grown(&outcome, &around)
        } else if before == nil {
            watch.grow(at: around.now)
        } else if watch.isClosed || (capture == .on && around.now - watch.grown >= quietTime(around) / 2) {
            ask(at: around.now, &outcome)
        }
    }

    private mutating func grown(_ outcome: inout CourseOutcome, _ around: inout CourseSurroundings) {
        watch.grow(at: around.now)
        if capture == .paused {
            if around.traits.pause == .seen {
                outcome.notes.append(.resumedByOthers)
            } else {
                around.traits.pause = .missing
                outcome.notes.append(.writesWhilePaused)
            }
            end(stops: true, &outcome, &around)
        } else if watch.warns {
            tellAudio(isPresent: true, &outcome)
        }
    }

    mutating func ask(at now: Duration, _ outcome: inout CourseOutcome) {
        guard !watch.isAsking, watch.isClosed || now - watch.asked >= Self.askingTime else { return }
        watch.isAsking = true
        watch.asked = now
        outcome.send = NGRequest(command: .query, callID: callID)
    }

    /// What the server says of it.
    mutating func look(_ reply: NGReply, _ outcome: inout CourseOutcome, _ around: inout CourseSurroundings) {
        guard isLive else { return }
        watch.isAsking = false
        switch reply.result {
        case .refused(.unknownCall): return end(stops: false, &outcome, &around)
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
        if capture == .on { weigh(reply, &outcome, &around) }
    }

    /// Whether what came in since the file, or the count of packets, last grew is nothing, too much, or neither.
    private mutating func weigh(
        _ reply: NGReply, _ outcome: inout CourseOutcome, _ around: inout CourseSurroundings
    ) {
        let octets = watch.octets ?? reply.writtenOctets
        let packets = watch.packets
        watch.octets = octets
        watch.packets = reply.packets
        if let packets, reply.packets > packets {
            guard file != nil else {
                watch.grow(at: around.now)
                watch.packets = reply.packets
                if watch.warns { tellAudio(isPresent: true, &outcome) }
                return
            }
            if reply.writtenOctets &- octets > Self.heldBack {
                outcome.notes.append(.notWritten)
                end(stops: true, &outcome, &around)
            }
        } else if packets != nil, !watch.warns, around.mediaProof > .zero, around.now - watch.grown >= around.mediaProof
        {
            tellAudio(isPresent: false, &outcome)
        }
    }

    private mutating func tellAudio(isPresent: Bool, _ outcome: inout CourseOutcome) {
        guard let holder else { return }
        watch.warns = !isPresent
        outcome.report = CourseOutcome.Report(holder: holder, event: .audio(missing: isPresent ? [] : .both))
    }
}
