import CallControlTesting
import CallModel
import TLibrary
import Testing

@testable import CallControl

/// Each limit that is reached is counted, and its edges are in the log (Operations, "Limits and their consequences").
struct LimitTests {
    private struct Fixture {
        let served: ServedSimulation
        let log = KeptLines()

        init(_ configure: (inout EngineConfiguration.Limits) -> Void) throws {
            served = try ServedSimulation(
                shards: 2, dns: ["5001", "5002", "5003", "5004"].map { .init($0, type: .extension) },
                media: { [ScriptedMediaServer(in: $0, name: "media", script: .sound)] }, log: log
            ) { configure(&$0.limits) }
        }

        func count(_ tally: (ShardCounters) -> ShardCounter) -> Int {
            served.engine.plan.counters.shards.reduce(0) { $0 + tally($1).value }
        }

        func ask(
            _ client: SimulatedClient, _ operation: TLibrary.Operation, on dn: DirectoryNumber,
            _ call: ConnectionID = .none, id: String? = nil
        ) -> Event? {
            let extensions: KeyValueList = id.map { ["request-id": .string($0)] } ?? [:]
            let asked = client.send(operation, thisDN: dn, connection: call, extensions: extensions)
            served.simulation.advance(by: .milliseconds(100))
            return client.answers(to: asked).first
        }

        func talk(_ client: SimulatedClient) throws -> ConnectionID {
            let call = try #require(ask(client, .makeCall(MakeCall(otherDN: "5002")), on: "5001")?.connID)
            #expect(ask(client, .answerCall, on: "5002", call)?.message == .eventEstablished)
            return call
        }
    }

    @Test func `calls: each that is not made counts, a consultation under a request-id too`() throws {
        let scene = try Fixture { $0.calls = 1 }
        let client = scene.served.client("agent", on: ["5001", "5002"])
        let call = try scene.talk(client)
        let consult = TLibrary.Operation.initiateTransfer(Destination(otherDN: "5003"))
        #expect(scene.ask(client, consult, on: "5001", call)?.errorCode == .resourceUnavailable)
        for _ in 0..<2 {
            #expect(scene.ask(client, consult, on: "5001", call, id: "r1")?.errorCode == .resourceUnavailable)
        }
        #expect(scene.ask(client, .makeCall(MakeCall(otherDN: "5003")), on: "5001")?.errorCode == .resourceUnavailable)
        #expect(scene.count(\.callsRefused) == 3, "what is asked again is refused once")
        #expect(scene.log.lines == ["The server has as many calls as it may have."])
        _ = scene.ask(client, .releaseCall, on: "5001", call)
        #expect(scene.log.lines.dropFirst() == ["The server has room for calls again."])
    }

    @Test func `backlog-total: a session that goes while it waits is counted and named`() throws {
        let scene = try Fixture {
            $0.backlogTotal = 300_000
            $0.retentionBytes = 250_000
        }
        let client = scene.served.client("agent", on: ["5001", "5002"])
        let dns: [DirectoryNumber] = ["5001", "5002", "5001", "5002"]
        let waiting = dns.map { scene.served.client("waiting", on: [$0], takesUp: true) }
        let call = try scene.talk(client)
        for client in waiting { client.connection.cut() }
        for number in 0..<60 {
            let list: KeyValueList = ["\(number)": .string(String(repeating: "x", count: 200))]
            _ = scene.ask(client, .attachUserData(list), on: "5001", call)
        }
        for _ in 0..<8 {
            for operation in [.holdCall, .retrieveCall] as [TLibrary.Operation] {
                for dn in dns.prefix(2) { _ = scene.ask(client, operation, on: dn, call) }
            }
        }
        let dropped = 4 - scene.served.sessions.count { $0.isWaiting }
        #expect(dropped > 0 && scene.count(\.sessionsExpired) == dropped)
        let line = "A session that waits to be taken up is dropped: all backlogs together are too much."
        #expect(scene.log.lines.count { $0 == line } == dropped)
    }

    @Test func `request-ids that are forgotten early, of an application and of a call`() throws {
        let scene = try Fixture { _ in }
        let client = scene.served.client("dialler", on: ["5001", "5002"])
        for number in 0..<1_030 {
            client.send(
                .makeCall(MakeCall(otherDN: "9999")), thisDN: "5001", extensions: ["request-id": .string("\(number)")])
        }
        scene.served.simulation.advance(by: .seconds(5))
        #expect(scene.count(\.requestsForgotten) == 6)
        let warning = "Requests with a request-id are forgotten before their minute is over: there are too many."
        #expect(scene.log.lines == [warning])
        scene.served.simulation.advance(by: .seconds(61))
        _ = scene.ask(client, .makeCall(MakeCall(otherDN: "9999")), on: "5001", id: "later")
        #expect(scene.log.lines == [warning, "Requests with a request-id are remembered for their minute again."])

        let call = try scene.talk(client)
        for number in 0..<67 { _ = scene.ask(client, .updateUserData(["a": "1"]), on: "5001", call, id: "\(number)") }
        #expect(scene.count(\.requestsForgotten) == 6 + 3)
    }

    @Test func `what one session or one call has too much of`() throws {
        let scene = try Fixture {
            $0.registrations = 2
            $0.userData = 100
        }
        let client = scene.served.client("agent", on: ["5001", "5002"])
        let call = try scene.talk(client)
        #expect(scene.ask(client, .registerAddress(.share), on: "5003")?.errorCode == .resourceUnavailable)
        let large: KeyValueList = ["a": .string(String(repeating: "x", count: 100))]
        #expect(scene.ask(client, .updateUserData(large), on: "5001", call)?.errorCode == .invalidAttribute)
        for _ in 0..<64 {
            for service in [4_013, 4_014] as [Int32] {
                #expect(scene.ask(client, .privateService(service), on: "5001", call)?.message == .eventACK)
            }
        }
        #expect(scene.ask(client, .privateService(4_013), on: "5001", call)?.errorCode == .resourceUnavailable)
        #expect(RequestError.Limit.allCases.map { limit in scene.count { $0.refused(limit) } } == [0, 1, 1, 1, 0, 0])
    }

    @Test func `a frame over its limit closes the connection, and the log says why`() throws {
        let scene = try Fixture { $0.frame = 32_768 }
        let client = scene.served.client("large")
        client.send(bytes: [0, 1, 0, 0])
        scene.served.simulation.advance(by: .seconds(1))
        #expect(client.isClosed && scene.log.lines == ["A connection is closed by this side."])
    }
}
