import CallControl
import CallControlTesting
import CallModel
import EventLoops
import Logging
import Switches
import TLibrary
import Testing

/// An engine that serves T-Clients on a simulation, for tests of one session or a few.
struct ServedSimulation {
    static let address = SocketAddress(host: "127.0.0.1", port: 8_000)

    let simulation: Simulation
    let engine: CallControlEngine

    init(
        seed: UInt64 = 5, shards: Int = 1, linkBuffer: Int? = nil,
        latency: ClosedRange<Duration>? = nil, dns: [EngineConfiguration.DN],
        media: (Simulation) -> [any MediaServer] = { _ in [] },
        records: (any RecordSink)? = nil,
        telephony: (EngineConfiguration) -> any Switch = { InProcessSwitch($0) },
        list: ([any MediaServer]) -> [MediaServerEntry] = { [MediaServerEntry](inOrder: $0) },
        log: KeptLines? = nil,
        configure: (inout EngineConfiguration) -> Void = { _ in }
    ) throws {
        var options = Simulation.Options()
        if let linkBuffer { options.linkBuffer = linkBuffer }
        if let latency { options.latency = latency }
        let simulation = Simulation(seed: seed, shards: shards, options: options)
        var configuration = EngineConfiguration()
        configuration.dns = dns
        configure(&configuration)
        let logger = Logger(label: "simulation") { _ in log ?? SwiftLogNoOpLogHandler() as any LogHandler }
        let engine = try CallControlEngine(
            configuration: configuration, shards: simulation.shards, switch: telephony(configuration),
            mediaServers: list(media(simulation)), records: records, logger: logger)
        let server = TLibraryServer(engine: engine, listen: Self.address, logger: logger)
        simulation.launch(on: simulation.shards[0], name: "engine") { await engine.run() }
        simulation.launch(on: simulation.shards[0], name: "server") { try? await server.run() }
        simulation.runUntilIdle()
        self.simulation = simulation
        self.engine = engine
    }

    /// A client with an open session, registered on the DNs.
    func client(
        _ name: String = "client", on dns: [DirectoryNumber] = [], takesUp: Bool = false
    ) -> SimulatedClient {
        let client = SimulatedClient(in: simulation, at: Self.address, name: name, takesUp: takesUp)
        simulation.advance(by: .seconds(1))
        for dn in dns { client.register(dn) }
        simulation.advance(by: .seconds(1))
        return client
    }

    /// An established call that `caller` makes; `answering` is registered on the other DN.
    func call(
        by caller: SimulatedClient, from dn: DirectoryNumber, to other: DirectoryNumber, answering: SimulatedClient
    ) throws -> ConnectionID {
        caller.send(.makeCall(MakeCall(otherDN: other)), thisDN: dn)
        simulation.advance(by: .seconds(1))
        let call = try #require(caller.events(.eventDialing).last?.connID)
        answering.send(.answerCall, thisDN: other, connection: call)
        simulation.advance(by: .seconds(1))
        return call
    }

    /// How the sessions of all shards do.
    var sessions: [SessionStatus] {
        var found: [SessionStatus] = []
        for (exchange, shard) in zip(engine.exchanges, simulation.shards) {
            simulation.perform(on: shard) { found += exchange.statusOfSessions() }
        }
        return found
    }
}

/// A log whose lines a test reads.
final class KeptLines: LogHandler {
    private let kept = Gathered<String>()

    /// Its messages from `info` on, in their order.
    var lines: [String] { kept.all }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    var logLevel: Logger.Level {
        get { .info }
        set {}
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        kept.append(event.message.description)
    }
}
