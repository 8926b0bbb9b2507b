import CallControl
import CallControlTesting
import CallModel
import EventLoops
import Logging
import Switches
import TLibrary

/// An engine on a simulation, with two T-Clients that have registered every DN of the office. One asks, and so sees each DN's
/// copy of each event; the other sees what those do who have not asked.
final class ScenarioEngine {
    private static let address = SocketAddress(host: "127.0.0.1", port: 8_000)

    private let simulation: Simulation
    private let asker: SimulatedClient
    private let witness: SimulatedClient
    let media: ScriptedMediaServer
    let shelf = RecordCollector()
    private(set) var names = CallNames()
    /// How many events have been told.
    private var told: Int

    init(_ walkthrough: Scenario, mergesRecordings: Bool) throws {
        simulation = Simulation(seed: 1)
        media = ScriptedMediaServer(in: simulation, script: .always(Self.confirmed))
        var configuration = EngineConfiguration()
        configuration.dns = DNs.dns
        configuration.recording.recordsAfterMerge = mergesRecordings
        walkthrough.configure(&configuration)
        let logger = Logger(label: "contract-page") { _ in SwiftLogNoOpLogHandler() }
        let engine = try CallControlEngine(
            configuration: configuration, shards: simulation.shards,
            switch: InProcessSwitch(configuration, lines: walkthrough.lines),
            mediaServers: [MediaServerEntry](inOrder: [media]), records: shelf, logger: logger)
        let server = TLibraryServer(engine: engine, listen: Self.address, logger: logger)
        simulation.launch(on: simulation.shards[0], name: "engine") { await engine.run() }
        simulation.launch(on: simulation.shards[0], name: "server") { try? await server.run() }
        simulation.runUntilIdle()
        asker = SimulatedClient(in: simulation, at: Self.address, name: "asker")
        witness = SimulatedClient(in: simulation, at: Self.address, name: "witness")
        simulation.advance(by: .seconds(1))
        for dn in configuration.dns {
            asker.register(dn.number)
            witness.register(dn.number)
        }
        simulation.advance(by: .seconds(1))
        told = asker.events.count
    }

    private static let confirmed = MediaBehaviour.confirm(after: .milliseconds(50))
    private static let refused = MediaBehaviour.refuse(after: .milliseconds(50))

    func follow(_ conduct: Scenario.MediaConduct) {
        switch conduct {
        case .confirms: media.follow(.always(Self.confirmed))
        case .refuses: media.follow(.always(Self.refused))
        case .refusesPauses:
            media.follow(MediaScript { command, _ in command.verb == .pause ? Self.refused : Self.confirmed })
        }
    }

    /// Asks, and waits until all that comes of it has come.
    func ask(_ ask: ScenarioRequest) -> (line: String, rows: [EventRow]) {
        let reference = asker.send(
            ask.operation(names), thisDN: ask.dn, connection: ask.call.map { names[$0] } ?? .none,
            extensions: ask.extensions)
        let rows = wait(.seconds(1))
        let line = asker.requests[Int(reference.rawValue) - 1].line(names)
        return (line, rows)
    }

    /// What comes within that time.
    func wait(_ time: Duration) -> [EventRow] {
        simulation.advance(by: time)
        let news = asker.events[told...]
        told = asker.events.count
        for event in news { names.see(event) }
        precondition(asker.faults.isEmpty, "the server has sent what is no event")
        precondition(
            witness.events.allSatisfy { $0.referenceID == nil || $0.callUUID == nil },
            "a copy of an event has the ReferenceID and goes to somebody who has not asked")
        return news.map { EventRow($0, names) }
    }
}
