import CallControl
import CallControlTesting
import CallModel
import TLibrary

/// A small floor with Agent Logins, over the engine in simulation: extensions 5001 to 5004, of which 5003 has the option
/// `record`, ACD position 5101, queue 7000 and a trunk. Of the agents 1003 has `record`, and 1004 has it off.
struct AgentFixture {
    static let places: [DirectoryNumber] = ["5001", "5002", "5003", "5004", "5101"]
    static let trunk: DirectoryNumber = "trunk-1"

    let served: ServedSimulation
    let media: ScriptedMediaServer
    let shelf = RecordCollector()

    init(shards: Int, seed: UInt64 = 5, linkBuffer: Int? = nil) throws {
        var media: ScriptedMediaServer?
        served = try ServedSimulation(
            seed: seed, shards: shards, linkBuffer: linkBuffer,
            dns: Self.places.map { .init($0, type: $0 == "5101" ? .acdPosition : .extension, record: $0 == "5003") }
                + [.init("7000", type: .acdQueue), .init(Self.trunk, type: .trunk)],
            media: {
                let server = ScriptedMediaServer(in: $0, name: "media")
                media = server
                return [server]
            }, records: shelf,
            configure: { configuration in
                configuration.agents = [
                    .init(id: "1001"), .init(id: "1002"), .init(id: "1003", record: true),
                    .init(id: "1004", record: false),
                ]
            })
        guard let media else { preconditionFailure("A served simulation makes its media servers at once.") }
        self.media = media
    }

    func client(_ name: String = "desktop", on dns: [DirectoryNumber] = places) -> SimulatedClient {
        served.client(name, on: dns)
    }

    /// One client on each shard, and more.
    func clients(_ count: Int, on dns: [DirectoryNumber] = places) -> [SimulatedClient] {
        (0..<count).map { client("desktop \($0)", on: dns) }
    }

    func pass(_ time: Duration = .seconds(1)) {
        served.simulation.advance(by: time)
    }

    /// A request, and the event that answers it.
    func ask(
        _ client: SimulatedClient, _ operation: TLibrary.Operation, at dn: DirectoryNumber,
        reasons: KeyValueList = [:], extensions: KeyValueList = [:]
    ) -> Event? {
        let asked = client.send(operation, thisDN: dn, reasons: reasons, extensions: extensions)
        pass()
        return client.answers(to: asked).first
    }

    /// A customer's call that rings on the DN.
    func ring(_ dn: DirectoryNumber, by client: SimulatedClient, userData: KeyValueList = [:]) -> ConnectionID? {
        client.send(.makeCall(MakeCall(otherDN: dn, userData: userData)), thisDN: Self.trunk)
        pass()
        return client.events(.eventRinging).last { $0.thisDN == dn }?.connID
    }
}

extension TLibrary.Operation {
    static func login(
        _ agentID: String, _ mode: AgentWorkMode = .unknown, queue: DirectoryNumber = ""
    ) -> TLibrary.Operation {
        .agentLogin(AgentLogin(agentID: agentID, settings: AgentSettings(queue: queue, workMode: mode)))
    }

    static let logout = TLibrary.Operation.agentLogout(AgentSettings())
    static let ready = TLibrary.Operation.agentReady(AgentSettings())
    static let notReady = TLibrary.Operation.agentNotReady(AgentSettings())
}

/// The agent on a DN, as a client was told it.
struct ToldAgent: Hashable {
    var id: String
    var isReady: Bool
    var workMode: Int32
    var queue: String

    /// Of a snapshot or a query; `nil`: none is logged in.
    init?(snapshot event: Event) {
        guard let agent = event.extensions?.first("agent")?.list else { return nil }
        id = agent.first("id")?.text ?? "?"
        isReady = agent.first("state")?.text == "ready"
        workMode = agent.first("work-mode")?.integer ?? -1
        queue = agent.first("queue")?.text ?? ""
    }

    /// Of an agent's event; `nil`: the agent has left.
    init?(after event: Event) {
        guard event.message != .eventAgentLogout else { return nil }
        id = event.agentID ?? "?"
        workMode = event.agentWorkMode?.rawValue ?? 0
        queue = event.thisQueue?.text ?? ""
        isReady = event.message == .eventAgentReady || event.message == .eventAgentLogin && (1...2).contains(workMode)
    }
}

extension Event {
    var isOfAgent: Bool {
        [.eventAgentLogin, .eventAgentLogout, .eventAgentReady, .eventAgentNotReady].contains(message)
    }
}
