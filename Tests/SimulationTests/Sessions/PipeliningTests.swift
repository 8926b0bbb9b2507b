import CallControl
import CallControlTesting
import CallModel
import Logging
import TLibrary
import TLibraryServer
import Testing

/// A client that does not wait for one answer before it asks the next is served as one that does.
struct PipeliningTests {
    private static let address = SocketAddress(host: "127.0.0.1", port: 8_000)

    private func served(shards: Int, seed: UInt64, window: Int = 1_024) throws -> Simulation {
        let simulation = Simulation(seed: seed, shards: shards)
        var configuration = EngineConfiguration()
        configuration.dns = ["5001", "5002", "5003"].map { EngineConfiguration.DN($0, type: .extension) }
        configuration.limits.window = window
        let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        let engine = try CallControlEngine(
            configuration: configuration, shards: simulation.shards, switch: InProcessSwitch(configuration),
            mediaServers: [ScriptedMediaServer(in: simulation, name: "media", script: .sound)], logger: logger)
        let server = TLibraryServer(engine: engine, listen: Self.address, logger: logger)
        simulation.launch(on: simulation.shards[0], name: "engine") { await engine.run() }
        simulation.launch(on: simulation.shards[0], name: "server") { try? await server.run() }
        simulation.runUntilIdle()
        return simulation
    }

    private func client(_ name: String, in simulation: Simulation) -> SimulatedClient {
        let client = SimulatedClient(in: simulation, at: Self.address, name: name)
        simulation.advance(by: .seconds(1))
        return client
    }

    @Test(arguments: [1, 4], 0..<8 as Range<UInt64>)
    func `a registration and what it makes possible may stand in one write`(shards: Int, seed: UInt64) throws {
        let simulation = try served(shards: shards, seed: seed)
        let caller = client("caller", in: simulation)
        caller.register("5001")
        simulation.advance(by: .seconds(1))
        caller.send(.makeCall(MakeCall(otherDN: "5002")), thisDN: "5001")
        simulation.advance(by: .seconds(1))
        let call = try #require(caller.events(.eventDialing).first?.connID)

        let agent = client("agent", in: simulation)
        agent.register("5002")
        let wanted: [Operation] = [.answerCall, .holdCall, .retrieveCall, .privateService(4013), .releaseCall]
        let asked = wanted.map { agent.send($0, thisDN: "5002", connection: call) }
        simulation.advance(by: .seconds(5))
        let answers = asked.compactMap { agent.answers(to: $0).first?.message }
        #expect(answers == [.eventEstablished, .eventHeld, .eventRetrieved, .eventACK, .eventReleased])
    }

    @Test(arguments: [1, 4], [1, 4, 1_024])
    func `a session over its window waits, and nothing is dropped`(shards: Int, window: Int) throws {
        let simulation = try served(shards: shards, seed: 7, window: window)
        let client = client("impatient", in: simulation)
        let asked = (0..<500).map { _ in client.send(.queryServer) }
        simulation.advance(by: .seconds(20))
        #expect(client.events(.eventServerInfo).compactMap(\.referenceID) == asked)
    }

    @Test func `each farewell is an event of its own`() throws {
        let simulation = Simulation(seed: 3, shards: 2)
        let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        let configuration = EngineConfiguration()
        let engine = try CallControlEngine(
            configuration: configuration, shards: simulation.shards, switch: InProcessSwitch(configuration),
            mediaServers: [], logger: logger)
        let server = TLibraryServer(engine: engine, listen: Self.address, logger: logger)
        simulation.launch(on: simulation.shards[0], name: "engine") { await engine.run() }
        simulation.launch(on: simulation.shards[0], name: "server") { try? await server.run() }
        simulation.runUntilIdle()
        let clients = (0..<6).map { client("client \($0)", in: simulation) }
        simulation.perform { engine.shutDown() }
        simulation.advance(by: .seconds(5))
        let farewells = clients.compactMap { $0.events(.eventLinkDisconnected).first?.sequenceNumber }
        #expect(farewells.count == 6)
        #expect(Set(farewells).count == 6)
    }
}
