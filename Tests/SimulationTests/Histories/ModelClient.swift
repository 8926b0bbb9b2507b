import CallControlTesting
import CallModel
import TLibrary

/// A client of a history, with what it knows of its calls from the events it has received.
final class ModelClient {
    /// How a DN stands in a call, as events told it.
    enum Standing {
        case dialing, ringing, asksForRoute, established, held
    }

    struct Leg: Hashable {
        var dn: DirectoryNumber
        var connection: ConnectionID
    }

    private(set) var client: SimulatedClient
    let dns: [DirectoryNumber]
    /// Whether it has been made slow, so that conflation and disconnection are no fault.
    var hasStalled = false
    /// Requests up to this one may have got lost with a connection.
    private(set) var maybeLost = 0
    private(set) var legs: [(leg: Leg, standing: Standing)] = []
    /// Every call it has heard of, ended ones too.
    private(set) var calls: [ConnectionID] = []
    /// Every recording it has heard of.
    private(set) var recordings: [String] = []
    private var lamps: [ConnectionID: String] = [:]
    private var read = 0

    /// The line goes dead, and requests and events on it are lost.
    func cut() {
        maybeLost = client.requests.count
        hasStalled = true
        client.connection.cut()
    }

    /// Takes the session up where the line has gone dead. Where the server has let it go, the DNs are registered anew.
    func reconnect(_ plant: EngineFixture) {
        guard client.isClosed, client.sessionID != nil else { return }
        maybeLost = client.requests.count
        client = plant.takeUp(client)
        plant.simulation.run { client.events.last?.message == .eventLinkConnected || client.isClosed }
        if !client.keptSession { for dn in dns { client.register(dn) } }
    }

    /// Takes the session up though the line still stands: what is under way on it is lost for the client.
    func comeAgain(_ plant: EngineFixture) {
        guard client.sessionID != nil else { return }
        hasStalled = true
        let old = client
        maybeLost = client.requests.count
        client = plant.takeUp(client)
        plant.simulation.run { client.events.last?.message == .eventLinkConnected || client.isClosed }
        old.connection.cut()
        if !client.keptSession { for dn in dns { client.register(dn) } }
    }

    /// Tells the server how much it has received, or a part of it.
    func acknowledge(all: Bool) {
        guard let count = client.countedEvents else { return }
        client.send(.received(["received": .string("\(all ? count : count / 2)")]))
    }

    init(_ client: SimulatedClient, on dns: [DirectoryNumber]) {
        self.client = client
        self.dns = dns
        for dn in dns { client.register(dn) }
    }

    /// Reads what has come since.
    func leaveBacklog() {
        let events = client.events
        for event in events[read...] {
            if let id = event.extensions?.first("id")?.text, !recordings.contains(id) { recordings.append(id) }
            if event.message == .eventRegistered { readSnapshot(event) }
            guard let connection = event.connID, let dn = event.thisDN else { continue }
            if let lamp = CallView.lamp(in: event) { lamps[connection] = lamp }
            if !calls.contains(connection) { calls.append(connection) }
            guard !isMadeAnew(event) else { continue }
            if event.message == .eventPartyChanged { move(event.previousConnID, Leg(dn: dn, connection: connection)) }
            follow(event.message, Leg(dn: dn, connection: connection))
        }
        read = events.count
    }

    /// An answer to what was asked again tells what was, when it was asked first.
    private func isMadeAnew(_ event: Event) -> Bool {
        guard let reference = event.referenceID, client.requests.indices.contains(Int(reference.rawValue) - 1),
            let id = client.requests[Int(reference.rawValue) - 1].extensions.first("request-id")
        else { return false }
        return client.requests.prefix(Int(reference.rawValue) - 1).contains { $0.extensions.first("request-id") == id }
    }

    /// The calls that were on a DN before it was registered.
    private func readSnapshot(_ event: Event) {
        for call in event.extensions?.first("calls")?.list ?? [:] {
            guard let connection = ConnectionID(hex: call.key), let dn = event.thisDN else { continue }
            let leg = Leg(dn: dn, connection: connection)
            let standing: Standing =
                switch call.value.list?.first("party-state")?.text {
                case "dialing": .dialing
                case "ringing": .ringing
                case "queued": .asksForRoute
                case "held": .held
                default: .established
                }
            legs.removeAll { $0.leg == leg }
            legs.append((leg, standing))
            if !calls.contains(connection) { calls.append(connection) }
        }
    }

    /// A call has become part of another: who was in it is in that one now.
    private func move(_ previous: ConnectionID?, _ leg: Leg) {
        guard let previous, let place = legs.firstIndex(where: { $0.leg == Leg(dn: leg.dn, connection: previous) })
        else { return }
        let standing = legs.remove(at: place).standing
        legs.removeAll { $0.leg == leg }
        legs.append((leg, standing))
    }

    private func follow(_ message: MessageNumber, _ leg: Leg) {
        let standing: Standing? =
            switch message {
            case .eventDialing: .dialing
            case .eventRinging: .ringing
            case .eventRouteRequest: .asksForRoute
            case .eventEstablished, .eventRetrieved: .established
            case .eventHeld: .held
            default: nil
            }
        guard standing != nil || Self.ends(message) else { return }
        legs.removeAll { $0.leg == leg }
        if let standing { legs.append((leg, standing)) }
    }

    /// Whether its DN is in the call no more.
    static func ends(_ message: MessageNumber) -> Bool {
        [.eventReleased, .eventAbandoned, .eventDiverted, .eventRouteUsed].contains(message)
    }

    func legs(_ standing: Standing) -> [Leg] {
        legs.filter { $0.standing == standing }.map(\.leg)
    }

    /// Two calls of one DN, of which it speaks in the first.
    var pairs: [(DirectoryNumber, ConnectionID, ConnectionID)] {
        legs.flatMap { first in
            legs.filter { $0.leg.dn == first.leg.dn && $0.leg != first.leg && first.standing != .ringing }
                .map { (first.leg.dn, first.leg.connection, $0.leg.connection) }
        }
    }

    /// GSIP_RECORD as it was seen last.
    func lamp(of connection: ConnectionID) -> String? { lamps[connection] }

    var openCalls: [ConnectionID] { legs.map(\.leg.connection) }
}
