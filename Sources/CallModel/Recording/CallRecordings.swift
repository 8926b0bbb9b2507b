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
        var dns: [DirectoryNumber] = []
        var source = false
        var destination = false
    }

    // In an order that leaves few bytes unused.
    var live: [Recording] = []
    /// The ids of those that are over, and those that routes have reserved.
    var used: [RecordingID] = []
    var around = RecordingEnvironment()
    /// Where the parties' media is carried, of those whose switch has told it.
    var sessions: [Party.ID: MediaSession] = [:]
    /// From where they send their audio, likewise.
    var sources: [Party.ID: SocketAddress] = [:]
    @OutOfLine var awaitingAgent: AwaitingAgent? = nil
    var fileNames = UsedFileNames()
    /// What GSIP_RECORD says; `nil`: it is not there yet.
    var indication: RecordingState?
    /// The server stops: nothing begins any more.
    private(set) var isClosed = false
    var begun: UInt32 = 0
    var ledger = PendingOutcomes()
    var barred = SuppressedOptions()

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
        for place in all.indices
        where all[place].anchor == anchor && all[place].phase != .over && all[place].desired != .off {
            return place
        }
        return nil
    }

    /// Whether one more may begin: 16 at once by default, and as many in a call's life as the option `recordings` says.
    func hasCapacity(_ options: RecordingOptions) -> Bool {
        !isClosed && live.count < options.liveLimit && Int(begun) < options.limit
    }

    // MARK: - What is asked

    /// Opens the ledger for an accepted request whose wish `count` recordings take.
    mutating func openRequest(
        of asker: RequestContext, in call: ConnectionID, about addressed: RecordingID?, taken count: Int,
        at moment: Timestamp,
        _ effects: inout Effects
    ) -> Intent.RequestNumber {
        ledger.open(asker, in: call, about: addressed, taken: count, at: moment, spare: &effects.spareRequests)
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
        // Field by field: a computed property would be given a copy of the recording.
        for place in all.indices where all[place].phase != .over && all[place].desired != .off { set.insert(place) }
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
}
