import CallControl
import CallControlTesting
import CallModel
import EventLoops
import Switches
import TLibrary
import Testing

/// A request with a `request-id` is carried out once, also where it is asked again on another connection, to another
/// shard (WireFormat, "Idempotent retries").
struct IdempotencyTests {
    private static let id: KeyValueList = ["request-id": "r1"]

    private func serve(_ shards: Int, seed: UInt64 = 1) throws -> Stage { try Stage(shards: shards, seed: seed) }

    // MARK: - About a call

    @Test(arguments: 1...4, 0..<6 as Range<UInt64>)
    func `a START that is asked again by a client that came back starts nothing`(shards: Int, seed: UInt64) throws {
        let stage = try serve(shards, seed: seed)
        let call = try stage.talk()
        let desktop = stage.client("desktop", on: ["5001"])
        desktop.ask(4_013, of: call, as: "5001", Self.id)
        // It may get as far as the media server, or not even to the engine.
        stage.served.simulation.advance(by: .microseconds(Int64(seed) * 900))
        desktop.connection.cut()
        let returned = stage.client("desktop", on: ["5001"])
        let asked = [returned, stage.client("desktop", on: ["5001"])].map {
            $0.ask(4_013, of: call, as: "5001", Self.id)
        }
        stage.served.simulation.advance(by: .seconds(3))
        #expect(stage.starts == 1)
        #expect(returned.answers(to: asked[0]).first?.message == .eventACK)
        let stop = returned.ask(4_014, of: call, as: "5001", Self.id)
        stage.served.simulation.advance(by: .seconds(1))
        #expect(returned.answers(to: stop).first?.errorCode == .invalidAttribute, "that was another request")
    }

    @Test(arguments: 1...4)
    func `each accepted request has one outcome, which goes to whoever asked last`(shards: Int) throws {
        let stage = try serve(shards)
        let call = try stage.talk()
        let clients = (0..<5).map { _ in stage.client("desktop", on: ["5001"]) }
        let asked = clients.map { client in
            let reference = client.ask(4_013, of: call, as: "5001", Self.id)
            stage.served.simulation.runUntilIdle()
            return reference
        }
        for (place, client) in clients.enumerated() {
            let messages = client.answers(to: asked[place]).map(\.message)
            #expect(messages == [.eventACK, .eventPrivateInfo], "the outcome was known before the next one asked")
            #expect(client.events(.eventPrivateInfo).first?.extensions?.first("result") == "done")
        }
        #expect(stage.starts == 1)
    }

    @Test(arguments: 1...4) func `data is attached once, and everybody hears of it once`(shards: Int) throws {
        let stage = try serve(shards)
        let call = try stage.talk()
        let clients = (0..<4).map { _ in stage.client("desktop", on: ["5001"]) }
        let asked = clients.map {
            $0.send(.attachUserData(["a": "1"]), thisDN: "5001", connection: call, extensions: Self.id)
        }
        stage.served.simulation.advance(by: .seconds(1))
        for (client, reference) in zip(clients, asked) {
            let answer = client.answers(to: reference).first
            #expect(answer?.message == .eventAttachedDataChanged && answer?.userData == ["a": "1"])
        }
        #expect(stage.agent.events(.eventAttachedDataChanged).count == 2, "one for each of its DNs")
        let sequence = clients.flatMap { $0.events(.eventAttachedDataChanged).compactMap(\.sequenceNumber) }
        #expect(Set(sequence).count == 4, "the event, and three that were made anew")
    }

    // MARK: - Calls that are made

    @Test(arguments: 1...4, 0..<6 as Range<UInt64>)
    func `a call is made once, whatever happens to the line`(shards: Int, seed: UInt64) throws {
        let stage = try serve(shards, seed: seed)
        let lost = stage.client("dialler", on: ["5003"])
        lost.send(.makeCall(MakeCall(otherDN: "5002", userData: ["a": "1"])), thisDN: "5003", extensions: Self.id)
        stage.served.simulation.advance(by: .microseconds(Int64(seed) * 700))
        lost.connection.cut()
        let clients = (0..<3).map { _ in stage.client("dialler", on: ["5003"]) }
        let asked = clients.map {
            $0.send(.makeCall(MakeCall(otherDN: "5002", userData: ["a": "1"])), thisDN: "5003", extensions: Self.id)
        }
        stage.served.simulation.advance(by: .seconds(1))
        let answers = zip(clients, asked).map { $0.answers(to: $1) }
        #expect(answers.allSatisfy { $0.map(\.message) == [.eventDialing] })
        #expect(Set(answers.flatMap { $0 }.map(\.connID)).count == 1)
        #expect(stage.agent.events(.eventRinging).count == 1)
        let call = try #require(answers[0].first?.connID)
        clients[0].send(.updateUserData(["a": "2"]), thisDN: "5003", connection: call)
        stage.served.simulation.advance(by: .seconds(1))
        let again = clients[1].send(
            .makeCall(MakeCall(otherDN: "5002", userData: ["a": "1"])), thisDN: "5003", extensions: Self.id)
        stage.served.simulation.advance(by: .seconds(1))
        #expect(clients[1].answers(to: again).first?.userData == ["a": "2"], "the call's data of now")
    }

