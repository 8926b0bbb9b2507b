import CallControl
import CallControlTesting
import CallModel
import TLibrary
import Testing

/// The four requests of agents, on the wire (WireFormat, "Agents").
struct AgentRequestTests {
    @Test(arguments: [1, 2, 4])
    func `a login is told to all who have its DN, and answers its requester alone`(shards: Int) throws {
        let scene = try AgentFixture(shards: shards)
        let clients = scene.clients(6, on: ["5001"])
        let listener = scene.client("listener", on: [])
        listener.register("5001", mode: .monitor)
        let stranger = scene.client("stranger", on: ["5002"])
        scene.pass()
        let answer = try #require(
            scene.ask(clients[0], .login("1001", .autoIn, queue: "7000"), at: "5001", reasons: ["why": "morning"]))
        #expect(answer.message == .eventAgentLogin && answer.thisDN == "5001" && answer.agentID == "1001")
        #expect(answer.thisQueue == "7000" && answer.agentWorkMode == .autoIn && answer.extensions == nil)
        #expect(answer.reasons == ["why": "morning"] && answer.timeSeconds != nil && answer.connID == nil)
        for client in clients[1...] + [listener] {
            let copies = client.events(.eventAgentLogin)
            #expect(copies.count == 1 && copies.first?.referenceID == nil)
            var copy = answer
            copy.referenceID = nil
            #expect(copies.first == copy)
        }
        #expect(stranger.events(.eventAgentLogin).isEmpty)
    }

    @Test(arguments: [1, 2, 4])
    func `an agent's day is told in its order`(shards: Int) throws {
        let scene = try AgentFixture(shards: shards)
        let (desktop, wallboard) = (scene.client(), scene.client("wallboard"))
        let operations: [TLibrary.Operation] = [
            .login("1001"), .ready, .agentNotReady(AgentSettings(queue: "7000", workMode: .auxWork)), .ready, .logout,
        ]
        for operation in operations { desktop.send(operation, thisDN: "5101") }
        scene.pass()
        let day: [MessageNumber] = [
            .eventAgentLogin, .eventAgentReady, .eventAgentNotReady, .eventAgentReady, .eventAgentLogout,
        ]
        for client in [desktop, wallboard] {
            let events = client.events.filter(\.isOfAgent)
            #expect(events.map(\.message) == day)
            #expect(events.allSatisfy { $0.agentID == "1001" && $0.thisDN == "5101" })
            #expect(events.map(\.agentWorkMode) == [nil, nil, .auxWork, nil, nil])
            #expect(events.map(\.thisQueue) == [nil, nil, "7000", "7000", "7000"])
            let numbers = events.compactMap(\.sequenceNumber)
            #expect(numbers == numbers.sorted() && Set(numbers).count == day.count)
        }
        #expect(desktop.events.filter(\.isOfAgent).allSatisfy { $0.referenceID != nil })
    }

    @Test(arguments: [1, 4]) func `what is refused changes nothing`(shards: Int) throws {
        let scene = try AgentFixture(shards: shards)
        let desktop = scene.client(on: ["5001", "5002", AgentFixture.trunk])
        desktop.register("5004", mode: .monitor)
        scene.pass()
        func code(_ operation: TLibrary.Operation, at dn: DirectoryNumber = "5001") -> ErrorCode? {
            scene.ask(desktop, operation, at: dn, reasons: ["why": "test"])?.errorCode
        }
        #expect(code(.login("1001"), at: "nowhere") == .notConfigured)
        #expect(code(.login("1001"), at: "5003") == .notRegistered)
        #expect(code(.login("1001"), at: "5004") == .accessRestricted)
        #expect(code(.login("1001"), at: AgentFixture.trunk) == .incompatibleObject)
        #expect(code(.login("1001", AgentWorkMode(rawValue: 8))) == .invalidAttribute)
        #expect(code(.login("1001", queue: "5002")) == .invalidAttribute)
        #expect(code(.login("4711")) == .wrongAgentID)
        for operation in [.logout, .ready, .notReady] as [TLibrary.Operation] {
            #expect(code(operation) == .agentNotLoggedIn)
        }
        #expect(desktop.events.filter(\.isOfAgent).isEmpty)
        #expect(code(.login("1001")) == nil)
        #expect(code(.login("1001")) == .alreadyInState)
        #expect(code(.login("1002")) == .agentAlreadyLoggedIn)
        #expect(code(.login("1001"), at: "5002") == .agentIDInUse)
        #expect(code(.notReady) == .alreadyInState)
        #expect(desktop.events.filter(\.isOfAgent).count == 1)
        let error = try #require(scene.ask(desktop, .notReady, at: "5001", reasons: ["why": "test"]))
        #expect(error.thisDN == "5001" && error.userEvent == .requestAgentNotReady && error.reasons == ["why": "test"])
        #expect(code(.logout) == nil && code(.login("1001"), at: "5002") == nil)
    }

    @Test(arguments: [1, 2, 4])
    func `answers about agents come in the order of their requests, among others about no call`(shards: Int) throws {
        let scene = try AgentFixture(shards: shards)
        let desktop = scene.client()
        let first = desktop.requests.count
        for dn in AgentFixture.places {
            desktop.send(.login("100\(dn.text.last ?? "?")"), thisDN: dn)
            desktop.send(.queryServer)
            desktop.send(.ready, thisDN: dn)
            desktop.send(.queryAddress(.addressStatus), thisDN: dn)
            desktop.send(.logout, thisDN: dn)
            desktop.send(.login("1001"), thisDN: "nowhere")
        }
        scene.pass()
        let answered = desktop.events.compactMap(\.referenceID?.rawValue).filter { $0 > first }
        #expect(answered == desktop.requests[first...].map(\.reference.rawValue))
    }

    @Test(arguments: [1, 2, 4])
    func `of clients that log one agent in at two DNs at once, one does`(shards: Int) throws {
        for seed in 0..<20 as Range<UInt64> {
            let scene = try AgentFixture(shards: shards, seed: seed)
            let clients = scene.clients(6)
            let asked = clients.enumerated().map { place, client in
                (client, client.send(.login("1001"), thisDN: AgentFixture.places[place % 2]))
            }
            scene.pass()
            let answers = asked.compactMap { client, asked in client.answers(to: asked).first }
            #expect(answers.count == 6)
            let winner = try #require(answers.first { $0.message == .eventAgentLogin })
            #expect(answers.count { $0.message == .eventAgentLogin } == 1, "seed \(seed)")
            for answer in answers where answer != winner {
                #expect(answer.errorCode == (answer.thisDN == winner.thisDN ? .alreadyInState : .agentIDInUse))
            }
            #expect(clients.allSatisfy { $0.events(.eventAgentLogin).map(\.thisDN) == [winner.thisDN] })
        }
    }

    @Test(arguments: [1, 2, 4])
    func `nobody sees an agent in two places, however soon the agent moves`(shards: Int) throws {
        for seed in 0..<10 as Range<UInt64> {
            let scene = try AgentFixture(shards: shards, seed: seed)
            let clients = scene.clients(8)
            _ = scene.ask(clients[0], .login("1001"), at: "5001")
            for move in 0..<20 {
                let (from, to): (DirectoryNumber, DirectoryNumber) = move % 2 == 0 ? ("5001", "5002") : ("5002", "5001")
                clients[move % 8].send(.logout, thisDN: from)
                for _ in 0..<20 { clients[(move + 3) % 8].send(.login("1001"), thisDN: to) }
                scene.pass()
                _ = scene.ask(clients[0], .login("1001"), at: to)
            }
            for client in clients {
                let moves = client.events.filter(\.isOfAgent).map(\.message)
                #expect(moves.count == 41, "seed \(seed)")
                for (place, message) in moves.enumerated() {
                    #expect(message == (place % 2 == 0 ? .eventAgentLogin : .eventAgentLogout), "seed \(seed)")
                }
            }
        }
    }

    @Test(arguments: [["1001", "1001"], [""], [String(repeating: "1", count: 256)]])
    func `a configuration with Agent Logins that cannot be told apart, or sent, is unsound`(ids: [String]) {
        var configuration = EngineConfiguration()
        configuration.agents = [.init(id: "1000")] + ids.map { .init(id: $0) }
        #expect(throws: EngineError.self) { try configuration.check() }
    }

    @Test(arguments: [1, 4]) func `a login outlives its session, and anybody may end it`(shards: Int) throws {
        let scene = try AgentFixture(shards: shards)
        let desktop = scene.client()
        #expect(scene.ask(desktop, .login("1002", .manualIn), at: "5002")?.message == .eventAgentLogin)
        desktop.connection.cut()
        scene.pass(.seconds(30))
        let other = scene.client("other", on: ["5002"])
        let registered = try #require(other.events(.eventRegistered).last)
        #expect(ToldAgent(snapshot: registered)?.id == "1002")
        #expect(scene.ask(other, .logout, at: "5002")?.message == .eventAgentLogout)
    }
}
