import CallControl
import CallControlTesting
import CallModel
import TLibrary
import Testing

/// What registrations and queries tell of the agent on a DN (WireFormat, "Snapshots").
struct AgentSnapshotTests {
    @Test(arguments: [1, 4])
    func `registrations and queries tell the agent, with calls and without`(shards: Int) throws {
        let scene = try AgentFixture(shards: shards)
        let desktop = scene.client()
        _ = scene.ask(desktop, .login("1001", queue: "7000"), at: "5001")
        let auxWork = AgentSettings(workMode: .auxWork)
        _ = scene.ask(desktop, .agentNotReady(auxWork), at: "5001")
        let asked = [
            (desktop.send(.registerAddress(.share), thisDN: "5001"), true),
            (desktop.send(.registerAddress(.share), thisDN: "5001", extensions: ["snapshot": "none"]), false),
            (desktop.send(.queryAddress(.addressStatus), thisDN: "5001"), false),
            (desktop.send(.queryAddress(.callsQuery), thisDN: "5001"), true),
        ]
        scene.pass()
        for (reference, hasCalls) in asked {
            let answer = try #require(desktop.answers(to: reference).first)
            let agent: KeyValueList = ["id": "1001", "state": "not-ready", "work-mode": 4, "queue": "7000"]
            #expect(answer.extensions?.first("agent")?.list == agent)
            #expect((answer.extensions?.first("calls") != nil) == hasCalls)
        }
        let status = desktop.send(.queryAddress(AddressInfoType(rawValue: 4)), thisDN: "5001")
        let empty = desktop.send(.queryAddress(.addressStatus), thisDN: "5002")
        scene.pass()
        #expect(desktop.answers(to: status).first?.errorCode == .unsupportedOperation)
        #expect(desktop.answers(to: empty).first?.extensions == nil, "where nobody is logged in, nothing is said")
        _ = scene.ask(desktop, .ready, at: "5001")
        let ready = try #require(scene.ask(desktop, .queryAddress(.addressStatus), at: "5001"))
        #expect(ready.extensions?.first("agent")?.list?.first("state") == "ready")
        #expect(ready.extensions?.first("agent")?.list?.first("work-mode") == .integer(0))
    }

    @Test(arguments: [1, 3]) func `of a snapshot in parts, the first has the agent, and every part fits`(shards: Int)
        throws
    {
        let scene = try AgentFixture(shards: shards)
        let desktop = scene.client(on: AgentFixture.places + [AgentFixture.trunk])
        _ = scene.ask(desktop, .login("1001"), at: "5001")
        let data: KeyValueList = ["blob": .binary([UInt8](repeating: 7, count: 15_900))]
        for _ in 0..<9 { _ = try #require(scene.ring("5001", by: desktop, userData: data)) }
        let late = scene.client("late", on: ["5001"])
        scene.pass()
        let parts = late.events(.eventRegistered)
        #expect(parts.count > 2 && parts.reduce(0) { $0 + ($1.extensions?.first("calls")?.list?.count ?? 0) } == 9)
        #expect(parts.map { ToldAgent(snapshot: $0)?.id } == ["1001"] + parts.dropFirst().map { _ in nil })
        #expect(late.faults.isEmpty)
    }

    @Test(arguments: [1, 3])
    func `what an agent does between two parts of a snapshot is told once, after the first`(shards: Int) throws {
        let scene = try AgentFixture(shards: shards, linkBuffer: 20_000)
        let desktop = scene.client(on: AgentFixture.places + [AgentFixture.trunk])
        _ = scene.ask(desktop, .login("1001"), at: "5001")
        let data: KeyValueList = ["blob": .binary([UInt8](repeating: 7, count: 15_900))]
        for place in 0..<12 { _ = try #require(scene.ring(place < 3 ? "5002" : "5001", by: desktop, userData: data)) }
        let late = scene.client("late", on: [])
        late.stall()
        // More than the line takes: from now on the parts of a snapshot wait for the client.
        late.send(.queryAddress(.callsQuery), thisDN: "5002")
        scene.pass()
        late.register("5001")
        scene.pass()
        _ = scene.ask(desktop, .ready, at: "5001")
        late.resume()
        scene.pass()
        let told = late.events.filter { $0.isOfAgent || $0.message == .eventRegistered }
        #expect(told.prefix(2).map(\.message) == [.eventRegistered, .eventAgentReady])
        #expect(told.first.flatMap { ToldAgent(snapshot: $0) }?.isReady == false)
        #expect(told.count > 3 && told.dropFirst(2).allSatisfy { $0.message == .eventRegistered })
    }

    @Test(arguments: [1, 4])
    func `the longest agent leaves room for the largest call`(shards: Int) throws {
        let queue = DirectoryNumber(String(repeating: "q", count: 255))
        let place = DirectoryNumber(String(repeating: "d", count: 255))
        let agentID = String(repeating: "a", count: 255)
        let served = try ServedSimulation(
            shards: shards,
            dns: [.init(place, type: .extension), .init(queue, type: .acdQueue), .init("trunk-1", type: .trunk)],
            configure: {
                $0.agents = [.init(id: agentID)]
                $0.limits.frame = $0.limits.userData + EngineConfiguration.frameBesideUserData
            })
        let desktop = served.client(on: [place, "trunk-1"])
        desktop.send(.login(agentID, queue: queue), thisDN: place)
        let data: KeyValueList = ["blob": .binary([UInt8](repeating: 7, count: 15_980))]
        for _ in 0..<3 { desktop.send(.makeCall(MakeCall(otherDN: place, userData: data)), thisDN: "trunk-1") }
        served.simulation.advance(by: .seconds(1))
        let late = served.client("late", on: [place])
        served.simulation.advance(by: .seconds(1))
        #expect(late.faults.isEmpty && !late.isClosed)
        #expect(late.events(.eventRegistered).first.flatMap { ToldAgent(snapshot: $0) }?.queue == queue.text)
        #expect(late.events(.eventRegistered).flatMap { $0.extensions?.first("calls")?.list ?? [:] }.count == 3)
    }
}
