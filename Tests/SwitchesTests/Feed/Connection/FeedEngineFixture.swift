import CallControl
import CallControlTesting
import CallModel
import EventLoops
import Logging
import Switches
import TLibrary
import Testing

/// An engine whose telephony is told over a feed, on a simulation, with its peer and its T-Clients.
struct FeedEngineFixture {
    static let dns: [DirectoryNumber] = ["5001", "5002", "5003", "9000", "T1", "T2"]
    private static let address = SocketAddress(host: "127.0.0.1", port: 8_000)

    let simulation: Simulation
    let peer: SimulatedPeer
    let media: ScriptedMediaServer
    private let engine: CallControlEngine

    init(
        seed: UInt64 = 1, shards: Int = 3, greeting: [String] = [SimulatedPeer.hello], listens: Bool = true,
        recorder: (any MediaServer)? = nil,
        configure: (inout EngineConfiguration, inout FeedSwitch.Options) -> Void = { _, _ in }
    ) throws {
        let simulation = Simulation(seed: seed, shards: shards)
        var configuration = EngineConfiguration()
        configuration.dns = Self.dns.map { dn in
            .init(dn, type: dn == "9000" ? .routingPoint : dn.text.hasPrefix("T") ? .trunk : .extension)
        }
        configuration.keepAlive = .zero
        configuration.recording.mediaProof = .zero
        var options = FeedSwitch.Options(address: SimulatedPeer.address)
        configure(&configuration, &options)
        let peer = SimulatedPeer(on: simulation.shards[shards - 1], greeting: greeting)
        if listens { try peer.listen() }
        let media = ScriptedMediaServer(in: simulation)
        let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        let engine = try CallControlEngine(
            configuration: configuration, shards: simulation.shards,
            switch: FeedSwitch(configuration, options: options, logger: logger), mediaServers: [recorder ?? media],
            logger: logger)
        let server = TLibraryServer(engine: engine, listen: Self.address, logger: logger)
        simulation.launch(on: simulation.shards[0], name: "engine") { await engine.run() }
        simulation.launch(on: simulation.shards[0], name: "server") { try? await server.run() }
        simulation.advance(by: .milliseconds(100))
        self.simulation = simulation
        self.peer = peer
        self.media = media
        self.engine = engine
    }

    /// A client that is registered on all DNs.
    func client(_ name: String = "client") -> SimulatedClient {
        let client = SimulatedClient(in: simulation, at: Self.address, name: name)
        simulation.advance(by: .milliseconds(100))
        for dn in Self.dns { client.register(dn) }
        simulation.advance(by: .milliseconds(100))
        return client
    }

    /// Lets the peer speak, and what comes of it happen.
    func say(_ lines: String...) {
        peer.say(lines, in: simulation)
        simulation.advance(by: .milliseconds(100))
    }

    func wait(_ duration: Duration = .milliseconds(100)) {
        simulation.advance(by: duration)
    }

    /// The peer goes away and comes back.
    func reconnect(greeting: [String]) {
        peer.greet(with: greeting)
        peer.close(in: simulation)
        wait(.seconds(12))
    }
}

extension SimulatedClient {
    /// What this DN's client has been told of calls, and not of registrations.
    func messages(on dn: DirectoryNumber) -> [MessageNumber] {
        events.filter { $0.thisDN == dn && $0.connID != nil }.map(\.message)
    }

    func connection(at dn: DirectoryNumber) -> ConnectionID {
        events.last { $0.thisDN == dn && $0.connID != nil }?.connID ?? .none
    }

    /// GSIP_RECORD as last told.
    func lamp(at dn: DirectoryNumber) -> String? {
        events.last { $0.thisDN == dn && $0.userData != nil }?.userData?.first("GSIP_RECORD")?.text
    }

    func error(to reference: ReferenceID) -> ErrorCode? {
        answers(to: reference).first?.errorCode
    }
}
