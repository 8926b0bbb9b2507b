import CallControl
import CallModel
import EventLoops
import Logging

/// What a link does for its calls: courses are stepped, and what they ask of the world is carried out.
extension NGClient {
    func perform(_ command: MediaCommand) {
        if let event = recent.answer(to: command) { return report(event, of: RecordingKey(command)) }
        window.limit = desk.share
        followUp(conversions?.take(command, at: ClockReading(steady: now, wall: seat.shard.wallTime)))
        let holder = RecordingKey(command)
        if case .start(let order) = command.verb, callIDs[holder] == nil {
            guard let session = order.session else {
                note(.noSession, holder)
                return report(.refused(command.id, .refused), of: holder)
            }
            step(session.callID, .command(command), or: fresh(session))
            if courses[session.callID]?.course.concerns(holder) == true { callIDs[holder] = session.callID }
        } else if let callID = callIDs[holder] {
            step(callID, .command(command))
        } else if case .stop = command.verb {
            // It is not recording here, which is what a stop asks for.
            report(.confirmed(command.id), of: holder)
        } else {
            report(.refused(command.id, .refused), of: holder)
        }
        pump()
    }

    func inherit(_ session: MediaSession) {
        window.limit = desk.share
        step(session.callID, .inherited, or: fresh(session))
        pump()
    }

    private func fresh(_ session: MediaSession) -> RTPEngineCall {
        RTPEngineCall(callID: session.callID, leftUnnamed: unnamed.contains(session.callID))
    }

    func hear(_ news: SpoolEvent, of callID: String) {
        step(callID, .spool(news))
        pump()
    }

    /// Takes one step of a course, and carries out the whole outcome.
    func step(_ callID: String, _ input: RTPEngineInput, or fresh: @autoclosure () -> RTPEngineCall? = nil) {
        let known = courses[callID]
        guard let seat = known ?? fresh().map(RTPEngineCallBox.init) else { return }
        let (holder, waiting) = (seat.course.holder, seat.course.next.map(RecordingKey.init))
        let wasTimed = seat.course.deadline != nil
        let wasHeld = seat.course.isHeld
        var around = desk.surroundings(now: now)
        let traits = around.traits
        let outcome = seat.course.take(input, in: &around)
        if around.traits != traits { desk.learn(around.traits, over: traits) }
        let isTimed = seat.course.deadline != nil
        if seat.course.isHeld != wasHeld { recordings += wasHeld ? -1 : 1 }
        if isTimed, !wasTimed { timed.insert(callID) } else if wasTimed, !isTimed { timed.remove(callID) }
        if let holder, !seat.course.concerns(holder) { callIDs[holder] = nil }
        if let waiting, !seat.course.concerns(waiting) { callIDs[waiting] = nil }
        if !seat.course.isOver {
            if known == nil { courses[callID] = seat }
        } else {
            courses[callID] = nil
            if seat.course.leftUnnamed, around.traits.reusesFiles { unnamed.insert(callID) }
        }
        execute(outcome, callID, seat.course.stepNumber, holder ?? seat.course.holder)
    }

    private func execute(
        _ outcome: RTPEngineEffects, _ callID: String, _ number: UInt32, _ holder: RecordingKey?
    ) {
        for order in outcome.orders { give(order, callID) }
        for note in outcome.notes { self.note(note, holder) }
        for seen in outcome.evidence { report(seen.event, of: seen.holder) }
        if let said = outcome.report { report(said.event, of: said.holder, seen: outcome.seenSize) }
        if let request = outcome.send, !window.add(request, for: number) {
            desk.logger.error("too many commands wait for a media server", metadata: desk.metadata)
        }
        if outcome.repeats, let datagram = window.again(callID, now: now, patience: desk.settings.timeout / 2) {
            transmit(datagram)
        }
    }

    private func give(_ order: SpoolCommand, _ callID: String) {
        desk.spool?.take(order, for: callID, listener)
    }

    /// Takes what the kernel has told of files. A server makes and closes a file before it answers: the news of what an
    /// answer brought about is there with it, or comes with a later tick.
    func hearNews() {
        guard let spool = desk.spool else { return }
        for (callID, news) in spool.news(for: seat.shard.index) { step(callID, .spool(news)) }
    }

