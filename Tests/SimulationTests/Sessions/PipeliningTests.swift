import CallControl
import CallControlTesting
import CallModel
import TLibrary
import Testing

/// A client that does not wait for one answer before it asks the next is served as one that does.
struct PipeliningTests {
    private func served(shards: Int, seed: UInt64, window: Int = 1_024) throws -> ServedSimulation {
        try ServedSimulation(
            seed: seed, shards: shards, dns: ["5001", "5002", "5003"].map { .init($0, type: .extension) },
            media: { [ScriptedMediaServer(in: $0, name: "media", script: .sound)] },
            configure: { $0.limits.window = window })
    }

    @Test(arguments: [1, 4], 0..<8 as Range<UInt64>)
    func `a registration and what it makes possible may stand in one write`(shards: Int, seed: UInt64) throws {
        let served = try served(shards: shards, seed: seed)
        let simulation = served.simulation
        let caller = served.client("caller", on: ["5001"])
        caller.send(.makeCall(MakeCall(otherDN: "5002")), thisDN: "5001")
        simulation.advance(by: .seconds(1))
        let call = try #require(caller.events(.eventDialing).first?.connID)

        let agent = served.client("agent")
        agent.register("5002")
        let wanted: [Operation] = [.answerCall, .holdCall, .retrieveCall, .privateService(4013), .releaseCall]
        let asked = wanted.map { agent.send($0, thisDN: "5002", connection: call) }
        simulation.advance(by: .seconds(5))
        let answers = asked.compactMap { agent.answers(to: $0).first?.message }
        #expect(answers == [.eventEstablished, .eventHeld, .eventRetrieved, .eventACK, .eventReleased])
    }

    @Test(arguments: [1, 4], [1, 4, 1_024])
    func `a session over its window waits, and nothing is dropped`(shards: Int, window: Int) throws {
        let served = try served(shards: shards, seed: 7, window: window)
        let client = served.client("impatient")
        let asked = (0..<500).map { _ in client.send(.queryServer) }
        served.simulation.advance(by: .seconds(20))
        #expect(client.events(.eventServerInfo).compactMap(\.referenceID) == asked)
    }

    @Test func `each farewell is an event of its own`() throws {
        let served = try served(shards: 2, seed: 3)
        let clients = (0..<6).map { served.client("client \($0)") }
        served.simulation.perform { served.engine.shutDown() }
        served.simulation.advance(by: .seconds(5))
        let farewells = clients.compactMap { $0.events(.eventLinkDisconnected).first?.sequenceNumber }
        #expect(farewells.count == 6)
        #expect(Set(farewells).count == 6)
    }
}
