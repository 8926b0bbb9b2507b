import CallModel
import EventLoops
import Logging
import TLibrary

/// The calls of a shard, and the way to the calls of all shards: a call's ConnID says which shard it lives on.
actor Router: LoopBound {
    static let rank = 20

    let desk: CallDesk
    let mailboxes: [Mailbox]
    let room: CallLimiter
    private let logger: Logger
    private var calls = ConnectionTable<Call>()
    /// Where recordings go on whose call has become part of another.
    var forwards: [RecordingKey: ConnectionID] = [:]
    private var endedCalls = CallTombstones()
    /// The one that was looked up last: a request's media report follows it at once.
    private var lastCall: Call?
    private var lastConnection: UInt64
    private var isStopping = false
    var turn: CallTurn
    /// No call gives so high an id to a command, so that each unknown recording's stop has one of its own.
    private static let firstStopOfUnknown: UInt32 = 1 << 31
    private var lastStopOfUnknown: UInt32 = 0

    nonisolated var seat: ShardSeat { desk.seat }

    init(desk: CallDesk, mailboxes: [Mailbox], room: CallLimiter, firstConnection: UInt64, logger: Logger) {
        self.desk = desk
        self.mailboxes = mailboxes
        self.room = room
        self.logger = logger
        lastConnection = firstConnection
        turn = CallTurn(desk.rules)
    }

    static func home(of connection: ConnectionID, among count: Int) -> Int {
        Int(connection.rawValue % UInt64(count))
    }

    /// A request whose session and DN are in order: checks what stands before the call, and takes it there.
    func take(_ asked: ClientRequest) {
        let request = asked.request
        if case .makeCall(let make) = request.operation {
            makeCall(make, asked)
            return
        }
        if case .makePredictiveCall(let make) = request.operation {
            makeCall(make, asked)
            return
        }
        if case .privateService(let number) = request.operation, let refused = checkService(number) {
            refuse(asked, refused)
            return
        }
        let home = Self.home(of: request.connection, among: mailboxes.count)
        guard home == seat.shard.index else {
            mailboxes[home].post(
                asked.repeatable != nil
                    ? .repeated(.inCall(asked))
                    : asked.isUrgent ? .urgentRequest(request, asked.client) : .request(request, asked.client))
            return
        }
        handleLocally(asked)
    }

    /// A request to a call of this shard.
    func handleLocally(_ asked: ClientRequest) {
        guard let call = call(of: asked.request.connection) else {
            refuse(asked, unknown(asked.request.connection))
            return
        }
        let connection = asked.request.connection
        if asked.request.beginsConsultation { return consult(call, asked) }
        if let repeatable = asked.repeatable {
            step(call, connection, .repeatable(asked.request, repeatable, from: asked.client))
        } else {
            call.enter(asked, &turn) { call, asked, turn in call.handle(asked.request, from: asked.client, &turn) }
            finish(connection)
        }
    }

    /// A request that begins another call, beside the one that it names.
    private func consult(_ call: Call, _ asked: ClientRequest) {
        guard !isStopping else { return refuse(asked, Self.stopping) }
        // One that is asked again needs no room, which the call knows.
        let isFull = room.isFull
        if isFull { room.recordLimitReached() }
        guard !isFull || asked.repeatable != nil else { return refuse(asked, Self.noRoom) }
        let name = isFull ? nil : CallIDs(connection: nextConnection(), uuid: newUUID())
        step(
            call, asked.request.connection,
            .consultation(asked.request, asked.repeatable, from: asked.client, as: name))
    }

    /// A call of this shard makes an event anew for one who asked again; where it is gone, that is the answer.
    func replay(_ event: CachedEvent, to asker: RequestContext) {
        if let call = call(of: event.connection) { return step(call, event.connection, .replay(event, to: asker)) }
        let reply = CallReply(to: asker, about: event.connection, .refused(.callHasEnded))
        desk.notifier.enter(reply) { notifier, reply in notifier.reply(copy reply) }
    }

    /// An input to a call of this shard that no client asked for.
    func take(_ input: CallInput, about connection: ConnectionID) {
        if !forwards.isEmpty, case .media(let report) = input, forward(report) { return }
        if let call = call(of: connection) {
            if case .media(let report) = input {
                step(call, connection, report)
            } else {
                step(call, connection, input)
            }
        } else if case .media(let report) = input {
            takeUnknown(report)
        }
    }

    /// The server stops: recordings end. No call begins from now on.
    func stop() {
        isStopping = true
        for connection in calls.sortedKeys {
            take(.shutdown, about: connection)
        }
    }

    /// Calls that still have a recording or a command under way.
    var busyCalls: Int {
        calls.count { call in call.enter(()) { call, _ in call.isBusy } }
    }

    /// For those who look in.
    func status(of connection: ConnectionID) -> CallStatus? {
        calls[connection]?.enter(()) { call, _ in call.status }
    }

    func describe(_ order: SnapshotPageRequest) -> SnapshotPage {
        var part = SnapshotPage(
            client: order.client, index: order.index, origin: seat.shard.index, pairs: [:], described: [],
            rest: [], isForRegistration: order.isForRegistration)
        for (place, connection) in order.calls.enumerated() {
            if let pair = calls[connection].flatMap({ describe($0, on: order.index, atMost: order.room) }) {
                // Behind the key's length the key, a type, a length, and the list.
                let size = 2 + 16 + 1 + 4 + pair.packed.count
                guard part.pairs.packed.count + size <= order.room || part.pairs.isEmpty && order.isWholePart else {
                    part.rest = Array(order.calls[place...])
                    break
                }
                part.pairs.append(connection.description, .list(pair))
            }
            part.described.append(connection)
        }
        return part
    }

    /// The state of a DN by its calls: of several, the one nearest to talking.
    func status(of connections: [ConnectionID], on index: Directory.Index) -> AddressStatus {
        let order: [AddressStatus] = [.talking, .held, .ringing, .dialing]
        let found = connections.compactMap { connection -> AddressStatus? in
            calls[connection]?.enter(()) { call, _ in call.snapshot }
                .facts.parties.first { $0.index == index }?.state.addressStatus
        }
        return order.first(where: found.contains) ?? .idle
    }

    /// A call whose recordings would not fit into a frame is told without them: its user data says what they do.
    private func describe(_ call: Call, on index: Directory.Index, atMost room: Int) -> KeyValueList? {
        let snapshot = call.enter(()) { call, _ in call.snapshot }
        guard let party = snapshot.facts.parties.first(where: { $0.index == index }) else { return nil }
        var pairs = snapshot.pairs(for: party)
        if pairs.packed.count + 23 > room { _ = pairs.removeAll("recordings") }
        return pairs
    }

    // MARK: - Calls that begin and end

    private func makeCall(_ make: MakeCall, _ asked: ClientRequest) {
        let directory = desk.rules.directory
        let request = asked.request
        do throws(RequestError) {
            guard (MakeCallType.regular.rawValue...MakeCallType.directPriority.rawValue).contains(make.type.rawValue)
            else { throw RequestError(.invalidAttribute, "MakeCallType is none of T-Library's.") }
            let numbers = try MakeCallParameters(request, make, directory)
            try begin(numbers, asked)
        } catch {
            refuse(asked, error)
        }
    }

    /// A predictive call is made for a queue or routing point, at which it waits once it is answered.
    private func makeCall(_ make: MakePredictiveCall, _ asked: ClientRequest) {
        let directory = desk.rules.directory
        do throws(RequestError) {
            let type = directory.index(of: asked.request.thisDN).map { directory[$0].type }
            guard type?.isQueueOrRoutingPoint == true else {
                throw RequestError(.badCallingDN, "ThisDN is neither a queue nor a routing point.")
            }
            guard (make.timeout ?? 0) >= 0 else {
                throw RequestError(.invalidAttribute, "Timeout is below 0.")
            }
            let call = MakeCall(otherDN: make.otherDN, userData: make.userData)
            try begin(MakeCallParameters(asked.request, call, directory), asked)
        } catch {
            refuse(asked, error)
        }
    }

    private func begin(_ numbers: MakeCallParameters, _ asked: ClientRequest) throws(RequestError) {
        guard !isStopping else { throw Self.stopping }
        guard room.take() else { throw Self.noRoom }
        let connection = nextConnection()
        let identity = CallIdentity(
            connection: connection, uuid: newUUID(),
            callType: numbers.callType, ani: numbers.ani, dnis: numbers.dnis)
        begin(identity)
        var placed = asked.request
        placed.connection = connection
        handleLocally(ClientRequest(request: placed, client: asked.client, repeatable: asked.repeatable))
    }

    private static let stopping = RequestError(.serviceUnavailable, "The server is stopping.")
    private static let noRoom = RequestError.noRoomForCalls

    private func nextConnection() -> ConnectionID {
        lastConnection += UInt64(mailboxes.count)
        return ConnectionID(rawValue: lastConnection)
    }

    /// A call that the network brings.
    func begin(_ connection: ConnectionID, _ arrival: SwitchPort.ExternalCall) {
        begin(
            CallIdentity(
                connection: connection, uuid: newUUID(), callType: arrival.callType, ani: arrival.ani,
                dnis: arrival.dnis))
    }

    private func newUUID() -> String {
        CallIdentity.makeUUID(seat.shard.random(), seat.shard.random())
    }

    private func begin(_ identity: CallIdentity) {
        add(Call(identity, desk: desk))
    }

    func begin(_ consultation: NewConsultation) {
        room.takeAnyhow()
        add(Call(consultation, desk: desk))
    }

    private func add(_ call: Call) {
        desk.counters.callsBegun.add()
        calls.insert(call, for: call.connection)
        desk.watch?.enter(call.connection) { watch, call in watch.began(copy call) }
        lastCall = nil
    }

    func call(of connection: ConnectionID) -> Call? {
        if let lastCall, lastCall.connection == connection { return lastCall }
        lastCall = calls[connection]
        return lastCall
    }

    func step(_ call: Call, _ connection: ConnectionID, _ input: CallInput) {
        call.enter(input, &turn) { call, input, turn in call.handle(input, &turn) }
        finish(connection)
    }

    /// A call has taken a step: interactions with other calls are left to be applied.
    func finish(_ connection: ConnectionID) {
        let isFinished = turn.effects.isFinished
        let interCall = turn.effects.interCall.isEmpty ? [] : turn.effects.takeInterCall()
        turn.effects.reset()
        if isFinished { end(connection) }
        if !interCall.isEmpty { execute(interCall, of: connection) }
    }

    private func end(_ connection: ConnectionID) {
        calls.remove(connection)
        lastCall = nil
        room.give()
        desk.counters.callsEnded.add()
        desk.watch?.enter(connection) { watch, call in watch.ended(copy call) }
        remember(connection)
    }

    private func remember(_ ended: ConnectionID) {
        let wasCrowded = endedCalls.isCrowded
        let forgotten = endedCalls.add(ended, at: seat.shard.now)
        if forgotten > 0 { desk.counters.endedCallsForgotten.add(forgotten) }
        switch (wasCrowded, endedCalls.isCrowded) {
        case (false, true): logger.warning("So many calls end that ConnIDs are forgotten before 5 seconds have passed.")
        case (true, false): logger.notice("ConnIDs of ended calls are known for 5 seconds again.")
        case (true, true), (false, false): break
        }
    }

    // MARK: - Refusals

    private func checkService(_ number: Int32) -> RequestError? {
        guard desk.rules.verb(of: number) != nil else {
            return RequestError(.unsupportedOperation, "PrivateMsgID is none of the recording service.")
        }
        guard !desk.rules.mediaServers.isEmpty else {
            return RequestError(.unsupportedOperation, "Recording is not available on this server.")
        }
        return nil
    }

    private func unknown(_ connection: ConnectionID) -> RequestError {
        endedCalls.contains(connection) ? .callHasEnded : RequestError(.invalidConnectionID, "No call has this ConnID.")
    }

    private func refuse(_ asked: ClientRequest, _ refused: RequestError) {
        let reply = CallReply(
            to: RequestContext(asked.request, from: asked.client, repeatable: asked.repeatable),
            about: asked.request.connection, .refused(refused))
        desk.notifier.enter(reply) { notifier, reply in notifier.reply(copy reply) }
    }

    /// A media server speaks of a call that is not there: what it records for it is stopped.
    func takeUnknown(_ report: MediaReport) {
        // The last evidence of a recording may come after its call: its record is written.
        if case .evidence = report.event { return }
        desk.counters.unexpectedReports.add()
        guard report.event.tellsOfRecording else { return }
        lastStopOfUnknown += 1
        logger.warning(
            "A media server records a call that is not there; it is told to stop.",
            metadata: ["connid": "\(report.connection)", "media-server": "\(desk.media.servers[report.server].name)"])
        let command = MediaCommand(
            id: MediaCommand.ID(rawValue: Self.firstStopOfUnknown &+ lastStopOfUnknown), connection: report.connection,
            recording: report.recording,
            server: report.server, verb: .stop)
        desk.counters.stops.add()
        desk.media.servers[report.server].perform(command, on: seat.shard)
    }
}

