import TLibrary

@testable import CallModel

/// A call to which anything happens: requests sound and unsound, switch and media servers that answer, answer late,
/// twice, wrongly or never. Its seed repeats it.
final class RandomCall {
    let scene: CallFixture
    let witness: RecordingOracle
    private var records = RecordOracle()
    private(set) var pauses: PauseOracle
    private(set) var joiners: JoinerOracle
    private(set) var twice = IdempotencyOracle()
    /// Requests that may be asked again, and have been asked.
    private var askedOnce: [OnceRequest] = []
    private var seed: SplitMix
    /// Media servers answer what nobody could mean: nothing can be said then but that the call goes on.
    private let isUnruly: Bool
    private var seats: [Int: Int] = [:]

    static let dns: [DirectoryNumber] = ["T1", "T2", "5001", "5002", "5003", "5101", "5900", "8000", "8001", "7000"]
    static let tries = 2

    init(seed number: UInt64, skippedDraws: Int = 0) {
        var seed = SplitMix(seed: number)
        isUnruly = seed.oneIn(8)
        var servers: [MediaCapabilities] = []
        for _ in 0...seed.draw(below: 3) { servers.append(seed.oneIn(3) ? .simple : .able) }
        let keepsTrying = seed.oneIn(2)
        let limit = seed.oneIn(4) ? 3 : 64
        let pauseLimit = seed.draw(below: 3)
        let action = seed.pick(RecordingOptions.PauseLimitAction.allCases)
        pauses = PauseOracle(option: pauseLimit > 0 ? .seconds(pauseLimit) : nil, action: action)
        let covers = number % 4 != 3
        joiners = JoinerOracle(covers: covers)
        for _ in 0..<skippedDraws { _ = seed.next() }
        scene = CallFixture(servers: servers, userDataLimit: 60, keepsRecords: true) { options in
            options.tries = RandomCall.tries
            options.mediaRecovery = .seconds(7)
            options.limit = limit
            options.pauseLimit = pauseLimit
            options.pauseLimitAction = action
            options.pauseCoversJoiners = covers
            if keepsTrying { options.pauseFailure = .keepTrying }
        }
        witness = RecordingOracle(tries: Self.tries)
        self.seed = seed
        scene.witness = { [unowned self] input, outcome in
            watchSeats(outcome)
            if !isUnruly { witness.see(input, outcome, scene.machine.facts) }
            records.see(input, outcome, at: scene.now)
            if !isUnruly { pauses.see(outcome, at: scene.now) }
            joiners.see(outcome)
            twice.see(input, outcome, at: scene.now)
            if !isUnruly { records.compare(witness.states) }
        }
    }

    func run(steps: Int) {
        begin()
        for _ in 0..<steps { act() }
        finish()
    }

    private func begin() {
        if seed.oneIn(3) {
            _ = scene.queue()
        } else {
            _ = scene.ring(seed.pick(["5001", "5101"]), from: seed.pick(["T1", "T2"]))
        }
        if seed.oneIn(2) { _ = scene.answer(seed.pick(["5001", "5101"])) }
        if seed.oneIn(2) { _ = scene.join("5002").join("5003") }
    }

    private func act() {
        switch seed.draw(below: 100) {
        case 0..<38: record()
        case 38..<45: otherRequest()
        case 45..<49: switchAnswers()
        case 49..<52: switchReports()
        case 52..<88: mediaAnswers()
        case 88..<92: mediaReports()
        case 92: scene.available = MediaServerSet(bits: seed.oneIn(2) ? .max : UInt64(seed.draw(below: 16)))
        case 93..<99: scene.advance(by: .milliseconds(seed.draw(below: 3_000)))
        default: if seed.oneIn(8) { scene.step(.shutdown) }
        }
    }

    /// What load limits count comes out even, and no recording goes to a media server that may not take it.
    private func watchSeats(_ outcome: CallOutcome) {
        for seat in outcome.seats {
            seats[seat.server, default: 0] += seat.isTaken ? 1 : -1
            if seat.isTaken, !scene.available.contains(seat.server) { witness.fault("a start at a server that is out") }
            if seats[seat.server, default: 0] < 0 { witness.fault("a seat is given back that nobody took") }
        }
    }

    // MARK: - T-Clients

