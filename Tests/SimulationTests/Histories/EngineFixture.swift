import CallControl
import CallControlTesting
import CallModel
import EventLoops
import Logging
import Switches
import TLibrary

/// An engine with everything around it, on a simulation.
final class EngineFixture {
    static let extensions: [DirectoryNumber] = ["5001", "5002", "5003", "5004"]
    static let supervisor: DirectoryNumber = "7000"
    static let routingPoint: DirectoryNumber = "6000"
    static let trunk: DirectoryNumber = "trunk-1"
    static let address = SocketAddress(host: "127.0.0.1", port: 8_000)

    let simulation: Simulation
    let media: [ScriptedMediaServer]
    /// How the media servers behave at first.
    let script: MediaScript
    let engine: CallControlEngine
    let shelf = RecordCollector()
    private let life: Task<Void, Never>

    /// The seed draws the configuration too.
    init(seed: UInt64, shards: Int) throws {
        var options = Simulation.Options()
        // In some runs a client that stalls soon has a backlog, and what is in it conflates.
        if seed % 2 == 1 { options.linkBuffer = 600 }
        let simulation = Simulation(seed: seed, shards: shards, options: options)
        let configuration = Self.configuration(seed)
        script = MediaScript.faulty(oneIn: seed % 3 == 0 ? 0 : 6, late: .seconds(20))
        let startsPaused = seed % 5 != 0
        media = (0..<1 + Int(seed % 2)).map { [script] number in
            ScriptedMediaServer(
                in: simulation, name: "media \(number)", script: script,
                capabilities: MediaCapabilities(
                    pause: .silence, startsPaused: startsPaused, evidence: Self.hasEvidence(seed) ? .bytes : nil))
        }
        let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        let engine = try CallControlEngine(
            configuration: configuration, shards: simulation.shards,
            switch: InProcessSwitch(configuration), mediaServers: Self.list(media, seed), records: shelf,
            logger: logger)
        let server = TLibraryServer(engine: engine, listen: Self.address, logger: logger)
        life = simulation.launch(on: simulation.shards[0], name: "engine") { await engine.run() }
        simulation.launch(on: simulation.shards[0], name: "server") { try? await server.run() }
        simulation.runUntilIdle()
        self.simulation = simulation
        self.engine = engine
    }

    /// In some runs media servers report what they capture.
    private static func hasEvidence(_ seed: UInt64) -> Bool { seed % 5 < 3 }

    /// In some runs the servers share the recordings, and in some they soon have as many as they may have.
    private static func list(_ media: [ScriptedMediaServer], _ seed: UInt64) -> [MediaServerEntry] {
        media.enumerated().map { place, server in
            MediaServerEntry(
                server, order: seed % 3 == 1 ? 0 : place, weight: place + 1, maxRecordings: seed % 4 == 3 ? 2 : nil)
        }
    }

    private static func configuration(_ seed: UInt64) -> EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.dns = extensions.enumerated().map { place, number in
            EngineConfiguration.DN(number, type: .extension, record: place == 0 && seed % 4 == 1)
        }
        configuration.dns += [
            EngineConfiguration.DN(supervisor, type: .extension),
            EngineConfiguration.DN(routingPoint, type: .routingPoint),
            EngineConfiguration.DN(trunk, type: .trunk, record: seed % 7 == 2),
        ]
        configuration.recording.pauseFailure = seed % 2 == 0 ? .stop : .keepTrying
        configuration.recording.recordsConsultationCalls = seed % 3 == 1
        configuration.recording.recordsAfterMerge = seed % 4 < 2
        configuration.consultUserData = ConsultUserData.allCases[Int(seed / 3 % 3)]
        configuration.mergedUserData = MergedUserData.allCases[Int(seed / 2 % 4)]
        configuration.recording.pauseCoversJoiners = seed % 6 != 1
        configuration.recording.pauseLimit = seed % 3 == 0 ? 0 : 2
        let actions = RecordingOptions.PauseLimitAction.allCases
        configuration.recording.pauseLimitAction = actions[Int(seed / 3) % actions.count]
        if seed % 4 != 0 { configuration.keepAlive = .seconds(60) }
        return configuration
    }

    func connect(_ name: String) -> SimulatedClient {
        SimulatedClient(in: simulation, at: Self.address, name: name, takesUp: true)
    }

    /// A connection for a client that has lost its own.
    func takeUp(_ lost: SimulatedClient) -> SimulatedClient {
        SimulatedClient(takingUp: lost, in: simulation, at: Self.address)
    }

    /// Recordings that go on in another call than that in which they began.
    private var forwardedRecordings: Int {
        let counts = Locked<[Int]>([])
        for (shard, exchange) in zip(simulation.shards, engine.exchanges) {
            simulation.launch(on: shard, name: "audit") {
                let count = exchange.forwardedRecordings
                counts.withLock { $0.append(count) }
            }
        }
        simulation.runUntilIdle()
        return counts.withLock { $0.reduce(0, +) }
    }

    /// Stops the engine, and says what it still holds, one sentence each.
    func stop() -> [String] {
        simulation.perform { life.cancel() }
        simulation.advance(by: engine.configuration.drain + .seconds(5))
        var faults: [String] = []
        if forwardedRecordings > 0 { faults.append("\(forwardedRecordings) recordings are still forwarded") }
        for server in media where !server.isShutDown { faults.append("\(server.name) was not shut down") }
        return faults
    }
}
