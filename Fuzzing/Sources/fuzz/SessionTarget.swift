import CallControl
import CallControlTesting
import CallModel
import EventLoops
import Logging
import Switches
import TLibrary

/// The bytes of a connection to an engine in simulation: the first part before a session is open on it, the other on one
/// that is open, with calls and a recording to ask about. Whatever comes, another client is served.
func readSession(_ input: Input) {
    let scene = SessionFixture()
    let (before, after) = input.halves
    let stranger = SimulatedClient(in: scene.simulation, at: SessionFixture.address, name: "stranger", opens: false)
    send(before, on: stranger, scene)
    let client = SimulatedClient(in: scene.simulation, at: SessionFixture.address, name: "client")
    client.register("5001")
    client.register("9000")
    scene.settle()
    send(after, on: client, scene)
    precondition(client.faults.isEmpty, "The server has sent what is no event: \(client.faults)")
    scene.checkService()
    scene.stop()
}

/// In pieces of 1 to 256 bytes, with turns between them.
private func send(_ bytes: ArraySlice<UInt8>, on client: SimulatedClient, _ scene: SessionFixture) {
    var rest = bytes
    while let length = rest.first {
        client.send(bytes: Array(rest.prefix(Int(length) + 1)))
        rest = rest.dropFirst(Int(length) + 1)
        scene.simulation.step()
    }
    scene.settle()
}

private final class SessionFixture {
    static let address = SocketAddress(host: "127.0.0.1", port: 8_000)

    let simulation = Simulation(seed: 1)
    private let life: Task<Void, Never>
    private let witness: SimulatedClient

    init() {
        var configuration = EngineConfiguration()
        configuration.dns = [
            .init("5001", type: .extension, record: true), .init("5002", type: .extension),
            .init("9000", type: .routingPoint), .init("trunk-1", type: .trunk),
        ]
        configuration.agents = [.init(id: "1001")]
        let logger = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
        let media = ScriptedMediaServer(in: simulation, script: .sound)
        guard
            let engine = try? CallControlEngine(
                configuration: configuration, shards: simulation.shards, switch: InProcessSwitch(configuration),
                mediaServers: [MediaServerEntry](inOrder: [media]), logger: logger)
        else { preconditionFailure("The configuration is a sound one.") }
        let server = TLibraryServer(engine: engine, listen: Self.address, logger: logger)
        life = simulation.launch(on: simulation.shards[0], name: "engine") { await engine.run() }
        simulation.launch(on: simulation.shards[0], name: "server") { try? await server.run() }
        simulation.runUntilIdle()
        witness = SimulatedClient(in: simulation, at: Self.address, name: "witness")
        for dn: DirectoryNumber in ["5002", "trunk-1"] { witness.register(dn) }
        settle()
        witness.send(.makeCall(MakeCall(otherDN: "9000")), thisDN: "trunk-1")
        witness.send(.makeCall(MakeCall(otherDN: "5001")), thisDN: "5002")
        settle()
    }

    func settle() {
        simulation.advance(by: .milliseconds(100))
    }

    func checkService() {
        let reference = witness.send(.queryServer)
        settle()
        precondition(witness.faults.isEmpty, "Another client was sent what is no event: \(witness.faults)")
        precondition(!witness.answers(to: reference).isEmpty, "Another client is served no more.")
    }

    func stop() {
        simulation.perform { life.cancel() }
        simulation.advance(by: .seconds(30))
    }
}