extension MediaReport.Event {
    /// Whether it says that something is recorded.
    fileprivate var tellsOfRecording: Bool {
        switch self {
        case .started, .resumed, .audio(missing: []): true
        case .confirmed, .refused, .ended, .lost, .audio, .evidence, .source, .undecoded: false
        }
    }
}

extension Request {
    /// Whether another call arises with it, beside the one that it names.
    fileprivate var beginsConsultation: Bool {
        switch message {
        case .requestInitiateTransfer, .requestInitiateConference: true
        default: false
        }
    }
}

/// A request and who asked.
struct ClientRequest: Sendable {
    var request: Request
    var client: ClientID
    /// Where it may be asked again.
    var repeatable: IdempotencyKey?
    /// Whether it may overtake the requests of others on its way to another shard.
    var isUrgent = false
}

/// What kind of call RequestMakeCall makes, and the numbers that its events will show.
struct MakeCallParameters {
    var callType: CallType
    var ani: String
    var dnis: String

    /// From a trunk it is an inbound call, whose numbers the Extensions `ani` and `dnis` give.
    init(_ request: Request, _ make: MakeCall, _ directory: Directory) throws(RequestError) {
        let from = directory.index(of: request.thisDN).map { directory[$0].type }
        let to = directory.index(of: make.otherDN).map { directory[$0].type }
        if from?.isTrunk == true {
            callType = .inbound
            ani = try Self.number("ani", of: request)
            dnis = try Self.number("dnis", of: request)
        } else {
            callType = to?.isTrunk == true ? .outbound : .internal
            ani = request.thisDN.text
            dnis = make.otherDN.text
        }
    }

    private static func number(_ key: String, of request: Request) throws(RequestError) -> String {
        switch request.extensions.firstIgnoringCase(key) {
        case nil: return ""
        case .string(let text), .unicode(let text):
            guard text.utf8.count <= DirectoryNumber.maximumLength else {
                throw RequestError(.invalidAttribute, "Extensions \(key) is longer than 255 bytes.")
            }
            return text
        case .integer, .binary, .list: throw RequestError(.invalidAttribute, "Extensions \(key) is not a string.")
        }
    }
}
