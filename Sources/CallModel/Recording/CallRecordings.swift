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
    /// The ids of those that are over, and those that routes have reserved.
    var used: [RecordingID] = []
    var begun: UInt32 = 0
    var ledger = PendingOutcomes()
    var around = RecordingEnvironment()
    private var fileNames = UsedFileNames()
    /// Where the parties' media is carried, of those whose switch has told it.
    var sessions: [Party.ID: MediaSession] = [:]
    /// From where they send their audio, likewise.
    var sources: [Party.ID: SocketAddress] = [:]
    @OutOfLine var awaitingAgent: AwaitingAgent? = nil
    var barred = SuppressedOptions()
    /// What GSIP_RECORD says; `nil`: it is not there yet.
    var indication: RecordingState?
    /// The server stops: nothing begins any more.
    private(set) var isClosed = false

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
        livePlace(of: anchor).map { live.span[$0].id }
    }

    func livePlace(of anchor: Party.ID) -> Int? {
        let all = live.span
        for place in all.indices where all[place].anchor == anchor && all[place].isLive { return place }
        return nil
    }

    /// Whether one more may begin: 16 at once by default, and as many in a call's life as the option `recordings` says.
    func hasCapacity(_ options: RecordingOptions) -> Bool {
        !isClosed && live.count < options.liveLimit && Int(begun) < options.limit
    }

    // MARK: - What is asked

    /// Opens the ledger for an accepted request whose wish `count` recordings take.
    mutating func openRequest(
        of asker: RequestContext, about addressed: RecordingID?, taken count: Int, at moment: Timestamp,
        _ effects: inout Effects
    ) -> Intent.RequestNumber {
        ledger.open(asker, about: addressed, taken: count, at: moment, spare: &effects.spareRequests)
    }

    mutating func handOver(from asker: RequestContext, to newer: RequestContext) {
        ledger.handOver(from: asker, to: newer)
    }

    /// Begins a recording of an anchor: at once where its media is there, else armed. `pauseLimit`: of the pause in
    /// which it begins.
    mutating func begin(
        _ id: RecordingID, anchor: Party, place: RecordingDestination, wish: Intent,
        pauseLimit: PauseLimit = PauseLimit(),
        by asker: RequestContext?, _ call: inout CallInfo, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        begun += 1
        used.removeAll { $0 == id }
        let previous = live.last { $0.anchor == anchor.id }?.id
        let draw = (call.identity.connection.rawValue &+ UInt64(begun)).spread
        live.append(
            Recording(
                id: id, in: call.identity, anchor: anchor, place: place, wish: wish, pauseLimit: pauseLimit,
                waitsFor: previous, draw: draw))
        let place = live.count - 1
        effects.record(.began(anchor: anchor.dn, agentID: anchor.agentID), of: id, in: live[place].call, environment)
        effects.record(
            .wished(.init(target: wish.target, cause: wish.cause, asker: asker)), of: id, in: live[place].call,
            environment)
        step(place, .ready, &call, environment, &effects)
    }

    /// `asker`: whose request or route it is; `nil`: nobody's.
    mutating func wish(
        _ wish: Intent, of id: RecordingID, by asker: RequestContext?, _ call: inout CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard let place = place(of: id) else { return }
        self.wish(wish, at: place, by: asker, &call, environment, &effects)
    }

    mutating func wish(
        _ wish: Intent, at place: Int, by asker: RequestContext?, _ call: inout CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        if wish.target == .off { around.leftPause = nil }
        effects.record(
            .wished(.init(target: wish.target, cause: wish.cause, asker: asker)), of: live[place].id,
            in: live[place].call, environment)
        step(place, wish, &call, environment, &effects)
    }

    /// Recordings are looked at where they lie: a copy of one costs a dozen references.
    func place(of id: RecordingID) -> Int? {
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

    /// The indices of those that requests without an id address.
    var addressable: RecordingSet {
        var set = RecordingSet()
        let all = live.span
        for place in all.indices where all[place].isLive { set.insert(place) }
        return set
    }

    func desired(of id: RecordingID) -> RecordingState {
        place(of: id).map { live.span[$0].desired } ?? .off
    }

    // MARK: - What happens

    mutating func anchorGotMedia(
        _ party: Party, _ call: inout CallInfo, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        for place in live.indices where live[place].anchor == party.id && !live[place].anchorHasMedia {
            live[place].anchorHasMedia = true
        }
        for place in live.indices.reversed() where live[place].anchor == party.id {
            step(place, .ready, &call, environment, &effects)
        }
    }

    /// The server stops: all recordings end, and none begins any more.
    mutating func close(_ call: inout CallInfo, _ environment: borrowing CallEnvironment, _ effects: inout Effects) {
        isClosed = true
        awaitingAgent = nil
        end(of: nil, cause: .shutdown, because: .shutdown, &call, environment, &effects)
    }

    /// Ends what is recorded of an anchor that leaves, or of everybody.
    mutating func end(
        of anchor: Party.ID?, cause: RecordingCause, because reason: RecordingReason, _ call: inout CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        for place in live.indices.reversed() where anchor == nil || live[place].anchor == anchor {
            let wish = Intent(target: .off, cause: cause, overrules: reason)
            // One that ends already ends for the reason that it has.
            if live[place].isLive {
                effects.record(
                    .wished(.init(target: .off, cause: cause)), of: live[place].id, in: live[place].call, environment)
            }
            step(place, wish, &call, environment, &effects)
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

    mutating func deadline(
        _ deadline: CallDeadline, callHasEnded: Bool, _ call: inout CallInfo, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        switch deadline {
        case .command(let id, let origin):
            if let place = place(awaiting: id, of: origin) {
                if let missed = live[place].missed(id) {
                    effects.tally.unanswered += 1
                    effects.record(missed, of: live[place].id, in: live[place].call, environment)
                }
                effects.recordingsChange(live)
                live[place].deadline(of: id, &effects.recording, &around, environment)
                apply(of: place, &call, environment, &effects)
            } else if let again = around.cleanUps.repeated(
                id, of: origin, callHasEnded: callHasEnded)
            {
                send(again, &call, environment, &effects)
            }
        case .search(let search):
            guard let place = live.firstIndex(where: { $0.search == search }) else { return }
            step(place, .searchOver, because: .noMediaServer, &call, environment, &effects)
        case .answer: break
        case .pauseLimit(let look):
            guard let place = live.firstIndex(where: { $0.pauseLimit.look?.number == look }) else { return }
            effects.recordingsChange(live)
            live[place].lookAtLimit(&effects.recording, &around, environment)
            apply(of: place, &call, environment, &effects)
        }
    }

    mutating func media(
        _ report: MediaReport, _ call: inout CallInfo, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        let place = place(of: report)
        if environment.policy.keepsRecords, let place, let heard = live[place].heard(report.event) {
            effects.record(heard, of: report.recording, in: live[place].call, environment)
        }
        switch report.event {
        case .started(let id, let file, let intake, _):
            guard let place, live.span[place].isWaiting(for: id) else {
                handleUnexpectedStart(report, at: place, &call, environment, &effects)
                return
            }
            live[place].proposedFile = file
            fileNames.add(file)
            if let intake { effects.intakes.append((live[place].name, intake)) }
            step(place, .confirmed, &call, environment, &effects)
        case .resumed(let id, let file, _):
            if let place, live.span[place].isWaiting(for: id), live.span[place].command?.verb == .resume {
                live[place].resumedFile = file
                fileNames.add(file)
            }
            answer(.confirmed, to: id, report, at: place, because: .refused, &call, environment, &effects)
        case .confirmed(let id):
            if let place, live.span[place].isWaiting(for: id) { live[place].flaw = report.failure?.reason }
            answer(.confirmed, to: id, report, at: place, because: .refused, &call, environment, &effects)
        case .refused(let id, let failure):
            answer(failure.stimulus, to: id, report, at: place, because: failure.reason, &call, environment, &effects)
        case .ended:
            if let place, let failure = report.failure { live[place].flaw = failure.reason }
            unasked(.ended, at: place, because: report.failure?.reason ?? .noMediaServer, &call, environment, &effects)
        case .lost:
            around.cleanUps.forget(server: report.server)
            unasked(.lost, at: place, because: .noMediaServer, &call, environment, &effects)
        case .audio(let missing):
            guard let place else { return }
            effects.recordingsChange(live)
            live[place].audio(missing: missing, now: environment.moment.monotonic, &effects.recording)
            apply(of: place, &call, environment, &effects)
        case .evidence, .source, .undecoded: break
        }
    }

    private mutating func answer(
        _ stimulus: RecordingInput, to id: MediaCommand.ID, _ report: borrowing MediaReport, at place: Int?,
        because reason: RecordingReason, _ call: inout CallInfo, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        if let place, live.span[place].isWaiting(for: id) {
            step(place, stimulus, because: reason, &call, environment, &effects)
        } else if around.cleanUps.awaits(id, of: report.connection) {
            guard stimulus == .confirmed else { return }
            around.cleanUps.confirm(id, of: report.connection)
            let name = RecordingKey(origin: report.connection, recording: report.recording)
            stopped(name, at: report.server, &call, environment, &effects)
        } else {
            effects.unexpectedReports += 1
        }
    }

    private mutating func unasked(
        _ stimulus: RecordingInput, at place: Int?, because reason: RecordingReason, _ call: inout CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard let place else {
            effects.unexpectedReports += 1
            return
        }
        step(place, stimulus, because: reason, &call, environment, &effects)
    }

    // MARK: - A recording's step, and what it asks for

    mutating func step(
        _ place: Int, _ stimulus: RecordingInput, because reason: RecordingReason = .refused, _ call: inout CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        effects.recordingsChange(live)
        live[place].take(stimulus, because: reason, &effects.recording, &around, environment)
        apply(of: place, &call, environment, &effects)
    }

    private mutating func step(
        _ place: Int, _ wish: Intent, _ call: inout CallInfo, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        effects.recordingsChange(live)
        live[place].take(wish, &effects.recording, &around, environment)
        apply(of: place, &call, environment, &effects)
    }

    mutating func apply(
        of place: Int, _ call: inout CallInfo, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        live[place].count(in: &effects.tally)
        if around.leftPause != nil { forgetLeftPause(limitHasActed: effects.recording.limitTarget != nil) }
        if !effects.recording.changes.isEmpty {
            var changes = TinyArray<RecordingChange>()
            swap(&changes, &effects.recording.changes)
            changes.forEach { indicate($0, of: place, &call, environment, &effects) }
        }
        if !effects.recording.results.isEmpty {
            let results = effects.recording.results
            results.forEach { settle($0, of: place, call, environment, &effects) }
        }
        if let server = effects.recording.leaves {
            effects.seats.append(CapacityChange(server: server, isTaken: false))
        }
        if let server = effects.recording.takes {
            effects.seats.append(CapacityChange(server: server, isTaken: true))
        }
        if effects.recording.hasFailed { effects.failedStarts += 1 }
        if let server = effects.recording.cleanUp {
            cleanUp(live[place].name, at: server, &call, environment, &effects)
        }
        if let target = effects.recording.limitTarget {
            effects.record(
                .wished(.init(target: target, cause: .limit)), of: live[place].id, in: live[place].call, environment)
        }
        if let command = effects.recording.send {
            effects.record(.sent(.init(command)), of: live[place].id, in: live[place].call, environment)
            effects.media.append(mediaCommand(command, of: place, call, environment))
        }
        if let id = effects.recording.awaits {
            expect(id, of: live[place].call.connection, environment, &effects)
        }
        if let search = effects.recording.searchBegan {
            live[place].searchEnd = environment.moment.monotonic + environment.policy.recording.mediaRecovery
            effects.deadlines.append((.search(search), after: environment.policy.recording.mediaRecovery))
        }
        if let look = effects.recording.look {
            effects.deadlines.append((.pauseLimit(look.number), after: look.at - environment.moment.monotonic))
        }
        let ending = effects.recording.ended
        effects.recording.reset()
        if let ending { remove(at: place, ending, &call, environment, &effects) }
    }

    func expect(
        _ command: MediaCommand.ID, of origin: ConnectionID, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        effects.deadlines.append((.command(command, of: origin), after: environment.policy.recording.timeout))
    }

    private mutating func remove(
        at place: Int, _ ending: RecordingEffects.Ending, _ call: inout CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        let id = live[place].id
        effects.record(.over(.init(ending)), of: id, in: live[place].call, environment)
        if live[place].call.connection != call.identity.connection {
            effects.interCall.append(.forget(live[place].name))
        }
        effects.endedPaths.append(id)
        effects.tally.move(from: live[place].counted, to: nil)
        effects.recordingsChange(live)
        used.append(id)
        live.remove(at: place)
        guard let successor = live.firstIndex(where: { $0.waitsFor == id }) else { return }
        switch ending {
        case .stopped:
            live[successor].waitsFor = nil
            step(successor, .ready, &call, environment, &effects)
        case .notStopped:
            step(successor, .barred, because: .previousNotStopped, &call, environment, &effects)
        }
    }

    private mutating func mediaCommand(
        _ command: RecordingEffects.Command, of place: Int, _ call: borrowing CallInfo,
        _ environment: borrowing CallEnvironment
    ) -> MediaCommand {
        let verb: MediaCommand.Verb
        switch command.verb {
        case .start(let paused):
            if live[place].proposedFile.isEmpty {
                live[place].proposedFile = fileName(for: live[place], call, environment)
            }
            live[place].session = sessions[live[place].anchor]
            let sources = sources(of: live[place].anchor, among: call.parties)
            verb = .start(live[place].order(paused: paused, sources: sources))
        case .pause: verb = .pause
        case .resume: verb = .resume
        case .stop: verb = .stop
        }
        return MediaCommand(
            id: command.id, connection: live[place].call.connection, recording: live[place].id,
            server: command.server, verb: verb)
    }

    private mutating func fileName(
        for recording: Recording, _ call: borrowing CallInfo, _ environment: borrowing CallEnvironment
    ) -> String {
        fileNames.next(
            like: environment.policy.recording.fileName.name(
                FileNamePattern.Values(
                    uuid: recording.call.uuid, ani: recording.call.ani, dnis: recording.call.dnis,
                    connection: recording.call.connection.description, agentID: recording.agentID,
                    agentDN: recording.anchorDN.text, time: environment.moment.wallMicroseconds)))
    }

    private mutating func indicate(
        _ change: borrowing RecordingChange, of place: Int, _ call: inout CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        let state = effective
        indication = state
        let word = state.indicated(as: environment.policy.recording.indicationValues)
        let newFile = change.hasNewFile ? live.span[place].file : nil
        call.changeUserData(&effects) { userData in
            if let newFile { userData.set(RecordingKeyName.fileName, newFile) }
            userData.set(RecordingKeyName.indication, word)
        }
        effects.record(
            .changed(.init(change, file: live[place].file)), of: live[place].id, in: live[place].call, environment)
        var event = CallEvent(
            .eventAttachedDataChanged, to: .everyParty, thirdParty: change.thirdParty.map { DirectoryNumber($0) })
        if live.span[place].shows(change) {
            effects.append(event, changedBy: place)
        } else {
            event.changedBy = .earlier(change.shown(of: live[place].info))
            effects.append(event)
        }
    }

    private mutating func settle(
        _ result: borrowing IntentResult, of place: Int, _ call: borrowing CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        let settled = ledger.settle(
            result, of: live.span[place].id, about: call.identity.connection, among: live,
            spare: &effects.spareRequests)
        guard let settled else { return }
        effects.settled.append(CompletedRequest(accepted: settled.accepted, result: settled.result.result))
        guard environment.policy.recording.outcomeEvents else { return }
        effects.results.append(settled.result)
    }
}

/// Some of the recordings of a call, by their indices: few enough for the bits of a word.
struct RecordingSet: Sendable, Equatable {
    private var bits: UInt64 = 0

    var isEmpty: Bool { bits == 0 }

    var count: Int { bits.nonzeroBitCount }

    /// The index, where there is no other.
    var only: Int? { count == 1 ? bits.trailingZeroBitCount : nil }

    mutating func insert(_ index: Int) {
        precondition(index < 64, "A call has at most 64 recordings at once.")
        bits |= 1 << UInt64(index)
    }

    /// In their order.
    func forEach(_ body: (Int) -> Void) {
        var rest = bits
        while rest != 0 {
            body(rest.trailingZeroBitCount)
            rest &= rest - 1
        }
    }
}