    /// The lines of three break in every turn of their request's way, so that now and then nobody is there when it could be
    /// carried out.
    @Test(arguments: 2...4, 0..<16)
    func `a session that is gone leaves its request to the next who asks`(shards: Int, turns: Int) throws {
        for seed in 0..<3 as Range<UInt64> {
            let stage = try Stage(shards: shards, seed: seed, latency: .zero ... .zero)
            let clients = (0..<4).map { _ in stage.client("dialler", on: ["5003"]) }
            let asked = clients.map {
                $0.send(.makeCall(MakeCall(otherDN: "5002")), thisDN: "5003", extensions: Self.id)
            }
            for _ in 0..<turns { stage.served.simulation.step() }
            for client in clients.prefix(3) { client.connection.cut() }
            stage.served.simulation.advance(by: .seconds(1))
            #expect(clients[3].answers(to: asked[3]).map(\.message) == [.eventDialing])
            #expect(stage.agent.events(.eventRinging).count == 1)
        }
    }

    @Test(arguments: 1...4)
    func `while the switch works, all wait for the first answer, and nobody's other requests do`(shards: Int) throws {
        let stage = try Stage(shards: shards, slowSwitch: .seconds(2))
        let clients = (0..<4).map { _ in stage.client("dialler", on: ["5003"]) }
        let asked = clients.map { $0.send(.makeCall(MakeCall(otherDN: "5002")), thisDN: "5003", extensions: Self.id) }
        clients.forEach { $0.send(.queryServer) }
        stage.served.simulation.advance(by: .seconds(1))
        #expect(clients.allSatisfy { $0.events(.eventServerInfo).count == 1 && $0.events(.eventDialing).isEmpty })
        stage.served.simulation.advance(by: .seconds(2))
        for (client, reference) in zip(clients, asked) {
            #expect(client.answers(to: reference).map(\.message) == [.eventDialing])
        }
        #expect(stage.agent.events(.eventRinging).count == 1)
    }

    @Test(arguments: 1...4) func `answers about no call keep the order of their requests`(shards: Int) throws {
        let stage = try serve(shards)
        let clients = (0..<4).map { _ in stage.client("dialler", on: ["5003"]) }
        for client in clients {
            for number in 0..<6 {
                let target: DirectoryNumber = number % 2 == 0 ? "5002" : "5001"
                client.send(
                    .makeCall(MakeCall(otherDN: target, type: MakeCallType(rawValue: 99))), thisDN: "5003",
                    extensions: ["request-id": .string("r\(number / 2)")])
                client.send(.queryServer)
                client.send(.unregisterAddress, thisDN: "5009")
            }
        }
        stage.served.simulation.advance(by: .seconds(2))
        for client in clients {
            let references = client.events.compactMap(\.referenceID).map(\.rawValue)
            #expect(references == Array(1...Int32(client.requests.count)))
            let refused = client.events(.eventError).filter { $0.userEvent == .requestMakeCall }
            #expect(refused.count == 6 && refused.allSatisfy { $0.errorCode == .invalidAttribute })
        }
    }

    @Test func `other contents, other applications and other DNs`() throws {
        let stage = try serve(3)
        let dialler = stage.client("dialler", on: ["5003", "5001"])
        let other = stage.client("campaign", on: ["5003"])
        func ask(_ client: SimulatedClient, on dn: DirectoryNumber, _ target: DirectoryNumber) -> Event? {
            let reference = client.send(.makeCall(MakeCall(otherDN: target)), thisDN: dn, extensions: Self.id)
            stage.served.simulation.advance(by: .seconds(1))
            return client.answers(to: reference).first
        }
        let first = try #require(ask(dialler, on: "5003", "5002"))
        #expect(ask(dialler, on: "5003", "5001")?.errorCode == .invalidAttribute)
        let calls = [ask(other, on: "5003", "5002"), ask(dialler, on: "5001", "5002"), first].map { $0?.connID }
        #expect(Set(calls).count == 3 && !calls.contains(nil))
        #expect(ask(dialler, on: "5003", "5002")?.connID == first.connID)
    }

