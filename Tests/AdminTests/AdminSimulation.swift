import CallControl
import CallControlTesting
import CallModel
import EventLoops
import Foundation
import Logging
import Switches
import TLibrary

@testable import callcontrol

/// An engine on a simulation that serves T-Clients, and that can be looked into.
final class AdminSimulation {
    static let sessions = SocketAddress(host: "127.0.0.1", port: 8_000)
    static let port = SocketAddress(host: "127.0.0.1", port: 9_090)
    let log = KeptMessages()

    let simulation: Simulation
    let engine: CallControlEngine
    let registry = MetricsRegistry()
    private let life: Task<Void, Never>

    init(
        seed: UInt64 = 7, shards: Int = 1, linkBuffer: Int? = nil,
        script: MediaScript = .sound, connections: Int = 32, host: String = port.host,
        configure: (inout EngineConfiguration) -> Void = { _ in }
    ) throws {
        var options = Simulation.Options()
        if let linkBuffer { options.linkBuffer = linkBuffer }
        let simulation = Simulation(seed: seed, shards: shards, options: options)
        var configuration = EngineConfiguration()
        configuration.dns = (0..<200).map { .init(DirectoryNumber("\(5_000 + $0)"), type: .extension) }
        configuration.keepAlive = .zero
        configuration.isInspected = true
        configure(&configuration)
        let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        let media = ScriptedMediaServer(in: simulation, name: "media", script: script)
        let registry = registry
        let log = log
        let engine = try CallControlEngine(
            configuration: configuration, shards: simulation.shards, switch: InProcessSwitch(configuration),
            mediaServers: [MediaServerEntry](inOrder: [media]), metrics: registry, logger: logger)
        let server = TLibraryServer(engine: engine, listen: Self.sessions, logger: logger)
        life = simulation.launch(on: simulation.shards[0], name: "engine") { await engine.run() }
        simulation.launch(on: simulation.shards[0], name: "server") { try? await server.run() }
        simulation.launch(on: simulation.shards[0], name: "inspection") {
            let inspection = try? await AdminServer(
                engine, listen: SocketAddress(host: host, port: Self.port.port), registry: registry, servers: ["media"],
                connections: connections, logger: Logger(label: "inspection") { _ in log })
            await inspection?.run()
        }
        simulation.runUntilIdle()
        self.simulation = simulation
        self.engine = engine
    }

    /// Tells the engine to stop, and waits for its end.
    func stop() {
        simulation.perform { life.cancel() }
        simulation.advance(by: engine.configuration.drain + .seconds(5))
    }

    // MARK: - T-Clients

    func client(_ name: String, on dns: [DirectoryNumber] = []) -> SimulatedClient {
        let client = SimulatedClient(in: simulation, at: Self.sessions, name: name)
        simulation.runUntilIdle()
        for dn in dns { client.register(dn) }
        simulation.runUntilIdle()
        return client
    }

    /// A call in talk between two DNs, which the client has registered.
    func call(_ client: SimulatedClient, _ from: DirectoryNumber, _ to: DirectoryNumber) -> ConnectionID {
        let before = client.events(.eventDialing).count
        client.send(.makeCall(MakeCall(otherDN: to, userData: ["card": .string("4111-secret")])), thisDN: from)
        simulation.runUntilIdle()
        guard let call = client.events(.eventDialing).dropFirst(before).first?.connID else {
            preconditionFailure("The call of a test is made.")
        }
        client.send(.answerCall, thisDN: to, connection: call)
        simulation.runUntilIdle()
        return call
    }

    // MARK: - The port

    func open() -> SimulatedConnection { simulation.connect(to: Self.port) }

    /// What comes back for these bytes, until the system is at rest.
    func answers(to bytes: String, on connection: SimulatedConnection? = nil) -> [RawAnswer] {
        let connection = connection ?? open()
        connection.send(Array(bytes.utf8))
        simulation.runUntilIdle()
        return RawAnswer.all(in: connection.takeReceived())
    }

    func get(_ path: String) throws -> RawAnswer {
        let answers = answers(to: "GET \(path) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        guard answers.count == 1 else { throw NotOneAnswer(count: answers.count) }
        return answers[0]
    }

    func json(_ path: String) throws -> [String: Any] {
        let answer = try get(path)
        guard answer.status == 200 else { throw NotOneAnswer(count: answer.status) }
        return try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any] ?? [:]
    }

    /// The metrics now, by their series.
    func metrics() throws -> [String: Double] {
        try PrometheusText(String(decoding: try get("/metrics").body, as: UTF8.self)).samples
    }

    struct NotOneAnswer: Error { var count: Int }
}

/// An answer, read strictly.
struct RawAnswer: Equatable {
    var status: Int
    var fields: [String: String]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// All of the bytes as answers, one behind the other; of what is none, a single one with status 0. `heads`: those of
    /// them that have no body, as an answer to HEAD.
    static func all(in bytes: [UInt8], heads: Set<Int> = []) -> [RawAnswer] {
        var rest = bytes[...]
        var found: [RawAnswer] = []
        while !rest.isEmpty {
            guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8)),
                let answer = read(rest[..<end.lowerBound], rest[end.upperBound...], isHead: heads.contains(found.count))
            else { return [RawAnswer(status: 0, fields: [:], body: Array(rest))] }
            found.append(answer)
            rest = rest[(end.upperBound + answer.body.count)...]
        }
        return found
    }

    private static func read(_ head: ArraySlice<UInt8>, _ rest: ArraySlice<UInt8>, isHead: Bool) -> RawAnswer? {
        let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
        guard let match = lines[0].firstMatch(of: /^HTTP\/1\.1 ([1-5][0-9][0-9]) [A-Za-z ]+$/),
            let status = Int(match.1)
        else { return nil }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let match = line.firstMatch(of: /^([A-Za-z-]+): ([^\r\n]*)$/) else { return nil }
            guard fields.updateValue(String(match.2), forKey: match.1.lowercased()) == nil else { return nil }
        }
        guard let length = fields["content-length"].flatMap(Int.init), length >= 0 else { return nil }
        guard isHead || rest.count >= length else { return nil }
        return RawAnswer(status: status, fields: fields, body: isHead ? [] : Array(rest.prefix(length)))
    }
}
