import CallControl
import CallControlTesting
import CallModel
import EventLoops
import Logging
import TLibrary
import Testing

@testable import CallControl

/// Two spellings of one name, which `String` takes for equal, are two names.
struct NamesTests {
    private static let composed = "Jos\u{E9}"
    private static let decomposed = "Jose\u{301}"

    private func served() throws -> ServedSimulation {
        let dns = [Self.composed, Self.decomposed, "5001"].map {
            EngineConfiguration.DN(DirectoryNumber($0), type: .extension)
        }
        return try ServedSimulation(
            shards: 2, dns: dns,
            configure: { $0.agents = [.init(id: Self.composed), .init(id: Self.decomposed)] })
    }

    private func answer(
        _ served: ServedSimulation, _ client: SimulatedClient, _ operation: TLibrary.Operation, on dn: DirectoryNumber
    ) -> Event? {
        let asked = client.send(operation, thisDN: dn)
        served.simulation.advance(by: .seconds(1))
        return client.answers(to: asked).first
    }

    @Test func `agents and DNs`() throws {
        let served = try served()
        let one = DirectoryNumber(Self.composed)
        let other = DirectoryNumber(Self.decomposed)
        let client = served.client("desk", on: [one, other, "5001"])
        func login(_ agent: String, on dn: DirectoryNumber) -> Event? {
            answer(served, client, .agentLogin(AgentLogin(agentID: agent, settings: AgentSettings())), on: dn)
        }
        #expect(login(Self.composed, on: one)?.message == .eventAgentLogin)
        #expect(login(Self.composed, on: other)?.errorCode == .agentIDInUse)
        #expect(login(Self.decomposed, on: one)?.errorCode == .agentAlreadyLoggedIn)
        let second = login(Self.decomposed, on: other)
        #expect(second?.message == .eventAgentLogin)
        #expect(second?.agentID?.hasSameBytes(as: Self.decomposed) == true && second?.thisDN == other)
        // The one who leaves is free again, whoever came to the DN after.
        client.send(.agentLogout(AgentSettings()), thisDN: one)
        served.simulation.advance(by: .seconds(1))
        #expect(login(Self.composed, on: "5001")?.message == .eventAgentLogin)
    }

    @Test func `an application takes up no session of another one`() throws {
        let served = try served()
        let client = served.client(Self.composed, on: ["5001"], takesUp: true)
        client.connection.cut()
        served.simulation.advance(by: .seconds(1))
        let stranger = SimulatedClient(
            in: served.simulation, at: ServedSimulation.address, name: Self.decomposed, opens: false)
        stranger.send(
            .registerClient(RegisterClient(applicationName: Self.decomposed, sessionID: client.sessionID)),
            extensions: ["take-up": .integer(1), "received": .string("0")])
        served.simulation.advance(by: .seconds(1))
        #expect(stranger.sessionID != nil && stranger.sessionID != client.sessionID)
        let again = SimulatedClient(takingUp: client, in: served.simulation, at: ServedSimulation.address)
        served.simulation.advance(by: .seconds(1))
        #expect(again.keptSession)
    }

    @Test func `a configuration may have both, but none twice, and none with a zero byte`() throws {
        var configuration = EngineConfiguration()
        configuration.dns = [Self.composed, Self.decomposed].map { .init(DirectoryNumber($0), type: .extension) }
        configuration.agents = [.init(id: Self.composed), .init(id: Self.decomposed)]
        #expect(throws: Never.self) { try configuration.check() }
        for change in [
            { $0.agents.append(.init(id: Self.composed)) }, { $0.agents.append(.init(id: "a\0")) },
            { $0.dns.append(.init("a\0", type: .extension)) }, { $0.name = "a\0" },
            { $0.limits.unopened = -1 }, { $0.failures.window = .zero },
        ] as [(inout EngineConfiguration) -> Void] {
            var wrong = configuration
            change(&wrong)
            #expect(throws: EngineError.self) { try wrong.check() }
        }
    }

    @Test(arguments: [
        ("0.0.0.0", "", true), ("10.0.0.1", "", true), ("::", "", true), ("127.0.0.1", "", false), ("::1", "", false),
        ("0.0.0.0", "secret", false),
    ])
    func `a listener that asks strangers for no password is in the log`(
        host: String, password: String, warns: Bool
    ) throws {
        let log = KeptLines()
        let served = try ServedSimulation(dns: [], configure: { $0.password = password })
        let server = TLibraryServer(
            engine: served.engine, listen: SocketAddress(host: host, port: 9_000),
            logger: Logger(label: "listener") { _ in log })
        served.simulation.launch(on: served.simulation.shards[0]) { try? await server.run() }
        served.simulation.runUntilIdle()
        #expect(log.lines == (warns ? ["a listener is open to the network: it asks for no password"] : []))
    }
}
