import EventLoops
public import TLibrary

/// A call as a value: who is in it, its user data, its recordings, and what each input makes of them.
///
/// A step appends to ``Effects``, which are applied before the next step of any call. It reads no clock and knows no
/// client: time comes in with each step, replies go out by ``ClientID``. It cannot be copied by accident.
public struct CallMachine: ~Copyable, Sendable {
    /// A request that the switch carries out, until it has reported.
    struct PendingSwitchCommand: Sendable {
        var command: SwitchCommand.ID
        var asker: RequestContext
        /// What a route says of recording, once the switch has taken it.
        var recording: RouteRecording?
        /// What a request that moves a party attaches, once the switch has taken it.
        var userData = KeyValueList()
        /// The consultation call that arises, once the switch has taken it.
        var consultation: NewConsultation?
        /// Bytes of user data that it will bring.
        var userDataSize: Int { consultation?.reservedUserData ?? userData.packed.count }
    }

    /// Another call becomes part of this one: what is waited for.
    struct PendingMerge: Sendable {
        var other: ConnectionID
        var party: DirectoryNumber
        var merging: SwitchCommand.Merging
        var asker: RequestContext?
    }

    /// What events show of the call.
    public internal(set) var facts: CallInfo
    var recordings = CallRecordings()
    var atSwitch: [PendingSwitchCommand] = []
    var remembered = CallIdempotencyCache()
    var lastParty: UInt32 = 0
    var lastCommand: UInt32 = 0
    /// Where the media of recordings goes, of those whose media server takes it as RTP.
    var paths: [MediaRoute] = []
    @OutOfLine var merger: PendingMerge?
    /// What came while another call was handing over what it has, and waits for that.
    var deferred: [CallInput] = []
    /// The calls with which this one shares its user data (option `consult-user-data`).
    var joint: [ConnectionID] = []
    /// Who asked for this consultation call, until its first event.
    @OutOfLine var consulter: RequestContext?
    /// A T-Client asked for it; one that the network brings has no party before the switch's first report, either.
    var isMade = false
    /// How many seconds a predictive call may stay unanswered; zero: for ever.
    var answerTimeout: UInt32 = 0
    /// Packed user data of the call in bytes, with what waits at the switch to be set; as of the last change by a client,
    /// so that the engine's own pairs need not be counted each time.
    public var userDataSize: Int { Int(countedUserData) }
    private var countedUserData: UInt32 = 0
    /// The call had parties, and they have left: its ConnID is unknown to clients from then on.
    public internal(set) var hasEnded = false

    public init(_ identity: CallIdentity) {
        facts = CallInfo(identity: identity)
    }

    /// A consultation call, as its main call has begun it.
    public init(_ consultation: NewConsultation) {
        facts = CallInfo(identity: consultation.identity, userData: consultation.userData)
        countedUserData = UInt32(consultation.userData.packed.count)
        consulter = consultation.asker
        if consultation.isJoint, let main = consultation.identity.consultation?.main { joint = [main] }
    }

    /// Whether a step would do anything: most deadlines come when their command has long been answered.
    public func isRelevant(_ input: borrowing CallInput) -> Bool {
        switch input {
        case .deadline(.answer): facts.parties.contains { $0.state == .dialing }
        case .deadline(let deadline): recordings.awaits(deadline)
        case .request, .repeatable, .consultation, .answered, .replay, .switching, .media, .agent, .letter,
            .shutdown:
            true
        }
    }

    /// Takes one input. What it asks for is appended to `effects`, which must have been reset.
    ///
    /// An input that is not relevant (``isRelevant(_:)``) asks for nothing.
    public mutating func handle(
        _ input: borrowing CallInput, in environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard isRelevant(input) else { return }
        if merger != nil, input.waitsForMerger {
            deferred.append(copy input)
        } else {
            take(input, environment, &effects)
        }
        finish(environment, &effects)
    }

    /// The same of a request that cannot be asked again and begins no consultation call, without a copy of it.
    public mutating func handle(
        _ request: borrowing Request, from client: ClientID, in environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        if merger != nil {
            deferred.append(.request(copy request, from: client))
        } else {
            take(request, RequestContext(request, from: client), as: nil, environment, &effects)
        }
        finish(environment, &effects)
    }

    /// The same of a media server's report.
    public mutating func handle(
        _ report: borrowing MediaReport, in environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        recordings.media(report, &facts, environment, &effects)
        finish(environment, &effects)
    }

