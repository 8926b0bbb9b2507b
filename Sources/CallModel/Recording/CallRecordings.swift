import EventLoops
import TLibrary

/// The recordings of one call, the requests on them that wait for their outcome, and the indication.
struct CallRecordings: Sendable, Equatable {
    /// Agent-side recording that a route asked for, before the call has reached an agent.
    struct AwaitingAgent: Sendable, Equatable {
        var id: RecordingID?
        var place: RecordingDestination
        /// Whose route it was.
        var asker: RequestContext
    }

    /// What a call that has ended, or one that a request stopped, forbids to options.
    struct SuppressedOptions: Sendable, Equatable {
        var source = false
        var destination = false
        var dns: [DirectoryNumber] = []
    }

    var live: [Recording] = []
    var used: [RecordingID] = []
    var begun: UInt32 = 0
    var ledger = PendingOutcomes()
    var around: RecordingEnvironment
    private var fileNames = UsedFileNames()
    /// Where the parties' media is carried, of those whose switch has told it.
    var sessions: [Party.ID: MediaSession] = [:]
    /// From where they send their audio, likewise.
    var sources: [Party.ID: SocketAddress] = [:]
    var awaitingAgent: AwaitingAgent?
    var barred = SuppressedOptions()
    /// What GSIP_RECORD says; `nil`: it is not there yet.
    var indication: RecordingState?
    /// The server stops: nothing begins any more.
    private(set) var isClosed = false

    init(_ rules: CallPolicy) {
        around = RecordingEnvironment(rules)
    }

    /// A step begins: which media servers may take a new recording in it, and when it is.
    mutating func begin(at servers: MediaServerSet, now: Duration) {
        around.available = servers
        around.now = now
    }

    /// Whether anything may still come of them.
    var isQuiet: Bool { live.isEmpty && around.cleanUps.isEmpty }

    var notices: [RecordingInfo] { live.map(\.notice) }

    /// What the indication shows: of all that have not been taken out.
    var effective: RecordingState {
        let all = live.span
        var whole = RecordingState.off
        for place in all.indices { whole = whole.aggregate(with: all[place].effective) }
        return whole
    }

    /// The recording of an anchor that requests still address; an anchor has one at most.
    func liveRecording(of anchor: Party.ID) -> RecordingID? {
        let all = live.span
        for place in all.indices where all[place].anchor == anchor && all[place].isLive { return all[place].id }
        return nil
    }

    /// Whether one more may begin: 16 at once by default, and as many in a call's life as the option `recordings` says.
    func hasCapacity(_ options: RecordingOptions) -> Bool {
        !isClosed && live.count < options.liveLimit && Int(begun) < options.limit
    }

    // MARK: - What is asked

    /// Opens the ledger for an accepted request whose wish `count` recordings take.
    mutating func openRequest(
        of asker: RequestContext, about addressed: RecordingID?, taken count: Int, at moment: Timestamp
    ) -> Intent.RequestNumber {
        ledger.open(asker, about: addressed, taken: count, at: moment)
    }

    mutating func handOver(from asker: RequestContext, to newer: RequestContext) {
        ledger.handOver(from: asker, to: newer)
    }

    /// Begins a recording of an anchor: at once where its media is there, else armed. `pauseLimit`: of the pause in
    /// which it begins.
    mutating func begin(
        _ id: RecordingID, anchor: Party, place: RecordingDestination, wish: Intent,
        pauseLimit: PauseLimit = PauseLimit(),
        by asker: RequestContext?, _ step: inout CallStep
    ) {
        begun += 1
        if !used.contains(id) { used.append(id) }
        let previous = live.last { $0.anchor == anchor.id }?.id
        let draw = (step.facts.identity.connection.rawValue &+ UInt64(begun)).spread
        live.append(
            Recording(
                id: id, in: step.facts.identity, anchor: anchor, place: place, wish: wish, pauseLimit: pauseLimit,
                waitsFor: previous, draw: draw))
        let place = live.count - 1
        step.note(.began(anchor: anchor.dn, agentID: anchor.agentID), of: id, in: live[place].call)
        step.note(.wished(.init(target: wish.target, cause: wish.cause, asker: asker)), of: id, in: live[place].call)
        execute(live[place].take(.ready, in: &around), of: place, &step)
    }

