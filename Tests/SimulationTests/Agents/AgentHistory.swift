import CallControlTesting
import CallModel
import TLibrary

/// A random history of agents: several clients log the same few agents in and out at the same few DNs, look at the DNs
/// meanwhile, come and go, and calls ring there. Its seed repeats it.
final class AgentHistory {
    let scene: AgentFixture
    /// Has all DNs from the beginning to the end.
    let observer: SimulatedClient
    private(set) var clients: [SimulatedClient]
    private let caller: SimulatedClient
    private var seed: SeededGenerator
    /// Clients that read nothing for a while, which the server may have cut.
    private var slow: Set<String> = []
    /// What was not as it must be, one sentence each.
    private(set) var faults: [String] = []

    init(seed: UInt64, shards: Int) throws {
        // In some runs a client that stalls soon has a backlog, and its snapshots wait.
        scene = try AgentFixture(shards: shards, seed: seed, linkBuffer: seed % 2 == 1 ? 20_000 : nil)
        self.seed = SeededGenerator(seed: seed ^ 0xA6E7)
        observer = scene.client("observer")
        caller = scene.client("caller", on: [AgentFixture.trunk])
        clients = scene.clients(4, on: Array(AgentFixture.places.prefix(3)))
    }

    func run(steps: Int) {
        for _ in 0..<steps {
            act()
            pass()
        }
        for client in clients { client.resume() }
        scene.pass(.seconds(10))
        let rule = AgentRule(observer: observer)
        faults = rule.faults + clients.flatMap { rule.faults(of: $0) } + rule.faults(of: observer)
        faults += (clients + [observer]).flatMap(unanswered) + leftOver(rule)
    }

    /// Some turns, or some time: requests overtake each other.
    private func pass() {
        switch seed.draw(below: 4) {
        case 0: break
        case 1: for _ in 0..<seed.draw(1...30) { scene.served.simulation.step() }
        case 2: scene.served.simulation.runUntilIdle()
        default: scene.pass(seed.draw(.microseconds(100)...Duration.milliseconds(5)))
        }
    }

    private func act() {
        let client = seed.pick(clients)
        let dn = seed.pick(Array(AgentFixture.places.prefix(3)))
        switch seed.draw(below: 24) {
        case 0...8: client.send(agentOperation(), thisDN: dn)
        case 9, 10: move()
        case 11, 12: registerAnew(client)
        case 13: client.send(.registerAddress(seed.oneIn(4) ? .monitor : .share), thisDN: dn)
        case 14: client.send(.registerAddress(.share), thisDN: dn, extensions: ["snapshot": "none"])
        case 15: if seed.oneIn(4) { client.send(.unregisterAddress, thisDN: dn) }
        case 16, 17: client.send(.queryAddress(seed.oneIn(2) ? .addressStatus : .callsQuery), thisDN: dn)
        case 18, 19:
            let data: KeyValueList = ["blob": .binary([UInt8](repeating: 1, count: seed.draw(below: 15_000)))]
            caller.send(.makeCall(MakeCall(otherDN: dn, userData: data)), thisDN: AgentFixture.trunk)
        case 20: handleCall(on: dn)
        case 21: lineFault(client)
        default: observer.send(agentOperation(), thisDN: dn)
        }
    }

    private func agentOperation() -> TLibrary.Operation {
        let mode = AgentWorkMode(rawValue: seed.oneIn(2) ? 0 : Int32(seed.draw(0...8)))
        let settings = AgentSettings(queue: seed.oneIn(4) ? "7000" : "", workMode: mode)
        return switch seed.draw(below: 8) {
        case 0...2: .agentLogin(AgentLogin(agentID: seed.pick(["1001", "1002", "1003"]), settings: settings))
        case 3, 4: .agentLogout(settings)
        case 5, 6: .agentReady(settings)
        default: .agentNotReady(settings)
        }
    }

    /// An agent logs out, and is logged in elsewhere by another client at about that time.
    private func move() {
        guard let login = observer.events(.eventAgentLogin).last, let from = login.thisDN else { return }
        let to = seed.pick(AgentFixture.places.prefix(3).filter { $0 != from })
        seed.pick(clients).send(.logout, thisDN: from)
        for _ in 0..<seed.draw(below: 12) { scene.served.simulation.step() }
        seed.pick(clients).send(.login(login.agentID ?? ""), thisDN: to)
    }

    /// A registration that begins with nothing known, while agents come and go.
    private func registerAnew(_ client: SimulatedClient) {
        let dn = seed.pick(Array(AgentFixture.places.prefix(3)))
        let agent: [TLibrary.Operation] = [.logout, .login("1001"), .ready, .notReady, .login("1002")]
        client.send(.unregisterAddress, thisDN: dn)
        client.register(dn)
        for operation in agent {
            for _ in 0..<seed.draw(below: 8) { scene.served.simulation.step() }
            seed.pick(clients).send(operation, thisDN: dn)
        }
    }

    private func handleCall(on dn: DirectoryNumber) {
        guard let call = observer.events(.eventRinging).last(where: { $0.thisDN == dn })?.connID else { return }
        observer.send(seed.oneIn(3) ? .answerCall : .releaseCall, thisDN: dn, connection: call)
    }

    private func lineFault(_ client: SimulatedClient) {
        switch seed.draw(below: 4) {
        case 0:
            client.stall()
            slow.insert(client.name)
        case 1: for client in clients { client.resume() }
        case 2: client.connection.trickle()
        default:
            client.connection.cut()
            clients.append(scene.client("late \(clients.count)", on: Array(AgentFixture.places.prefix(2))))
            clients.removeAll { $0 === client }
        }
    }

    // MARK: - The end

    private func unanswered(_ client: SimulatedClient) -> [String] {
        if client.isClosed { return slow.contains(client.name) ? [] : ["\(client.name) was disconnected"] }
        return client.requests.compactMap { request in
            // A registration or query may be answered in parts.
            let answers = client.answers(to: request.reference).filter { $0.extensions?.first("more") == nil }
            return answers.count == 1 ? nil : "\(client.name), \(request.message): \(answers.count) answers"
        } + client.faults.map { "\(client.name): \($0.message)" }
    }

    /// What a client finds that comes when everything is over, in snapshots and in a call.
    private func leftOver(_ rule: AgentRule) -> [String] {
        let auditor = scene.client("auditor")
        return AgentFixture.places.compactMap { dn in
            let agent = rule.agent(on: dn)
            guard let registered = auditor.events(.eventRegistered).first(where: { $0.thisDN == dn }) else {
                return "\(dn) cannot be registered"
            }
            guard ToldAgent(snapshot: registered) == agent else {
                return "\(dn) is told with another agent than \(agent?.id ?? "none")"
            }
            for leg in auditor.events(.eventRinging) {
                auditor.send(.releaseCall, thisDN: dn, connection: leg.connID ?? .none)
            }
            caller.send(.makeCall(MakeCall(otherDN: dn)), thisDN: AgentFixture.trunk)
            scene.pass()
            guard let ringing = auditor.events(.eventRinging).last(where: { $0.thisDN == dn }) else { return nil }
            return ringing.agentID == agent?.id ? nil : "a call on \(dn) has another agent than \(agent?.id ?? "none")"
        }
    }
}