    /// What follows from any input.
    private mutating func finish(_ environment: borrowing CallEnvironment, _ effects: inout Effects) {
        if !paths.isEmpty || !effects.intakes.isEmpty { followMedia(environment, &effects) }
        if !recordings.live.isEmpty { recordings.followHolds(&facts, environment, &effects) }
        if !remembered.isEmpty { rememberAnswers(environment, &effects) }
        if effects.changesUserData { countUserData() }
        effects.isFinished =
            facts.parties.isEmpty && recordings.isQuiet && atSwitch.isEmpty && (hasEnded || isMade) && merger == nil
            && deferred.isEmpty
    }

    /// The recording that an event shows; `nil`: it shows none, or had it earlier.
    public func recording(of event: borrowing CallEvent) -> RecordingInfo? {
        switch event.changedBy {
        case .none: nil
        case .live(let index): recordings.live[index].info
        case .earlier(let info): info
        }
    }

    /// Gives each event of a step a copy of what it shows of the call, for whoever reads them later.
    package func keep(_ effects: inout Effects) {
        effects.keep(facts)
        effects.keep(recordings.live)
    }

    /// A call that has handed its user data over has none.
    private mutating func countUserData() {
        countedUserData = hasEnded ? 0 : UInt32(atSwitch.reduce(facts.userData.packed.count) { $0 + $1.userDataSize })
    }

    private mutating func take(
        _ input: borrowing CallInput, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        switch input {
        case .request(let request, let client):
            take(request, RequestContext(request, from: client), as: nil, environment, &effects)
        case .repeatable(let request, let repeatable, let client):
            take(request, repeatable, from: client, as: nil, environment, &effects)
        case .consultation(let request, nil, let client, let name):
            take(request, RequestContext(request, from: client), as: name, environment, &effects)
        case .consultation(let request, .some(let repeatable), let client, let name):
            take(request, repeatable, from: client, as: name, environment, &effects)
        case .answered(let asker, let answer): remember(answer, to: asker, environment, &effects)
        case .replay(let event, let asker): replay(event, to: asker, environment, &effects)
        case .switching(let report): take(report, environment, &effects)
        case .media(let report): recordings.media(report, &facts, environment, &effects)
        case .deadline(.answer): answerIsOverdue(environment, &effects)
        case .deadline(let deadline):
            recordings.deadline(deadline, callHasEnded: hasEnded, &facts, environment, &effects)
        case .letter(let letter): take(letter, environment, &effects)
        case .agent(let agentID, let index): note(agentID, on: index, environment, &effects)
        case .shutdown: recordings.close(&facts, environment, &effects)
        }
    }

    public var connection: ConnectionID { facts.identity.connection }

    public var parties: [Party] { facts.parties }

    /// Whether no recording goes on, and no command for one is under way.
    public var recordingsAreQuiet: Bool { recordings.isQuiet }

    /// What a snapshot and a query tell of the call.
    public var snapshot: CallSnapshot {
        CallSnapshot(facts: facts, recordings: recordings.notices)
    }

    /// What the call's events on the DN, and recordings that begin there from now on, say of an agent.
    private mutating func note(
        _ agentID: String, on index: Directory.Index, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard let place = facts.parties.firstIndex(where: { $0.index == index }) else { return }
        facts.setAgent(agentID, ofPartyAt: place, &effects)
    }

    // MARK: - Requests

    mutating func take(
        _ request: Request, _ asker: RequestContext, as name: CallIDs?, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        do throws(RequestError) {
            guard !hasEnded else { throw RequestError.callHasEnded }
            if let consultation = Consultation.Purpose(request.message) {
                try consult(for: consultation, request, asker, as: name, environment, &effects)
            } else {
                try execute(request, asker, environment, &effects)
            }
        } catch {
            if error.limit == .userDataTotal { effects.lacksUserData = true }
            effects.reply = CallReply(to: asker, about: request.connection, .refused(error))
        }
    }