    /// `asker`: whose request or route it is; `nil`: nobody's.
    mutating func wish(_ wish: Intent, of id: RecordingID, by asker: RequestContext?, _ step: inout CallStep) {
        guard let place = place(of: id) else { return }
        if wish.target == .off { around.leftPause = nil }
        step.note(.wished(.init(target: wish.target, cause: wish.cause, asker: asker)), of: id, in: live[place].call)
        execute(live[place].wish(wish, in: &around), of: place, &step)
    }

    /// Recordings are looked at where they lie: a copy of one costs a dozen references.
    private func place(of id: RecordingID) -> Int? {
        let all = live.span
        for place in all.indices where all[place].id == id { return place }
        return nil
    }

    /// The recording that a media server speaks of.
    private func place(of report: borrowing MediaReport) -> Int? {
        let all = live.span
        for place in all.indices
        where all[place].id == report.recording && all[place].server == report.server
            && all[place].call.connection == report.connection
        { return place }
        return nil
    }

    private func place(awaiting command: MediaCommand.ID, of origin: ConnectionID) -> Int? {
        let all = live.span
        for place in all.indices where all[place].command?.id == command && all[place].call.connection == origin {
            return place
        }
        return nil
    }

    func anchor(of id: RecordingID) -> Party.ID? {
        place(of: id).map { live.span[$0].anchor }
    }

    func anchorDN(of id: RecordingID) -> DirectoryNumber? {
        place(of: id).map { live.span[$0].anchorDN }
    }

    /// The ids that requests without an id address.
    var addressable: TinyArray<RecordingID> {
        var ids: TinyArray<RecordingID> = []
        let all = live.span
        for place in all.indices where all[place].isLive { ids.append(all[place].id) }
        return ids
    }

    func desired(of id: RecordingID) -> RecordingState {
        place(of: id).map { live.span[$0].desired } ?? .off
    }

    // MARK: - What happens

    mutating func anchorGotMedia(_ party: Party, _ step: inout CallStep) {
        for place in live.indices where live[place].anchor == party.id && !live[place].anchorHasMedia {
            live[place].anchorHasMedia = true
        }
        for place in live.indices.reversed() where live[place].anchor == party.id {
            execute(live[place].take(.ready, in: &around), of: place, &step)
        }
    }

    /// The server stops: all recordings end, and none begins any more.
    mutating func close(_ step: inout CallStep) {
        isClosed = true
        awaitingAgent = nil
        end(of: nil, cause: .shutdown, because: .shutdown, &step)
    }

    /// Ends what is recorded of an anchor that leaves, or of everybody.
    mutating func end(
        of anchor: Party.ID?, cause: RecordingCause, because reason: RecordingReason, _ step: inout CallStep
    ) {
        for place in live.indices.reversed() where anchor == nil || live[place].anchor == anchor {
            let wish = Intent(target: .off, cause: cause, overrules: reason)
            // One that ends already ends for the reason that it has.
            if live[place].isLive {
                step.note(.wished(.init(target: .off, cause: cause)), of: live[place].id, in: live[place].call)
            }
            execute(live[place].wish(wish, in: &around), of: place, &step)
        }
    }

    func awaits(_ deadline: CallDeadline) -> Bool {
        switch deadline {
        case .command(let id, let origin):
            place(awaiting: id, of: origin) != nil || around.cleanUps.awaits(id, of: origin)
        case .search(let search): live.indices.contains { live[$0].search == search }
        case .answer: false
        case .pauseLimit(let look): live.indices.contains { live[$0].pauseLimit.look?.number == look }
        }
    }

    mutating func deadline(_ deadline: CallDeadline, _ step: inout CallStep) {
        switch deadline {
        case .command(let id, let origin):
            if let place = place(awaiting: id, of: origin) {
                if let missed = live[place].missed(id) {
                    step.outcome.tally.unanswered += 1
                    step.note(missed, of: live[place].id, in: live[place].call)
                }
                execute(live[place].deadline(of: id, in: &around), of: place, &step)
            } else if let again = around.cleanUps.repeated(
                id, of: origin, callHasEnded: step.callHasEnded)
            {
                send(again, &step)
            }
        case .search(let search):
            guard let place = live.firstIndex(where: { $0.search == search }) else { return }
            execute(live[place].take(.searchOver, because: .noMediaServer, in: &around), of: place, &step)
        case .answer: break
        case .pauseLimit(let look):
            guard let place = live.firstIndex(where: { $0.pauseLimit.look?.number == look }) else { return }
            execute(live[place].lookAtLimit(in: &around), of: place, &step)
        }
    }