    private func record() {
        let verb = scene.notices.isEmpty ? .start : seed.pick(RecordingVerb.allCases)
        var extensions: KeyValueList = [:]
        if !seed.oneIn(4), !scene.machine.parties.isEmpty {
            extensions.append("dn", .string(seed.pick(scene.machine.parties).dn.text))
        }
        if seed.oneIn(6) { extensions.append("record", .string(seed.pick(["source", "DESTINATION", "x"]))) }
        if seed.oneIn(6) { extensions.append("id", .string("id\(seed.draw(below: 6))")) }
        if seed.oneIn(4) { extensions.append("max-pause", .integer(Int32(seed.draw(below: 5)))) }
        ask(.privateService(verb.message), on: seed.pick(Self.dns), extensions)
    }

    /// Now and then under a request-id; and now and then what was asked so is asked again.
    private func ask(_ operation: TLibrary.Operation, on dn: DirectoryNumber, _ extensions: KeyValueList) {
        if seed.oneIn(6), !askedOnce.isEmpty {
            seed.pick(askedOnce).ask(scene)
        } else if seed.oneIn(3) {
            let request = OnceRequest(
                id: "r\(seed.draw(below: 12))", operation: operation, dn: dn, extensions: extensions)
            askedOnce.append(request)
            request.ask(scene)
        } else {
            scene.ask(operation, on: dn, extensions)
        }
    }

    private func otherRequest() {
        let data: KeyValueList = [
            seed.pick(["a", "b", "GSIP_record"]): .string(seed.pick(["", "long enough to matter"]))
        ]
        let operation: TLibrary.Operation =
            switch seed.draw(below: 16) {
            case 9: .redirectCall(Destination(otherDN: seed.pick(Self.dns), userData: seed.oneIn(2) ? data : [:]))
            case 10: .singleStepTransfer(Destination(otherDN: seed.pick(Self.dns)))
            case 11: .singleStepConference(Destination(otherDN: seed.pick(Self.dns)))
            case 12: .deleteFromConference(seed.pick(Self.dns))
            case 13: seed.oneIn(8) ? .clearCall : .muteTransfer(Destination(otherDN: seed.pick(Self.dns)))
            case 14: .completeConference(ConnectionID(rawValue: UInt64(seed.draw(below: 3))))
            case 15: .alternateCall(ConnectionID(rawValue: UInt64(seed.draw(below: 3))))
            case 0: .answerCall
            case 1: .holdCall
            case 2: .retrieveCall
            case 3: seed.oneIn(6) ? .releaseCall : .queryCall(.parties)
            case 4: .routeCall(RouteCall(otherDN: seed.pick(Self.dns), userData: seed.oneIn(2) ? data : [:]))
            case 5: .attachUserData(data)
            case 6: .updateUserData(data)
            case 7: .deleteUserData
            default: .deletePair(seed.pick(["a", "GSIP_REC_FN"]))
            }
        var extensions: KeyValueList = [:]
        if seed.oneIn(2) {
            let word = seed.pick(["source", "destination", "disable_source", "disable_destination", "neither"])
            extensions.append("record", .string(word))
        }
        let party = scene.machine.parties.isEmpty ? nil : seed.pick(scene.machine.parties).dn
        ask(operation, on: seed.oneIn(4) ? seed.pick(Self.dns) : party ?? "T1", extensions)
    }

    // MARK: - The switch

    private func switchAnswers() {
        guard let command = scene.atSwitch.first else { return switchReports() }
        if seed.oneIn(5) {
            scene.switchAnswers(.refused(RequestError(.dnBusy, "All lines are in use.")))
            return
        }
        switch command.verb {
        case .make, .predict, .consult: scene.switchAnswers(.refused(RequestError(.badCalledDN, "No such DN.")))
        case .merge(let other, let dealer, let merging):
            // The other call is not there, or has nothing: what comes of it is in TwoCallsTests and the histories.
            scene.switchAnswers(.merged(other, by: dealer, merging))
            if seed.oneIn(2) { switchReports() }
            scene.step(.letter(.handedOver(MergedCallState(from: other))))
        case .alternate(let dn, _): scene.switchAnswers(.held(dn))
        case .reconnect(let dn, _): scene.switchAnswers(.released(dn, .ok))
        case .clear(let dn, let state): scene.switchAnswers(.cleared(by: dn, state))
        case .redirect(let from, let to): scene.switchAnswers(.redirected(from: from, to: to, state: .ringing))
        case .transfer(let from, let to):
            let state: Party.State = seed.oneIn(2) ? .ringing : .established
            scene.switchAnswers(.transferred(from: from, to: to, state: state))
        case .add(let dn, let dealer):
            scene.switchAnswers(.added(dn, by: dealer, state: seed.oneIn(2) ? .ringing : .established))
        case .remove(let dn, let dealer): scene.switchAnswers(.removed(dn, by: dealer))
        case .answer(let dn): scene.switchAnswers(.established(dn))
        case .release(let dn): scene.switchAnswers(.released(dn, .ok))
        case .hold(let dn): scene.switchAnswers(.held(dn))
        case .retrieve(let dn): scene.switchAnswers(.retrieved(dn))
        case .route(let from, let to, _):
            scene.switchAnswers(.routeUsed(at: from, to: to))
            scene.report(.diverted(from: from, to: to))
            scene.report(.joined(to, role: .destination, state: .ringing))
        }
    }