    @Test(arguments: [1, 3]) func `a refusal of the switch is remembered, and so is that the call has ended`(
        shards: Int
    ) throws {
        let stage = try serve(shards)
        let dialler = stage.client("dialler", on: ["5003"])
        func ask(_ id: String, _ target: DirectoryNumber) -> Event? {
            let reference = dialler.send(
                .makeCall(MakeCall(otherDN: target)), thisDN: "5003", extensions: ["request-id": .string(id)])
            stage.served.simulation.advance(by: .seconds(1))
            return dialler.answers(to: reference).first
        }
        for _ in 0..<2 { #expect(ask("bad", "9999")?.errorCode == .badCalledDN) }
        let call = try #require(ask("good", "5002")?.connID)
        dialler.send(.releaseCall, thisDN: "5003", connection: call)
        stage.served.simulation.advance(by: .seconds(1))
        let ended = try #require(ask("good", "5002"))
        #expect(ended.errorCode == .invalidConnectionID && ended.errorMessage?.contains("call has ended") == true)
        stage.served.simulation.advance(by: .seconds(60))
        #expect(ask("good", "5002")?.message == .eventDialing, "a minute is over")
    }

    @Test(arguments: [1, 2]) func `an application's 1,025th forgets its first, and no other's`(shards: Int) throws {
        let stage = try serve(shards)
        let dialler = stage.client("dialler", on: ["5003"])
        let other = stage.client("campaign", on: ["5003"])
        func make(_ client: SimulatedClient, _ id: String, _ target: DirectoryNumber = "5002") -> ReferenceID {
            client.send(.makeCall(MakeCall(otherDN: target)), thisDN: "5003", extensions: ["request-id": .string(id)])
        }
        let first = [make(dialler, "0"), make(dialler, "1")]
        let others = make(other, "0")
        for number in 2...1_024 { _ = make(dialler, "\(number)", "9999") }
        stage.served.simulation.advance(by: .seconds(10))
        // The first makes a new call, and by that the second is forgotten only then.
        let again = [make(dialler, "0"), make(dialler, "2", "9999")]
        let othersAgain = make(other, "0")
        stage.served.simulation.advance(by: .seconds(5))
        let call = dialler.answers(to: first[0]).first?.connID
        #expect(call != nil && dialler.answers(to: again[0]).first?.message == .eventDialing)
        #expect(dialler.answers(to: again[0]).first?.connID != call)
        #expect(dialler.answers(to: again[1]).first?.errorCode == .badCalledDN)
        #expect(other.answers(to: othersAgain).first?.connID == other.answers(to: others).first?.connID)
    }

    @Test(arguments: 1...3) func `a predictive call that is asked twice is one`(shards: Int) throws {
        let stage = try serve(shards)
        let diallers = (0..<3).map { _ in stage.client("dialler", on: ["7000"]) }
        let asked = diallers.map {
            $0.send(.makePredictiveCall(MakePredictiveCall(otherDN: "5002")), thisDN: "7000", extensions: Self.id)
        }
        stage.served.simulation.advance(by: .seconds(1))
        let answers = zip(diallers, asked).compactMap { $0.answers(to: $1).first }
        #expect(answers.map(\.message) == [.eventDialing, .eventDialing, .eventDialing])
        #expect(Set(answers.map(\.connID)).count == 1 && stage.agent.events(.eventRinging).count == 1)
    }

    @Test(arguments: [1, 3]) func `a consultation that has its room needs none when it is asked again`(shards: Int)
        throws
    {
        let stage = try Stage(shards: shards, calls: 2)
        let call = try stage.talk()
        func ask(_ id: String) -> Event? {
            let reference = stage.agent.send(
                .initiateTransfer(Destination(otherDN: "5003")), thisDN: id == "other" ? "5002" : "5001",
                connection: call, extensions: ["request-id": .string(id)])
            stage.served.simulation.advance(by: .seconds(1))
            return stage.agent.answers(to: reference).first
        }
        for _ in 0..<2 { #expect(ask("r1")?.message == .eventHeld) }
        #expect(ask("other")?.errorCode == .resourceUnavailable)
        #expect(stage.agent.events(.eventDialing).count == 2, "the call, and one consultation")
    }

    // MARK: - Values

    @Test func `a request-id has 1 to 64 bytes, in any request`() throws {
        let stage = try serve(2)
        let client = stage.client("desktop", on: ["5003"])
        let bad: KeyValueList = ["Request-ID": ""]
        let requests: [(TLibrary.Operation, DirectoryNumber, ErrorCode)] = [
            (.queryServer, "", .invalidAttribute), (.queryAddress(.addressStatus), "5003", .invalidAttribute),
            (.queryAddress(.addressStatus), "9999", .notConfigured),
            (.registerAddress(.share), "5001", .invalidAttribute),
            (.unregisterAddress, "5003", .invalidAttribute), (.unregisterAddress, "5001", .notRegistered),
            (.makeCall(MakeCall(otherDN: "5002")), "5003", .invalidAttribute),
            (.makeCall(MakeCall(otherDN: "5002")), "5001", .notRegistered), (.holdCall, "5003", .invalidConnectionID),
        ]
        for (operation, dn, code) in requests {
            let reference = client.send(operation, thisDN: dn, connection: ConnectionID(rawValue: 5), extensions: bad)
            stage.served.simulation.advance(by: .seconds(1))
            #expect(client.answers(to: reference).first?.errorCode == code, "\(operation)")
        }
        let registered = client.send(.registerAddress(.share), thisDN: "5001", extensions: Self.id)
        let again = client.send(.registerAddress(.monitor), thisDN: "5001", extensions: Self.id)
        stage.served.simulation.advance(by: .seconds(1))
        #expect([registered, again].allSatisfy { client.answers(to: $0).first?.message == .eventRegistered })
    }
}

/// An engine, an agent on 5001 and 5002, and clients that come and go.
private struct Stage {
    let served: ServedSimulation
    let media: ScriptedMediaServer
    let agent: SimulatedClient

    init(
        shards: Int, seed: UInt64 = 1, latency: ClosedRange<Duration>? = nil, slowSwitch: Duration? = nil,
        calls: Int = 1_000
    ) throws {
        let made = Made()
        served = try ServedSimulation(
            seed: seed, shards: shards, latency: latency,
            dns: ["5001", "5002", "5003"].map { .init($0, type: .extension) } + [.init("7000", type: .acdQueue)],
            media: { simulation in
                let media = ScriptedMediaServer(in: simulation, name: "media", script: .sound)
                made.media = media
                return [media]
            },
            telephony: { configuration in
                let calls = InProcessSwitch(configuration)
                return slowSwitch.map { SlowSwitch(calls, by: $0) } ?? calls
            }, configure: { $0.limits.calls = calls })
        media = try #require(made.media)
        agent = served.client("agent", on: ["5001", "5002"])
    }

    private final class Made {
        var media: ScriptedMediaServer?
    }

    func client(_ name: String, on dns: [DirectoryNumber]) -> SimulatedClient { served.client(name, on: dns) }

    /// Starts that reached the media server.
    var starts: Int {
        media.log.sendings.count { if case .start = $0.command.verb { true } else { false } }
    }

    /// A call in which 5001 talks with 5002.
    func talk() throws -> ConnectionID {
        let call = try served.call(by: agent, from: "5001", to: "5002", answering: agent)
        return call
    }
}

/// A switch that takes its time.
private final class SlowSwitch: Switch {
    private let calls: InProcessSwitch
    private let delay: Duration

    init(_ calls: InProcessSwitch, by delay: Duration) {
        self.calls = calls
        self.delay = delay
    }

    func attach(to shard: any EventLoop, port: SwitchPort) {
        calls.attach(to: shard, port: port)
    }

    func perform(_ command: SwitchCommand, on shard: any EventLoop) {
        _ = shard.after(delay) { [calls] in calls.perform(command, on: shard) }
    }
}

/// An agent's request that is asked twice.
struct AgentIdempotencyTests {
    @Test(arguments: [1, 3], 0..<6 as Range<UInt64>)
    func `is carried out once, and answered with the first answer, to whoever asks`(shards: Int, seed: UInt64) throws {
        let served = try ServedSimulation(
            seed: seed, shards: shards, dns: [.init("5001", type: .extension)],
            configure: { $0.agents = [.init(id: "1001")] })
        let first = served.client("desktop", on: ["5001"])
        let again = served.client("desktop", on: ["5001"])
        let once: KeyValueList = ["request-id": .string("login")]
        let login = TLibrary.Operation.agentLogin(AgentLogin(agentID: "1001"))
        let asked = first.send(login, thisDN: "5001", extensions: once)
        let repeated = [again, first].map { ($0, $0.send(login, thisDN: "5001", extensions: once)) }
        let other = again.send(.agentReady(AgentSettings()), thisDN: "5001", extensions: once)
        served.simulation.advance(by: .seconds(2))
        #expect(first.answers(to: asked).map(\.message) == [.eventAgentLogin])
        for (client, reference) in repeated {
            #expect(client.answers(to: reference).map(\.message) == [.eventAgentLogin])
        }
        #expect(again.answers(to: other).compactMap(\.errorCode) == [.invalidAttribute])
        #expect(Set(again.events(.eventAgentLogin).map(\.sequenceNumber)).count == 1)

        let refused = (0..<2).map { _ in
            first.send(login, thisDN: "5001", extensions: ["request-id": .string("second")])
        }
        served.simulation.advance(by: .seconds(2))
        for reference in refused { #expect(first.answers(to: reference).compactMap(\.errorCode) == [.alreadyInState]) }
    }
}