    mutating func media(_ report: MediaReport, _ step: inout CallStep) {
        let place = place(of: report)
        if step.rules.keepsRecords, let place, let heard = live[place].heard(report.event) {
            step.note(heard, of: report.recording, in: live[place].call)
        }
        switch report.event {
        case .started(let id, let file, let intake, _):
            guard let place, live.span[place].isWaiting(for: id) else {
                handleUnexpectedStart(report, at: place, &step)
                return
            }
            live[place].proposedFile = file
            fileNames.add(file)
            if let intake { step.intakes.append((live[place].name, intake)) }
            execute(live[place].take(.confirmed, in: &around), of: place, &step)
        case .resumed(let id, let file, _):
            if let place, live.span[place].isWaiting(for: id), live.span[place].command?.verb == .resume {
                live[place].resumedFile = file
                fileNames.add(file)
            }
            answer(.confirmed, to: id, report, at: place, because: .refused, &step)
        case .confirmed(let id):
            if let place, live.span[place].isWaiting(for: id) { live[place].flaw = report.failure?.reason }
            answer(.confirmed, to: id, report, at: place, because: .refused, &step)
        case .refused(let id, let failure):
            answer(failure.stimulus, to: id, report, at: place, because: failure.reason, &step)
        case .ended:
            if let place, let failure = report.failure { live[place].flaw = failure.reason }
            unasked(.ended, at: place, because: report.failure?.reason ?? .noMediaServer, &step)
        case .lost:
            around.cleanUps.forget(server: report.server)
            unasked(.lost, at: place, because: .noMediaServer, &step)
        case .audio(let missing):
            guard let place else { return }
            execute(live[place].audio(missing: missing, now: step.moment.monotonic), of: place, &step)
        case .evidence, .source, .undecoded: break
        }
    }

    private mutating func answer(
        _ stimulus: RecordingInput, to id: MediaCommand.ID, _ report: borrowing MediaReport, at place: Int?,
        because reason: RecordingReason, _ step: inout CallStep
    ) {
        if let place, live.span[place].isWaiting(for: id) {
            execute(live[place].take(stimulus, because: reason, in: &around), of: place, &step)
        } else if around.cleanUps.awaits(id, of: report.connection) {
            guard stimulus == .confirmed else { return }
            around.cleanUps.confirm(id, of: report.connection)
            let name = RecordingKey(origin: report.connection, recording: report.recording)
            stopped(name, at: report.server, &step)
        } else {
            step.outcome.unexpectedReports += 1
        }
    }

    private mutating func unasked(
        _ stimulus: RecordingInput, at place: Int?, because reason: RecordingReason, _ step: inout CallStep
    ) {
        guard let place else {
            step.outcome.unexpectedReports += 1
            return
        }
        execute(live[place].take(stimulus, because: reason, in: &around), of: place, &step)
    }

    // MARK: - Carrying out what a recording decided

    mutating func execute(_ outcome: borrowing RecordingOutcome, of place: Int, _ step: inout CallStep) {
        live[place].count(in: &step.outcome.tally)
        if around.leftPause != nil { forgetLeftPause(after: outcome) }
        outcome.changed.forEach { indicate($0, of: place, &step) }
        outcome.results.forEach { settle($0, of: live[place].id, &step) }
        if let server = outcome.leaves { step.outcome.seats.append(CapacityChange(server: server, isTaken: false)) }
        if let server = outcome.takes { step.outcome.seats.append(CapacityChange(server: server, isTaken: true)) }
        if outcome.hasFailed { step.outcome.failedStarts += 1 }
        if let server = outcome.cleanUp { cleanUp(live[place].name, at: server, &step) }
        if let wish = outcome.limitWish {
            step.note(
                .wished(.init(target: wish.target, cause: wish.cause)), of: live[place].id, in: live[place].call)
        }
        if let command = outcome.send {
            step.note(.sent(.init(command)), of: live[place].id, in: live[place].call)
            step.outcome.media.append(mediaCommand(command, of: place, step))
        }
        if let id = outcome.awaits { expect(id, of: live[place].call.connection, &step) }
        if let search = outcome.searchBegan {
            live[place].searchEnd = step.moment.monotonic + step.rules.recording.mediaRecovery
            step.outcome.deadlines.append((.search(search), after: step.rules.recording.mediaRecovery))
        }
        if let look = outcome.look {
            step.outcome.deadlines.append((.pauseLimit(look.number), after: look.at - step.moment.monotonic))
        }
        if let ending = outcome.ended { remove(at: place, ending, &step) }
    }

