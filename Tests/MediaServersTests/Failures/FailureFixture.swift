import CallControl
import CallControlTesting
import CallModel
import EventLoops
import Logging
import MediaServers
import TLibrary
import Testing

/// A whole engine on a simulated shard with a T-Client at 5001, and one or two newer rtpengines on shards of their own.
/// All that is asserted of it is what the T-Client sees, and what the servers capture.
final class FailureFixture {
    static let dn: DirectoryNumber = "5001"
    static let other: DirectoryNumber = "5002"
    private static let address = SocketAddress(host: "127.0.0.1", port: 8_000)

    let simulation: Simulation
    let servers: [NewerRTPEngine]
    let telephony: SessionSwitch
    let client: SimulatedClient
    private var callsSoFar = 0

    var server: NewerRTPEngine { servers[0] }

    init(
        seed: UInt64 = 5, servers count: Int = 1, datagramLoss: Int = 0,
        adjust: (inout RTPEngine.Settings) -> Void = { _ in }, configure: (inout EngineConfiguration) -> Void = { _ in }
    ) throws {
        var options = Simulation.Options()
        options.datagramLoss = datagramLoss
        simulation = Simulation(seed: seed, shards: 1 + count, options: options)
        let simulation = simulation
        servers = simulation.shards.dropFirst().map { NewerRTPEngine(on: $0) }
        for server in servers { simulation.perform(on: simulation.shards[server.shard.index]) { try? server.open() } }
        let logger = Logger(label: "failures") { _ in SwiftLogNoOpLogHandler() }
        let drivers = try servers.map { try Self.driver(of: $0, adjust, logger) }
        let configuration = Self.configuration(configure)
        telephony = SessionSwitch(configuration)
        let engine = try CallControlEngine(
            configuration: configuration, shards: [simulation.shards[0]], switch: telephony, mediaServers: drivers,
            logger: logger)
        let front = TLibraryServer(engine: engine, listen: Self.address, logger: logger)
        simulation.launch(on: simulation.shards[0], name: "engine") { await engine.run() }
        simulation.launch(on: simulation.shards[0], name: "server") { try? await front.run() }
        simulation.runUntilIdle()
        client = SimulatedClient(in: simulation, at: Self.address)
        simulation.advance(by: .seconds(1))
        client.register(Self.dn)
        client.register(Self.other)
        simulation.advance(by: .seconds(1))
    }

    private static func driver(
        of server: NewerRTPEngine, _ adjust: (inout RTPEngine.Settings) -> Void, _ logger: Logger
    ) throws -> RTPEngine {
        var settings = RTPEngine.Settings(address: server.address)
        settings.timeout = .milliseconds(200)
        settings.tries = 2
        settings.ping = .milliseconds(100)
        settings.mediaProof = .seconds(1)
        adjust(&settings)
        return try RTPEngine(settings, logger: logger)
    }

    private static func configuration(_ configure: (inout EngineConfiguration) -> Void) -> EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.dns = [.init(dn, type: .extension), .init(other, type: .extension)]
        configuration.recording.timeout = .milliseconds(200)
        configuration.recording.tries = 2
        configuration.recording.mediaProof = .seconds(1)
        configuration.recording.mediaRecovery = .seconds(5)
        configure(&configuration)
        return configuration
    }

    // MARK: What happens

    /// An established call, whose media every server carries.
    func call(isSilent: Bool = false) throws -> Subject {
        callsSoFar += 1
        let session = try #require(MediaSession(callID: "call-\(callsSoFar)@pbx", fromTag: "from", toTag: "to"))
        for server in servers {
            simulation.perform(on: simulation.shards[server.shard.index]) { server.carry(session, isSilent: isSilent) }
        }
        let call = try placeCall()
        simulation.perform { telephony.report(.media(Self.dn, session), of: call) }
        simulation.advance(by: .milliseconds(10))
        return Subject(call: call, session: session)
    }

    /// An established call of which no session is told yet.
    func placeCall() throws -> ConnectionID {
        client.send(.makeCall(MakeCall(otherDN: Self.other)), thisDN: Self.dn)
        simulation.advance(by: .milliseconds(100))
        let call = try #require(client.events(.eventDialing).last?.connID)
        client.send(.answerCall, thisDN: Self.other, connection: call)
        simulation.advance(by: .milliseconds(100))
        return call
    }

    /// Asks, and waits until all that comes of it has come.
    func ask(_ verb: Verb, _ subject: Subject, for time: Duration = .seconds(10)) -> Outcome? {
        let reference = client.ask(verb.rawValue, of: subject.call, as: Self.dn)
        simulation.advance(by: time)
        return outcome(of: reference)
    }

    func outcome(of reference: ReferenceID) -> Outcome? {
        client.answers(to: reference).last { $0.message == .eventPrivateInfo }.map { event in
            let told = { (key: String) in event.extensions?.first(key)?.text ?? "" }
            return Outcome(result: told("result"), state: told("state"), reason: told("reason"))
        }
    }

    func kill(_ server: NewerRTPEngine) {
        simulation.perform(on: simulation.shards[server.shard.index]) { server.kill() }
    }

    func thaw(_ server: NewerRTPEngine) {
        simulation.perform(on: simulation.shards[server.shard.index]) { server.thaw() }
    }

    // MARK: What a client sees

    /// One EventAttachedDataChanged for the anchor's DN.
    struct Change: Equatable {
        var lamp: String
        var cause: String
        var reason = ""
    }

    struct Outcome: Equatable {
        var result: String
        var state: String
        var reason = ""

        static func failed(_ reason: String, _ state: String = "off") -> Outcome {
            Outcome(result: "failed", state: state, reason: reason)
        }

        static func done(_ state: String) -> Outcome { Outcome(result: "done", state: state) }
    }

    enum Verb: Int32 {
        case start = 4_013
        case stop, pause, resume
    }

    struct Subject {
        var call: ConnectionID
        var session: MediaSession
    }

    func changes(of subject: Subject) -> [Change] {
        events(of: subject).map { event in
            let recording = event.extensions?.first("recording")?.list
            return Change(
                lamp: event.userData?.first("GSIP_RECORD")?.text ?? "",
                cause: recording?.first("cause")?.text ?? "", reason: recording?.first("reason")?.text ?? "")
        }
    }

    func warnings(of subject: Subject) -> [String] {
        events(of: subject).map { $0.extensions?.first("recording")?.list?.first("warning")?.text ?? "" }
    }

    func files(of subject: Subject) -> [String] {
        events(of: subject).compactMap { $0.userData?.first("GSIP_REC_FN")?.text }
    }

    private func events(of subject: Subject) -> [Event] {
        client.events(.eventAttachedDataChanged).filter { $0.connID == subject.call && $0.thisDN == Self.dn }
    }

    func lamp(of subject: Subject) -> String { changes(of: subject).last?.lamp ?? "" }

    /// Which of the servers capture the call's audio.
    func capturing(_ subject: Subject) -> [Bool] { servers.map { $0.isCapturing(subject.session.callID) } }

    /// What the driver did against the protocol.
    var violations: [String] { servers.flatMap(\.violations) }
}
