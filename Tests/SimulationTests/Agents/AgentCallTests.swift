import CallControl
import CallControlTesting
import CallModel
import TLibrary
import Testing

/// Agents in calls and their recordings (WireFormat, "Agents"; Recording contract, "Three ways to start").
struct AgentCallTests {
    @Test(arguments: [1, 2, 4])
    func `call events on an agent's DN have the AgentID, also of calls that were there before`(shards: Int) throws {
        let scene = try AgentFixture(shards: shards)
        let callers = scene.clients(4, on: AgentFixture.places + [AgentFixture.trunk])
        let calls = try callers.map { try #require(scene.ring("5001", by: $0)) }
        let desk = callers[0]
        #expect(desk.events(.eventRinging).allSatisfy { $0.agentID == nil })
        _ = scene.ask(desk, .login("1001"), at: "5001")
        for call in calls { desk.send(.answerCall, thisDN: "5001", connection: call) }
        scene.pass()
        let established = desk.events(.eventEstablished)
        #expect(established.count { $0.thisDN == "5001" } == 4)
        #expect(established.allSatisfy { $0.agentID == ($0.thisDN == "5001" ? "1001" : nil) })
        _ = try #require(scene.ring("5001", by: callers[3]))
        #expect(desk.events(.eventRinging).last?.agentID == "1001")
        _ = scene.ask(callers[2], .logout, at: "5001")
        for call in calls { desk.send(.holdCall, thisDN: "5001", connection: call) }
        scene.pass()
        #expect(desk.events(.eventHeld).count == 4 && desk.events(.eventHeld).allSatisfy { $0.agentID == nil })
    }

    @Test(arguments: [1, 4])
    func `whoever has the answer to a login finds the agent in every call`(shards: Int) throws {
        for seed in 0..<20 as Range<UInt64> {
            let scene = try AgentFixture(shards: shards, seed: seed)
            let callers = scene.clients(4, on: AgentFixture.places + [AgentFixture.trunk])
            let calls = try callers.map { try #require(scene.ring("5001", by: $0)) }
            let login = callers[0].send(.login("1001"), thisDN: "5001")
            scene.served.simulation.run { !callers[0].answers(to: login).isEmpty }
            for call in calls { callers[0].send(.updateUserData(["a": 1]), thisDN: "5001", connection: call) }
            scene.pass()
            let changes = callers[0].events(.eventAttachedDataChanged).filter { $0.thisDN == "5001" }
            #expect(changes.map(\.agentID) == Array(repeating: "1001", count: 4), "seed \(seed)")
        }
    }

    @Test(
        arguments: [
            ("1001", "5001", false), ("1001", "5003", true), ("1003", "5001", true), ("1003", "5101", true),
            ("1003", "5003", true), ("1004", "5001", false), ("1004", "5003", false),
        ] as [(String, DirectoryNumber, Bool)])
    func `the Agent Login's option beats its DN's`(agentID: String, dn: DirectoryNumber, isRecorded: Bool) throws {
        for shards in [1, 2, 4] {
            let scene = try AgentFixture(shards: shards)
            let clients = scene.clients(shards, on: AgentFixture.places + [AgentFixture.trunk])
            _ = scene.ask(clients[0], .login(agentID), at: dn)
            for client in clients {
                let call = try #require(scene.ring(dn, by: client))
                client.send(.answerCall, thisDN: dn, connection: call)
                scene.pass()
                let changes = client.events(.eventAttachedDataChanged).filter { $0.connID == call && $0.thisDN == dn }
                #expect(changes.compactMap { $0.userData?.first("GSIP_RECORD")?.text } == (isRecorded ? ["On"] : []))
                #expect(changes.allSatisfy { $0.agentID == agentID })
                client.send(.releaseCall, thisDN: dn, connection: call)
                scene.pass()
            }
            #expect(scene.shelf.records.count == (isRecorded ? shards : 0))
            #expect(scene.shelf.records.allSatisfy { $0.agentID == agentID && $0.anchor == dn })
        }
    }

    @Test(arguments: [1, 2, 4], [true, false])
    func `a call that is given over has the agents of its DNs, and their options`(shards: Int, early: Bool) throws {
        let scene = try AgentFixture(shards: shards)
        let desk = scene.clients(4, on: AgentFixture.places + [AgentFixture.trunk])[3]
        _ = scene.ask(desk, .login("1001"), at: "5001")
        if early { _ = scene.ask(desk, .login("1003"), at: "5002") }
        let main = try #require(scene.ring("5001", by: desk))
        desk.send(.answerCall, thisDN: "5001", connection: main)
        scene.pass()
        desk.send(.initiateTransfer(Destination(otherDN: "5002")), thisDN: "5001", connection: main)
        scene.pass()
        let consultation = try #require(desk.events(.eventRinging).last?.connID)
        #expect(consultation != main)
        desk.send(.answerCall, thisDN: "5002", connection: consultation)
        scene.pass()
        if !early { _ = scene.ask(desk, .login("1003"), at: "5002") }
        desk.send(.completeTransfer(consultation), thisDN: "5001", connection: main)
        scene.pass()
        let changed = desk.events(.eventPartyChanged).filter { $0.thisDN == "5002" }
        #expect(changed.map(\.connID) == [main] && changed.map(\.agentID) == ["1003"])
        let lamps = desk.events(.eventAttachedDataChanged).filter { $0.thisDN == "5002" }
        #expect(lamps.map(\.agentID) == ["1003"] && lamps.last?.userData?.first("GSIP_RECORD") == "On")
        let released = desk.events(.eventReleased).filter { $0.thisDN == "5001" }
        #expect(released.count == 2 && released.allSatisfy { $0.agentID == "1001" })
    }
}