    nonisolated func makeListener() -> SpoolListener {
        let (reports, shard) = (reports, seat.shard)
        return SpoolListener(shard: shard.index) { callID, news in
            reports.later(on: shard) {
                self.enter(Told(callID: callID, news: news)) { $0.hear($1.news, of: $1.callID) }
            }
        }
    }

    private struct Told: Sendable {
        var callID: String
        var news: SpoolEvent
    }

    func report(_ event: MediaReport.Event, of holder: RecordingKey, seen: Int? = nil) {
        recent.note(event, for: holder.connection)
        if conversions != nil {
            let file = callIDs[holder].flatMap { courses[$0]?.course.file }.flatMap { desk.spool?.path(of: $0.name) }
            followUp(conversions?.take(event, of: holder, file: file, seen: seen, at: now))
        }
        reports.report(
            MediaReport(connection: holder.connection, recording: holder.recording, server: server, event: event))
    }

    /// A query for a conversion is nobody's step: where it comes to nothing, the one after it, or none, tells.
    private func followUp(_ next: ConversionTracker.Next?) {
        switch next {
        case nil, .nothing: break
        case .ask(let callID): _ = window.add(NGRequest(command: .query, callID: callID), for: 0)
        case .convert(let order): desk.converter?.convert(order)
        }
    }

    func expireSteps() {
        for callID in timed where courses[callID]?.course.deadline.map({ $0 <= now }) ?? true {
            step(callID, .deadline)
        }
    }

    private func note(_ note: RTPEngineWarning, _ holder: RecordingKey?) {
        var metadata = desk.metadata.merging(note.metadata) { $1 }
        if let holder { metadata["connection"] = "\(holder.connection)" }
        desk.logger.log(level: note.level, "\(note.text)", metadata: metadata)
    }
}

// MARK: - Looks

extension NGClient {
    /// Looks at the recordings that go on, each in its turn, so many in each tick.
    func lookAtSome() {
        guard reachability.isReachable else { return }
        let chosen = looks.next(
            of: courses, now: now, mediaProof: desk.settings.mediaProof, seesFiles: desk.spool != nil)
        if let spool = desk.spool, !chosen.files.isEmpty {
            let (reports, shard) = (reports, seat.shard)
            spool.look(at: chosen.files) { sizes in
                reports.later(on: shard) {
                    self.enter(sizes) { link, sizes in
                        for (callID, size) in sizes { link.step(callID, .spool(size)) }
                        link.pump()
                    }
                }
            }
        }
        for callID in chosen.queries {
            guard let seat = courses[callID] else { continue }
            var outcome = RTPEngineEffects()
            seat.course.ask(at: now, &outcome)
            execute(outcome, callID, seat.course.stepNumber, seat.course.holder)
        }
    }
}

/// Whose turn it is to be looked at.
struct PollScheduler: Sendable {
    struct Chosen: Sendable {
        var files: [(callID: String, file: SpoolFile)] = []
        var queries: [String] = []
    }

    /// Of queries in one tick: what looks cost a server is bounded.
    static let mostQueries = 32
    static let mostFiles = 2_000
    private static let shortest = Duration.milliseconds(500)

    /// Between two looks at one recording.
    static func interval(mediaProof: Duration, seesFiles: Bool) -> Duration {
        seesFiles ? shortest : max(shortest, mediaProof > .zero ? mediaProof / 3 : .seconds(5))
    }

    private var waiting: [String] = []
    private var began = Duration.zero

    mutating func next(
        of courses: [String: RTPEngineCallBox], now: Duration, mediaProof: Duration, seesFiles: Bool
    ) -> Chosen {
        let interval = Self.interval(mediaProof: mediaProof, seesFiles: seesFiles)
        if waiting.isEmpty, now - began >= interval {
            began = now
            for (callID, seat) in courses where seat.course.isLive { waiting.append(callID) }
        }
        var chosen = Chosen()
        while chosen.files.count < Self.mostFiles, chosen.queries.count < Self.mostQueries,
            let callID = waiting.popLast()
        {
            guard let course = courses[callID]?.course, course.isLive else { continue }
            if let file = course.file { chosen.files.append((callID, file)) } else { chosen.queries.append(callID) }
        }
        return chosen
    }
}
