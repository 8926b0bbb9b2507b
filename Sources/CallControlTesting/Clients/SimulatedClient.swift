import CallModel
public import EventLoops
public import TLibrary

/// A T-Client of a test: it sends requests, answers pings, and keeps every event that it receives.
///
/// Its members return at once; what they bring about comes with the simulation's next turns.
public final class SimulatedClient: Sendable {
    public let name: String
    /// The connection that it uses, for what may happen to a line.
    public let connection: SimulatedConnection
    private let state: Isolated<ClientState>

    /// Connects, and opens a session unless `opens` is false. `takesUp`: one that can be taken up later.
    public init(
        in simulation: Simulation, at address: SocketAddress, name: String = "client", opens: Bool = true,
        takesUp: Bool = false
    ) {
        self.name = name
        connection = simulation.connect(to: address)
        let state = ClientState(world: simulation.world, connection: connection)
        self.state = Isolated(state, to: simulation.world.driver)
        connection.onReceived { state.received($0) }
        guard opens else { return }
        let extensions: KeyValueList = takesUp ? ["take-up": .integer(1)] : [:]
        send(.registerClient(RegisterClient(applicationName: name)), extensions: extensions)
    }

    /// Connects again and asks to take up the session of a client that lost its connection. What that one sent and
    /// received is this one's too.
    public convenience init(
        takingUp lost: SimulatedClient, in simulation: Simulation, at address: SocketAddress
    ) {
        self.init(in: simulation, at: address, name: lost.name, opens: false)
        let (old, state) = (lost.state.value, state.value)
        state.requests = old.requests
        state.events = old.events
        let received = lost.countedEvents ?? 0
        send(
            .registerClient(RegisterClient(applicationName: name, sessionID: lost.sessionID)),
            extensions: ["take-up": .integer(1), "received": .string("\(received)")])
    }

    /// Sends a request with the next ReferenceID, which is returned.
    @discardableResult
    public func send(
        _ operation: Operation, thisDN: DirectoryNumber = "", connection: ConnectionID = .none,
        reasons: KeyValueList = [:], extensions: KeyValueList = [:]
    ) -> ReferenceID {
        let state = state.value
        let request = Request(
            operation, reference: ReferenceID(rawValue: Int32(state.requests.count + 1)), thisDN: thisDN,
            connection: connection, reasons: reasons, extensions: extensions)
        state.requests.append(request)
        var bytes: [UInt8] = []
        request.encode(to: &bytes)
        self.connection.send(bytes)
        return request.reference
    }

    public func send(_ message: LinkMessage) {
        var bytes: [UInt8] = []
        message.encode(to: &bytes)
        connection.send(bytes)
    }

    /// Bytes as they are, sound or not.
    public func send(bytes: [UInt8]) {
        connection.send(bytes)
    }
}

extension SimulatedClient {
    /// An event, and when it was received.
    public struct Received: Sendable {
        public var time: Duration
        public var event: Event
    }

    /// Everything since the connection was opened, in the order of arrival. Link messages are not in it.
    public var received: [Received] { state.value.events }

    public var events: [Event] { state.value.events.map(\.event) }

    /// What came that is no sound frame of the server's; a test expects none.
    public var faults: [WireError] { state.value.faults }

    /// Every request that was sent; the one with ReferenceID n stands at n - 1.
    public var requests: [Request] { state.value.requests }

    public func events(_ message: MessageNumber) -> [Event] {
        events.filter { $0.message == message }
    }

    /// The events with that ReferenceID.
    public func answers(to reference: ReferenceID) -> [Event] {
        events.filter { $0.referenceID == reference }
    }

    /// How many events of its session it has received: what it says when it takes the session up; `nil`: it has none.
    public var countedEvents: Int? {
        let events = state.value.events
        guard let sessionID else { return nil }
        // Those of an earlier session, where this one could not be taken up, do not count.
        let start = events.firstIndex { $0.event.message == .eventLinkConnected && $0.event.sessionID == sessionID }
        return events[(start ?? 0)...].count { $0.event.message != .eventLinkConnected }
    }

    /// Of the latest EventLinkConnected.
    public var sessionID: String? { events(.eventLinkConnected).last?.sessionID }

    /// Whether every EventLinkConnected named the same session: nothing was lost with a connection.
    public var keptSession: Bool { Set(events(.eventLinkConnected).map(\.sessionID)).count < 2 }

    public var isClosed: Bool { connection.isClosed }

    /// Reads no more until ``resume()``.
    public func stall() { connection.stall() }
    public func resume() { connection.resume() }

    /// Whether pings are answered, as they are at first.
    public func answersPings(_ does: Bool) { state.value.answersPings = does }
}

/// What is common in tests of recordings.
extension SimulatedClient {
    @discardableResult
    public func register(_ dn: DirectoryNumber, mode: RegisterMode = .share) -> ReferenceID {
        send(.registerAddress(mode), thisDN: dn)
    }

    /// Asks for a recording service by its PrivateMsgID, such as 4013.
    @discardableResult
    public func ask(
        _ service: Int32, of connection: ConnectionID, as dn: DirectoryNumber, _ extensions: KeyValueList = [:]
    ) -> ReferenceID {
        send(.privateService(service), thisDN: dn, connection: connection, extensions: extensions)
    }
}