    private mutating func execute(
        _ request: Request, _ asker: RequestContext, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) throws(RequestError) {
        switch request.operation {
        case .makeCall(let make):
            isMade = true
            try check(make.userData, environment, &effects)
            begin(with: make.userData, environment, &effects)
            send(.make(from: request.thisDN, to: make.otherDN), for: asker, environment, &effects)
        case .makePredictiveCall(let make):
            isMade = true
            try check(make.userData, environment, &effects)
            begin(with: make.userData, environment, &effects)
            answerTimeout = make.timeout.map { UInt32($0) } ?? 0
            send(.predict(from: request.thisDN, to: make.otherDN), for: asker, environment, &effects)
        case .answerCall: try answer(request, asker, environment, &effects)
        case .releaseCall:
            _ = try party(of: request)
            try checkIdle(request)
            send(.release(request.thisDN), for: asker, environment, &effects)
        case .holdCall: try hold(request, asker, environment, &effects)
        case .retrieveCall: try retrieve(request, asker, environment, &effects)
        case .routeCall(let route): try self.route(request, route, asker, environment, &effects)
        case .clearCall: try clear(request, asker, environment, &effects)
        case .redirectCall(let destination): try redirect(to: destination, request, asker, environment, &effects)
        case .singleStepTransfer(let destination), .muteTransfer(let destination):
            try transfer(to: destination, request, asker, environment, &effects)
        case .singleStepConference(let destination): try add(destination, request, asker, environment, &effects)
        case .deleteFromConference(let dn): try delete(dn, request, asker, environment, &effects)
        case .completeTransfer(let other): try merge(other, .transfer, request, asker, environment, &effects)
        case .completeConference(let other): try merge(other, .conference, request, asker, environment, &effects)
        case .mergeCalls(let merge): try self.merge(merge, request, asker, environment, &effects)
        case .alternateCall(let other): try alternate(to: other, request, asker, environment, &effects)
        case .reconnectCall(let other): try reconnect(to: other, request, asker, environment, &effects)
        case .attachUserData(let list): try attach(list, request, asker, environment, &effects)
        case .updateUserData(let list): try update(list, request, asker, environment, &effects)
        case .deletePair(let key): try deletePair(key, request, asker, environment, &effects)
        case .deleteUserData: try deleteUserData(request, asker, environment, &effects)
        case .queryCall(let type): try query(type, asker, environment, &effects)
        case .privateService(let number): try record(number, request, asker, environment, &effects)
        case .registerClient, .queryServer, .queryAddress, .registerAddress, .unregisterAddress,
            .agentLogin, .agentLogout, .agentReady, .agentNotReady, .initiateConference, .initiateTransfer:
            throw RequestError(.unsupportedOperation, "This server does not serve \(request.message.name).")
        }
    }

    private mutating func query(
        _ type: CallInfoType, _ asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    )
        throws(RequestError)
    {
        guard type == .parties || type == .status else {
            throw RequestError(.invalidAttribute, "CallInfoType is neither 0 (parties) nor 1 (status).")
        }
        effects.reply = CallReply(
            to: asker, about: facts.identity.connection,
            .partyInfo(type, facts, recordings.notices))
    }

    /// The party on a request's ThisDN.
    func party(of request: Request) throws(RequestError) -> Party {
        guard let party = facts.party(on: request.thisDN) else {
            throw RequestError(.partyNotOnCall, "ThisDN is no party of this call.")
        }
        return party
    }

    // MARK: - Media

    /// Keeps the paths of media in step with who speaks, and tells the switch where they changed.
    private mutating func followMedia(_ environment: borrowing CallEnvironment, _ effects: inout Effects) {
        for (name, intake) in effects.intakes {
            paths.removeAll { $0.recording == name.recording }
            paths.append(
                MediaRoute(
                    connection: name.origin, recording: name.recording, intake: intake,
                    server: recordings.server(of: name.recording)))
        }
        guard !paths.isEmpty else { return }
        for id in effects.endedPaths {
            guard let place = paths.firstIndex(where: { $0.recording == id }) else { continue }
            var path = paths.remove(at: place)
            path.anchor = nil
            path.other = nil
            effects.paths.append(path)
        }
        for place in paths.indices {
            var path = paths[place]
            let anchor = recordings.anchor(of: path.recording)
            path.anchor = facts.parties.first { $0.id == anchor && $0.state == .established }?.dn
            path.other = facts.parties.first { $0.id != anchor && $0.state == .established }?.dn
            path.sources = recordings.sources(of: anchor, among: facts.parties)
            guard path != paths[place] else { continue }
            paths[place] = path
            effects.paths.append(path)
        }
    }
}

extension CallInput {
    /// Whether it has to wait while another call hands over what it has: for who is in this one is not known.
    fileprivate var waitsForMerger: Bool {
        switch self {
        case .request, .repeatable, .consultation, .switching: true
        case .letter(.handOver), .letter(.shared): true
        case .letter(.handedOver), .answered, .replay, .media, .agent, .deadline, .shutdown: false
        }
    }
}

/// A call as snapshots and queries tell it.
public struct CallSnapshot: Sendable, Equatable {
    public let facts: CallInfo
    /// Those that are not over.
    public let recordings: [RecordingInfo]
}
