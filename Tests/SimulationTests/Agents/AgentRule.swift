import CallControlTesting
import CallModel
import TLibrary

/// What must be true of all that clients were told of agents, by one who saw all of it.
struct AgentRule {
    /// By DN, the agents' events in their order.
    private var events: [DirectoryNumber: [Event]] = [:]
    /// What was not as it must be, one sentence each.
    private(set) var faults: [String] = []
    /// By DN, who was logged in there, one after the other.
    private var logins: [DirectoryNumber: [String?]] = [:]

    init(observer: SimulatedClient) {
        for dn in AgentFixture.places { logins[dn] = [nil] }
        for event in observer.events where event.isOfAgent {
            guard let dn = event.thisDN else { continue }
            if event.message == .eventAgentLogin, logins.values.contains(where: { $0.last == event.agentID }) {
                faults.append("\(event.agentID ?? "") is logged in at \(dn) and elsewhere")
            }
            if let fault = Self.fault(of: event, after: agent(on: dn)) { faults.append(fault) }
            events[dn, default: []].append(event)
            let agentID = agent(on: dn)?.id
            if logins[dn]?.last != agentID { logins[dn]?.append(agentID) }
        }
        faults += callFaults(observer)
    }

    /// Who is there at the end.
    func agent(on dn: DirectoryNumber) -> ToldAgent? {
        events[dn]?.last.flatMap { ToldAgent(after: $0) }
    }

    /// An event that cannot follow on what the DN's agent was before.
    private static func fault(of event: Event, after agent: ToldAgent?) -> String? {
        let isPossible =
            event.message == .eventAgentLogin
            ? agent == nil : agent?.id == event.agentID && agent != ToldAgent(after: event)
        return isPossible ? nil : "\(event.message) of \(event.agentID ?? "") after \(agent?.id ?? "nobody")"
    }

    // MARK: - Calls

    /// A call knows an agent's login or logout no later than the clients do, and never goes back.
    private func callFaults(_ observer: SimulatedClient) -> [String] {
        var told: [DirectoryNumber: Int] = [:]
        var seen: [ModelClient.Leg: Int] = [:]
        var agents: [DirectoryNumber: String] = [:]
        return observer.events.compactMap { event in
            guard let dn = event.thisDN else { return nil }
            if event.message == .eventAgentLogin || event.message == .eventAgentLogout {
                told[dn, default: 0] += 1
                agents[dn] = event.message == .eventAgentLogin ? event.agentID : nil
            }
            guard let connection = event.connID, event.userData != nil else { return nil }
            let leg = ModelClient.Leg(dn: dn, connection: connection)
            let first = max(told[dn] ?? 0, seen[leg] ?? 0)
            seen[leg] = logins[dn]?.indices.first { $0 >= first && logins[dn]?[$0] == event.agentID }
            return seen[leg] == nil ? "\(event.message) on \(dn) has the agent \(event.agentID ?? "none")" : nil
        }
    }

    // MARK: - Clients

    /// Snapshots agree with the events before and after them, and no event is missing or told twice.
    func faults(of client: SimulatedClient) -> [String] {
        var places: [DirectoryNumber: Place] = [:]
        var answered: Set<ReferenceID> = []
        return client.events.flatMap { event -> [String] in
            guard let dn = event.thisDN else { return [] }
            let isFirstPart = event.referenceID.map { answered.insert($0).inserted } ?? false
            var place = places[dn] ?? Place()
            defer { places[dn] = place }
            switch event.message {
            case .eventRegistered where isFirstPart:
                return place.registered(ToldAgent(snapshot: event), name(client, dn))
            case .eventAddressInfo where isFirstPart: return place.looked(ToldAgent(snapshot: event), name(client, dn))
            case .eventUnregistered:
                place = Place()
                return []
            case _ where event.isOfAgent: return place.told(event, events[dn] ?? [], name(client, dn))
            default: return []
            }
        }
    }

    private func name(_ client: SimulatedClient, _ dn: DirectoryNumber) -> String { "\(client.name) on \(dn)" }

    /// A DN as one client knows it.
    private struct Place {
        var isRegistered = false
        var agent: ToldAgent?
        var last: UInt64?

        mutating func registered(_ told: ToldAgent?, _ name: String) -> [String] {
            let faults = looked(told, name)
            isRegistered = true
            agent = told
            return faults
        }

        func looked(_ told: ToldAgent?, _ name: String) -> [String] {
            guard isRegistered, told != agent else { return [] }
            return ["\(name): a snapshot with \(told?.id ?? "nobody") after events of \(agent?.id ?? "nobody")"]
        }

        mutating func told(_ event: Event, _ all: [Event], _ name: String) -> [String] {
            guard isRegistered else { return ["\(name): \(event.message) without a registration"] }
            guard let place = all.firstIndex(where: { $0.sequenceNumber == event.sequenceNumber }) else {
                return ["\(name): \(event.message) that nobody else has seen"]
            }
            let before = place == 0 ? nil : all[place - 1]
            defer {
                agent = ToldAgent(after: event)
                last = event.sequenceNumber
            }
            // The first after a snapshot goes on where that stood; any other, behind the one before.
            if let last, last != before?.sequenceNumber { return ["\(name): \(event.message) leaves one out"] }
            guard agent == before.flatMap({ ToldAgent(after: $0) }) else {
                return ["\(name): \(event.message) after a snapshot that was another"]
            }
            return []
        }
    }
}