    private func switchReports() {
        let dn = seed.pick(Self.dns)
        switch seed.draw(below: 9) {
        case 0...2: scene.report(.established(dn))
        case 3: scene.report(.joined(dn, role: .conferenceMember, state: seed.pick(Party.State.allCases)))
        case 4: scene.report(.held(dn))
        case 5: scene.report(.retrieved(dn))
        case 6 where seed.oneIn(4): scene.report(.diverted(from: dn, to: seed.pick(Self.dns)))
        case 7 where scene.machine.parties.count > 2: scene.report(.released(dn, .ok))
        default: scene.report(.destinationBusy(dn))
        }
    }

    // MARK: - Media servers

    private func mediaAnswers() {
        guard !scene.sent.isEmpty else { return }
        // Mostly the latest, and at times one of long ago.
        let depth = seed.oneIn(4) ? scene.sent.count : min(3, scene.sent.count)
        let command = scene.sent[scene.sent.count - 1 - seed.draw(below: depth)]
        if isUnruly, seed.oneIn(3) {
            let events: [MediaReport.Event] = [
                .confirmed(command.id), .started(command.id, file: "", intake: nil, proof: .simulated),
                .started(.init(rawValue: 99_999), file: "?", intake: nil, proof: .simulated),
            ]
            scene.report(seed.pick(events), of: command.recording, from: command.server)
            return
        }
        switch seed.draw(below: 14) {
        case 0: scene.refuse(command)
        case 1: scene.refuse(command, .notProved)
        default: scene.confirm(command)
        }
    }

    private func mediaReports() {
        let recording = scene.sent.isEmpty || seed.oneIn(5) ? RecordingID("stranger") : seed.pick(scene.sent).recording
        let server = seed.draw(below: scene.policy.mediaServers.entries.count)
        let events: [MediaReport.Event] = [
            .ended, .lost, .lost, .audio(missing: .both), .audio(missing: []),
            .confirmed(.init(rawValue: 99_999)), .refused(.init(rawValue: 99_998), .refused),
        ]
        scene.report(seed.pick(events), of: recording, from: server)
    }

    // MARK: - The end

    /// All leave, media servers answer what is left or stay silent, and the call comes to its end.
    private func finish() {
        if seed.oneIn(2) { scene.confirm() }
        while let party = scene.machine.parties.first { scene.report(.released(party.dn, .ok)) }
        while !scene.atSwitch.isEmpty {
            scene.switchAnswers(.refused(RequestError(.unknownCause, "The call has ended.")))
        }
        var last = scene.advance(by: .seconds(120))
        if !scene.machine.facts.parties.isEmpty || !scene.machine.recordingsAreQuiet {
            witness.fault("the call never comes to its end")
        }
        last += scene.advance(by: .seconds(600))
        if !isUnruly { witness.checkEnd() }
        records.checkEnd()
        for fault in records.faults + pauses.faults + joiners.faults + twice.faults { witness.fault(fault) }
        if seats.values.contains(where: { $0 != 0 }) { witness.fault("a seat is kept after the call") }
        if !scene.deadlines.isEmpty { witness.fault("a call that has ended waits for something") }
    }
}

/// A request with a request-id.
private struct OnceRequest {
    var id: String
    var operation: TLibrary.Operation
    var dn: DirectoryNumber
    var extensions: KeyValueList

    func ask(_ scene: CallFixture) {
        scene.ask(operation, once: id, on: dn, extensions)
    }
}
