import CallModel
import Logging
import TLibrary

/// The calls of a shard, and the way to the calls of all shards: a call's ConnID says which shard it lives on.
actor Router: ShardBound {
    static let rank = 20

    private let desk: CallDesk
    private let inboxes: [Inbox]
    private let room: Room
    private let logger: Logger
    private var calls: [ConnectionID: Call] = [:]
    /// The one that was looked up last: a request's media report follows it at once.
    private var lastCall: Call?
    private var lastConnection: UInt64
    private var isStopping = false
    /// No call gives so high an id to a command, so that each unknown recording's stop has one of its own.
    private static let firstStopOfUnknown: UInt32 = 1 << 31
    private var lastStopOfUnknown: UInt32 = 0

    nonisolated var seat: ShardSeat { desk.seat }

    init(desk: CallDesk, inboxes: [Inbox], room: Room, firstConnection: UInt64, logger: Logger) {
        self.desk = desk
        self.inboxes = inboxes
        self.room = room
        self.logger = logger
        lastConnection = firstConnection
    }

    static func home(of connection: ConnectionID, among count: Int) -> Int {
        Int(connection.rawValue % UInt64(count))
    }

    /// A request whose session and DN are in order: checks what stands before the call, and takes it there.
    func take(_ asked: Asked) {
        let request = asked.request
        if case .makeCall(let make) = request.operation {
            makeCall(make, asked)
            return
        }
        if case .privateService(let number) = request.operation, let refused = checkService(number) {
            refuse(asked, refused)
            return
        }
        let home = Self.home(of: request.connection, among: inboxes.count)
        guard home == seat.shard.index else {
            inboxes[home].post(
                asked.isUrgent ? .urgentRequest(request, asked.client) : .request(request, asked.client))
            return
        }
        takeHome(asked)
    }

    /// A request to a call of this shard.
    func takeHome(_ asked: Asked) {
        guard let call = call(of: asked.request.connection) else {
            refuse(asked, Refused(.invalidConnectionID, "No call has this ConnID."))
            return
        }
        step(call, asked.request.connection, .request(asked.request, from: asked.client))
    }

    /// An input to a call of this shard that no client asked for.
    func take(_ input: CallInput, about connection: ConnectionID) {
        if let call = call(of: connection) {
            step(call, connection, input)
        } else if case .media(let report) = input {
            takeUnknown(report)
        }
    }

    /// The server stops: recordings end. No call begins from now on.
    func stop() {
        isStopping = true
        for connection in calls.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            take(.shutdown, about: connection)
        }
    }

    /// Calls that still have a recording or a command under way.
    var busyCalls: Int {
        calls.values.count { call in call.enter(()) { call, _ in call.isBusy } }
    }

    func describe(_ order: SnapshotOrder) -> SnapshotPart {
        var part = SnapshotPart(
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

    private func makeCall(_ make: MakeCall, _ asked: Asked) {
        let directory = desk.rules.directory
        let request = asked.request
        do throws(Refused) {
            guard (MakeCallType.regular.rawValue...MakeCallType.directPriority.rawValue).contains(make.type.rawValue)
            else { throw Refused(.invalidAttribute, "MakeCallType is none of T-Library's.") }
            let numbers = try DialledNumbers(request, make, directory)
            guard !isStopping else { throw Refused(.serviceUnavailable, "The server is stopping.") }
            guard room.take() else {
                desk.counters.callsRefused.add()
                throw Refused(.resourceUnavailable, "The server has as many calls as it may have.")
            }
            let connection = nextConnection()
            let identity = CallIdentity(
                connection: connection, uuid: newUUID(),
                callType: numbers.callType, ani: numbers.ani, dnis: numbers.dnis)
            begin(identity)
            var placed = request
            placed.connection = connection
            takeHome(Asked(request: placed, client: asked.client))
        } catch {
            refuse(asked, error)
        }
    }

    private func nextConnection() -> ConnectionID {
        lastConnection += UInt64(inboxes.count)
        return ConnectionID(rawValue: lastConnection)
    }

    /// A call that the network brings.
    func begin(_ connection: ConnectionID, _ arrival: SwitchPort.Arrival) {
        begin(
            CallIdentity(
                connection: connection, uuid: newUUID(), callType: arrival.callType, ani: arrival.ani,
                dnis: arrival.dnis))
    }

    private func newUUID() -> String {
        CallIdentity.makeUUID(seat.shard.random(), seat.shard.random())
    }

    private func begin(_ identity: CallIdentity) {
        desk.counters.callsBegun.add()
        calls[identity.connection] = Call(identity, desk: desk)
        lastCall = nil
    }

    private func call(of connection: ConnectionID) -> Call? {
        if let lastCall, lastCall.connection == connection { return lastCall }
        lastCall = calls[connection]
        return lastCall
    }

    private func step(_ call: Call, _ connection: ConnectionID, _ input: CallInput) {
        guard call.enter(input, { call, input in call.take(copy input) }) else { return }
        calls[connection] = nil
        lastCall = nil
        room.give()
    }

    // MARK: - Refusals

    private func checkService(_ number: Int32) -> Refused? {
        guard desk.rules.verb(of: number) != nil else {
            return Refused(.unsupportedOperation, "PrivateMsgID is none of the recording service.")
        }
        guard !desk.rules.mediaServers.isEmpty else {
            return Refused(.unsupportedOperation, "Recording is not available on this server.")
        }
        return nil
    }

    private func refuse(_ asked: Asked, _ refused: Refused) {
        let reply = CallReply(
            to: Asker(asked.request, from: asked.client), about: asked.request.connection, .refused(refused))
        desk.notifier.enter(reply) { notifier, reply in notifier.reply(copy reply) }
    }

    /// A media server speaks of a call that is not there: what it records for it is stopped.
    private func takeUnknown(_ report: MediaReport) {
        desk.counters.strayReports.add()
        guard report.event.tellsOfRecording else { return }
        lastStopOfUnknown += 1
        logger.warning(
            "A media server records a call that is not there; it is told to stop.",
            metadata: ["connid": "\(report.connection)", "media-server": "\(desk.media.servers[report.server].name)"])
        let command = MediaCommand(
            id: MediaCommand.ID(rawValue: Self.firstStopOfUnknown &+ lastStopOfUnknown), connection: report.connection,
            recording: report.recording,
            server: report.server, verb: .stop)
        desk.media.servers[report.server].perform(command, on: seat.shard)
    }
}

extension MediaReport.Event {
    /// Whether it says that something is recorded.
    fileprivate var tellsOfRecording: Bool {
        switch self {
        case .started, .resumed, .audio(isPresent: true): true
        case .confirmed, .refused, .ended, .lost, .audio(isPresent: false): false
        }
    }
}

/// A request and who asked.
struct Asked: Sendable {
    var request: Request
    var client: ClientID
    /// Whether it may overtake the requests of others on its way to another shard.
    var isUrgent = false
}

/// What kind of call RequestMakeCall makes, and the numbers that its events will show.
struct DialledNumbers {
    var callType: CallType
    var ani: String
    var dnis: String

    /// From a trunk it is an inbound call, whose numbers the Extensions `ani` and `dnis` give.
    init(_ request: Request, _ make: MakeCall, _ directory: Directory) throws(Refused) {
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

    private static func number(_ key: String, of request: Request) throws(Refused) -> String {
        switch request.extensions.firstIgnoringCase(key) {
        case nil: return ""
        case .string(let text), .unicode(let text):
            guard text.utf8.count <= DirectoryNumber.maximumLength else {
                throw Refused(.invalidAttribute, "Extensions \(key) is longer than 255 bytes.")
            }
            return text
        case .integer, .binary, .list: throw Refused(.invalidAttribute, "Extensions \(key) is not a string.")
        }
    }
}