    func expect(_ command: MediaCommand.ID, of origin: ConnectionID, _ step: inout CallStep) {
        step.outcome.deadlines.append((.command(command, of: origin), after: step.rules.recording.timeout))
    }

    private mutating func remove(at place: Int, _ ending: RecordingOutcome.Ending, _ step: inout CallStep) {
        let id = live[place].id
        step.note(.over(.init(ending)), of: id, in: live[place].call)
        if live[place].call.connection != step.facts.identity.connection {
            step.outcome.dealings.append(.forget(live[place].name))
        }
        step.endedPaths.append(id)
        step.outcome.tally.move(from: live[place].counted, to: nil)
        live.remove(at: place)
        guard let successor = live.firstIndex(where: { $0.waitsFor == id }) else { return }
        switch ending {
        case .stopped:
            live[successor].waitsFor = nil
            execute(live[successor].take(.ready, in: &around), of: successor, &step)
        case .notStopped:
            execute(
                live[successor].take(.barred, because: .previousNotStopped, in: &around), of: successor, &step)
        }
    }

    private mutating func mediaCommand(
        _ command: Recording.Command, of place: Int, _ step: borrowing CallStep
    ) -> MediaCommand {
        let verb: MediaCommand.Verb
        switch command.verb {
        case .start(let paused):
            if live[place].proposedFile.isEmpty { live[place].proposedFile = fileName(for: live[place], step) }
            live[place].session = sessions[live[place].anchor]
            let sources = sources(of: live[place].anchor, among: step.facts.parties)
            verb = .start(live[place].order(paused: paused, sources: sources))
        case .pause: verb = .pause
        case .resume: verb = .resume
        case .stop: verb = .stop
        }
        return MediaCommand(
            id: command.id, connection: live[place].call.connection, recording: live[place].id,
            server: command.server, verb: verb)
    }

    private mutating func fileName(for recording: Recording, _ step: borrowing CallStep) -> String {
        fileNames.next(
            like: step.rules.recording.fileName.name(
                FileNamePattern.Values(
                    uuid: recording.call.uuid, ani: recording.call.ani, dnis: recording.call.dnis,
                    connection: recording.call.connection.description, agentID: recording.agentID,
                    agentDN: recording.anchorDN.text, time: step.moment.wallMicroseconds)))
    }

    private mutating func indicate(_ change: borrowing RecordingChange, of place: Int, _ step: inout CallStep) {
        if let file = change.newFile { step.facts.userData.set(RecordingKeyName.fileName, file) }
        let state = effective
        indication = state
        step.note(.changed(.init(change)), of: change.notice.id, in: live[place].call)
        step.facts.userData.set(RecordingKeyName.indication, state.indicated(as: step.rules.recording.indicationValues))
        step.outcome.events.append(
            CallEvent(
                .eventAttachedDataChanged, to: .everyParty, step.facts,
                thirdParty: change.thirdParty.map { DirectoryNumber($0) }, recording: change.notice))
    }

    private mutating func settle(_ result: borrowing IntentResult, of id: RecordingID, _ step: inout CallStep) {
        let settled = ledger.settle(result, of: id, about: step.facts.identity.connection, among: live)
        guard let settled else { return }
        step.outcome.settled.append(CompletedRequest(accepted: settled.accepted, result: settled.result.result))
        guard step.rules.recording.outcomeEvents else { return }
        step.outcome.results.append(settled.result)
    }
}
