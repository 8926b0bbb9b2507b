public import EventLoops
public import TLibrary

/// A call as a value: who is in it, its user data, its recordings, and what each input makes of them.
///
/// Step it, then carry out the whole outcome, before the next step. It reads no clock and knows no client: time comes
/// in with each step, answers go out by ``ClientID``. There is one of each call: it cannot be copied by accident.
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

    let rules: CallPolicy
    var facts: CallInfo
    var recordings: CallRecordings
    var atSwitch: [PendingSwitchCommand] = []
    var remembered = CallIdempotencyCache()
    var lastParty: UInt32 = 0
    var lastCommand: UInt32 = 0
    /// Where the media of recordings goes, of those whose media server takes it as RTP.
    var paths: [MediaRoute] = []
    var merger: PendingMerge?
    /// What came while another call was handing over what it has, and waits for that.
    var deferred: [CallInput] = []
    /// The calls with which this one shares its user data (option `consult-user-data`).
    var joint: [ConnectionID] = []
    /// Who asked for this consultation call, until its first event.
    var consulter: RequestContext?
    /// A T-Client asked for it; one that the network brings has no party before the switch's first report, either.
    var isMade = false
    /// How long a predictive call may stay unanswered; zero: for ever.
    var answerTimeout = Duration.zero
    /// Packed user data of the call in bytes, with what waits at the switch to be set; as of the last change by a client,
    /// so that the engine's own pairs need not be counted each time.
    public private(set) var userDataSize = 0
    /// The call had parties, and they have left: its ConnID is unknown to clients from then on.
    public private(set) var hasEnded = false

    public init(_ identity: CallIdentity, rules: CallPolicy) {
        self.rules = rules
        facts = CallInfo(identity: identity, parties: [], userData: KeyValueList())
        recordings = CallRecordings(rules)
    }

    /// A consultation call, as its main call has begun it.
    public init(_ consultation: NewConsultation, rules: CallPolicy) {
        self.init(consultation.identity, rules: rules)
        facts.userData = consultation.userData
        userDataSize = consultation.userData.packed.count
        consulter = consultation.asker
        if consultation.isJoint, let main = consultation.identity.consultation?.main { joint = [main] }
    }

    public mutating func step(
        _ input: CallInput, at moment: Timestamp, available: MediaServerSet = .all, agents: AgentMap = AgentMap()
    ) -> CallOutcome {
        isRelevant(input) ? take(input, at: moment, available: available, agents: agents).outcome : CallOutcome()
    }

    /// Whether a step would do anything: most deadlines come when their command has long been answered.
    public func isRelevant(_ input: CallInput) -> Bool {
        switch input {
        case .deadline(.answer): facts.parties.contains { $0.state == .dialing }
        case .deadline(let deadline): recordings.awaits(deadline)
        case .request, .repeatable, .consultation, .answered, .replay, .switching, .media, .agent, .letter,
            .shutdown:
            true
        }
    }

    /// The same, without a copy of the outcome. `available` are the media servers that may take a new recording now,
    /// `agents` who is logged in where; only an input that ``CallInput/mayAddParties`` needs to know the latter.
    /// `userDataFree` is how many bytes of user data all calls together may have more.
    ///
    /// - Precondition: the input ``isRelevant(_:)``.
    public mutating func take(
        _ input: CallInput, at moment: Timestamp, available: MediaServerSet, agents: AgentMap,
        userDataFree: Int = .max
    ) -> CallStep {
        recordings.begin(at: available, now: moment.monotonic)
        var step = CallStep(
            rules: rules, moment: moment, agents: agents, facts: CallInfo(identity: facts.identity),
            callHasEnded: hasEnded)
        step.userDataFree = userDataFree
        // The step owns them meanwhile, so that a change in place stays one.
        swap(&facts, &step.facts)
        if merger != nil, input.waitsForMerger { deferred.append(input) } else { take(input, &step) }
        followMedia(&step)
        recordings.followHolds(&step)
        rememberAnswers(&step)
        swap(&facts, &step.facts)
        hasEnded = step.callHasEnded
        if step.changesUserData { countUserData() }
        step.outcome.isFinished =
            recordings.isQuiet && atSwitch.isEmpty && facts.parties.isEmpty && (hasEnded || isMade) && merger == nil
            && deferred.isEmpty
        return step
    }

    /// A call that has handed its user data over has none.
    private mutating func countUserData() {
        userDataSize = hasEnded ? 0 : atSwitch.reduce(facts.userData.packed.count) { $0 + $1.userDataSize }
    }

    private mutating func take(_ input: CallInput, _ step: inout CallStep) {
        switch input {
        case .request(let request, let client): take(request, RequestContext(request, from: client), as: nil, &step)
        case .repeatable(let request, let repeatable, let client):
            take(request, repeatable, from: client, as: nil, &step)
        case .consultation(let request, nil, let client, let name):
            take(request, RequestContext(request, from: client), as: name, &step)
        case .consultation(let request, .some(let repeatable), let client, let name):
            take(request, repeatable, from: client, as: name, &step)
        case .answered(let asker, let answer): remember(answer, to: asker, &step)
        case .replay(let event, let asker): replay(event, to: asker, &step)
        case .switching(let report): take(report, &step)
        case .media(let report): recordings.media(report, &step)
        case .deadline(.answer): answerIsOverdue(&step)
        case .deadline(let deadline): recordings.deadline(deadline, &step)
        case .letter(let letter): take(letter, &step)
        case .agent(let agentID, let index): note(agentID, on: index, &step)
        case .shutdown: recordings.close(&step)
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
    private func note(_ agentID: String, on index: Directory.Index, _ step: inout CallStep) {
        guard let place = step.facts.parties.firstIndex(where: { $0.index == index }) else { return }
        step.facts.parties[place].agentID = agentID
    }

    // MARK: - Requests

    mutating func take(_ request: Request, _ asker: RequestContext, as name: CallIDs?, _ step: inout CallStep) {
        do throws(RequestError) {
            guard !step.callHasEnded else { throw RequestError.callHasEnded }
            if let consultation = Consultation.Purpose(request.message) {
                try consult(for: consultation, request, asker, as: name, &step)
            } else {
                try execute(request, asker, &step)
            }
        } catch {
            if error.limit == .userDataTotal { step.lacksUserData = true }
            step.outcome.reply = CallReply(to: asker, about: request.connection, .refused(error))
        }
    }

    private mutating func execute(
        _ request: Request, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) {
        switch request.operation {
        case .makeCall(let make):
            isMade = true
            try check(make.userData, &step)
            begin(with: make.userData, &step)
            send(.make(from: request.thisDN, to: make.otherDN), for: asker, &step)
        case .makePredictiveCall(let make):
            isMade = true
            try check(make.userData, &step)
            begin(with: make.userData, &step)
            answerTimeout = make.timeout.map { .seconds(Int64($0)) } ?? .zero
            send(.predict(from: request.thisDN, to: make.otherDN), for: asker, &step)
        case .answerCall: try answer(request, asker, &step)
        case .releaseCall:
            _ = try party(of: request, step)
            try checkIdle(request)
            send(.release(request.thisDN), for: asker, &step)
        case .holdCall: try hold(request, asker, &step)
        case .retrieveCall: try retrieve(request, asker, &step)
        case .routeCall(let route): try self.route(request, route, asker, &step)
        case .clearCall: try clear(request, asker, &step)
        case .redirectCall(let destination): try redirect(to: destination, request, asker, &step)
        case .singleStepTransfer(let destination), .muteTransfer(let destination):
            try transfer(to: destination, request, asker, &step)
        case .singleStepConference(let destination): try add(destination, request, asker, &step)
        case .deleteFromConference(let dn): try delete(dn, request, asker, &step)
        case .completeTransfer(let other): try merge(other, .transfer, request, asker, &step)
        case .completeConference(let other): try merge(other, .conference, request, asker, &step)
        case .mergeCalls(let merge): try self.merge(merge, request, asker, &step)
        case .alternateCall(let other): try alternate(to: other, request, asker, &step)
        case .reconnectCall(let other): try reconnect(to: other, request, asker, &step)
        case .attachUserData(let list): try attach(list, request, asker, &step)
        case .updateUserData(let list): try update(list, request, asker, &step)
        case .deletePair(let key): try deletePair(key, request, asker, &step)
        case .deleteUserData: try deleteUserData(request, asker, &step)
        case .queryCall(let type): try query(type, asker, &step)
        case .privateService(let number): try record(number, request, asker, &step)
        case .registerClient, .queryServer, .queryAddress, .registerAddress, .unregisterAddress,
            .agentLogin, .agentLogout, .agentReady, .agentNotReady, .initiateConference, .initiateTransfer:
            throw RequestError(.unsupportedOperation, "This server does not serve \(request.message.name).")
        }
    }

    private mutating func query(_ type: CallInfoType, _ asker: RequestContext, _ step: inout CallStep)
        throws(RequestError)
    {
        guard type == .parties || type == .status else {
            throw RequestError(.invalidAttribute, "CallInfoType is neither 0 (parties) nor 1 (status).")
        }
        step.outcome.reply = CallReply(
            to: asker, about: step.facts.identity.connection,
            .partyInfo(type, step.facts, recordings.notices))
    }

    /// The party on a request's ThisDN.
    func party(of request: Request, _ step: borrowing CallStep) throws(RequestError) -> Party {
        guard let party = step.party(on: request.thisDN) else {
            throw RequestError(.partyNotOnCall, "ThisDN is no party of this call.")
        }
        return party
    }

    // MARK: - Media

    /// Keeps the paths of media in step with who speaks, and tells the switch where they changed.
    private mutating func followMedia(_ step: inout CallStep) {
        for (name, intake) in step.intakes {
            paths.removeAll { $0.recording == name.recording }
            paths.append(
                MediaRoute(
                    connection: name.origin, recording: name.recording, intake: intake,
                    server: recordings.server(of: name.recording)))
        }
        guard !paths.isEmpty else { return }
        for id in step.endedPaths {
            guard let place = paths.firstIndex(where: { $0.recording == id }) else { continue }
            var path = paths.remove(at: place)
            path.anchor = nil
            path.other = nil
            step.outcome.paths.append(path)
        }
        for place in paths.indices {
            var path = paths[place]
            let anchor = recordings.anchor(of: path.recording)
            path.anchor = step.facts.parties.first { $0.id == anchor && $0.state == .established }?.dn
            path.other = step.facts.parties.first { $0.id != anchor && $0.state == .established }?.dn
            path.sources = recordings.sources(of: anchor, among: step.facts.parties)
            guard path != paths[place] else { continue }
            paths[place] = path
            step.outcome.paths.append(path)
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
