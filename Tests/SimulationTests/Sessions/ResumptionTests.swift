import CallControl
import CallControlTesting
import CallModel
import TLibrary
import Testing

/// A client that lost its connection goes on where it was (WireFormat, "Session resumption").
struct ResumptionTests {
    private struct Fixture {
        let served: ServedSimulation
        let agent: SimulatedClient
        let call: ConnectionID
        var simulation: Simulation { served.simulation }

        func change(_ numbers: Range<Int32>) {
            for number in numbers {
                agent.send(.updateUserData(["number": .integer(number)]), thisDN: "5001", connection: call)
                simulation.advance(by: .milliseconds(5))
            }
        }

        /// The last number that a client was told, and how many changes it was told of or that were stood for.
        func told(_ client: SimulatedClient) -> (last: Int32?, accounted: Int) {
            let changes = client.events(.eventAttachedDataChanged)
            return (
                changes.last?.userData?.first("number")?.integer,
                changes.reduce(0) { $0 + 1 + Int($1.extensions?.first("conflated")?.integer ?? 0) }
            )
        }

        func takeUp(_ lost: SimulatedClient) -> SimulatedClient {
            let client = SimulatedClient(takingUp: lost, in: simulation, at: ServedSimulation.address)
            simulation.advance(by: .seconds(1))
            return client
        }
    }

    private func scene(
        seed: UInt64 = 4, shards: Int = 1, linkBuffer: Int? = nil,
        _ limits: (inout EngineConfiguration.Limits) -> Void = { _ in }
    ) throws -> Fixture {
        let served = try ServedSimulation(
            seed: seed, shards: shards, linkBuffer: linkBuffer,
            dns: ["5001", "5002", "5003"].map { .init($0, type: .extension) },
            configure: { limits(&$0.limits) })
        let agent = served.client("agent", on: ["5001"])
        agent.send(.makeCall(MakeCall(otherDN: "5002")), thisDN: "5001")
        served.simulation.advance(by: .seconds(1))
        let call = try #require(agent.events(.eventDialing).first?.connID)
        return Fixture(served: served, agent: agent, call: call)
    }

    private func isRegistered(_ client: SimulatedClient, on dn: DirectoryNumber, _ scene: Fixture) -> Bool {
        let asked = client.send(.unregisterAddress, thisDN: dn)
        scene.simulation.advance(by: .seconds(1))
        return client.answers(to: asked).first?.message == .eventUnregistered
    }

    @Test(arguments: [1, 4], 0..<12 as Range<UInt64>)
    func `nothing is missed and nothing comes twice, on whichever shard the client comes back`(
        shards: Int, seed: UInt64
    ) throws {
        let scene = try scene(seed: seed, shards: shards)
        var watcher = scene.served.client("watcher", on: ["5001"], takesUp: true)
        let id = watcher.sessionID
        var number: Int32 = 0
        for _ in 0..<5 {
            scene.change(number..<number + 20)
            number += 20
            watcher.connection.cut()
            scene.change(number..<number + 20)
            number += 20
            watcher = scene.takeUp(watcher)
            #expect(watcher.sessionID == id)
        }
        scene.change(number..<number + 5)
        scene.simulation.advance(by: .seconds(1))
        #expect(scene.told(watcher).last == number + 4)
        #expect(scene.told(watcher).accounted == Int(number) + 5)
        let numbers = watcher.events.compactMap(\.sequenceNumber)
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
        #expect(isRegistered(watcher, on: "5001", scene))
    }

    @Test(arguments: [1, 4]) func `the old connection is closed where it is still there`(shards: Int) throws {
        let scene = try scene(shards: shards)
        let watcher = scene.served.client("watcher", on: ["5001"], takesUp: true)
        let again = scene.takeUp(watcher)
        #expect(watcher.isClosed && !again.isClosed && again.keptSession)
        scene.change(0..<10)
        #expect(scene.told(again).accounted == 10)
    }

    @Test func `a private registration is held all the while`() throws {
        let scene = try scene(shards: 3)
        let owner = scene.served.client("owner", takesUp: true)
        owner.register("5003", mode: .private)
        scene.simulation.advance(by: .seconds(1))
        owner.connection.cut()
        let other = scene.served.client("other")
        let asked = other.register("5003")
        scene.simulation.advance(by: .seconds(1))
        #expect(other.answers(to: asked).first?.errorCode == .resourceSeized)
        let again = scene.takeUp(owner)
        #expect(again.keptSession && isRegistered(again, on: "5003", scene))
    }

    /// Why a session cannot be taken up, and what a client says then.
    enum Obstacle: CaseIterable, Sendable {
        case unknown, expired, noCount, tooHigh, tooLow, notKept, cut
    }

    @Test(arguments: Obstacle.allCases, [1, 4])
    func `otherwise there is a new session, and the old one's registrations are gone before`(
        _ obstacle: Obstacle, shards: Int
    ) throws {
        let scene = try scene(shards: shards, linkBuffer: obstacle == .cut ? 4_000 : nil) { limits in
            limits.retentionAge = .seconds(20)
            if obstacle == .tooLow { limits.retentionBytes = 1_000 }
            if obstacle == .cut { limits.backlogBytes = 20_000 }
        }
        let owner = scene.served.client("owner", takesUp: obstacle != .notKept)
        owner.register("5001")
        owner.register("5003", mode: .private)
        scene.simulation.advance(by: .seconds(1))
        scene.change(0..<50)
        var (id, received) = (owner.sessionID, owner.countedEvents)
        switch obstacle {
        case .unknown: id = String(repeating: "0", count: 32)
        case .expired:
            owner.connection.cut()
            scene.simulation.advance(by: .seconds(21))
        case .tooHigh: received = received.map { $0 + 1 }
        case .tooLow: received = 3
        case .noCount: received = nil
        case .notKept: break
        case .cut:
            owner.stall()
            for _ in 0..<400 { owner.send(.queryServer) }
            scene.simulation.advance(by: .seconds(3))
        }
        let again = SimulatedClient(in: scene.simulation, at: ServedSimulation.address, name: "owner", opens: false)
        var extensions: KeyValueList = ["take-up": .integer(1)]
        if let received { extensions.append("received", .string("\(received)")) }
        again.send(
            .registerClient(RegisterClient(applicationName: "owner", sessionID: id)), extensions: extensions)
        // In one write with it: what follows must wait for the old session to be gone.
        if obstacle != .unknown { again.register("5003", mode: .private) }
        scene.simulation.advance(by: .seconds(1))
        let fresh = try #require(again.sessionID)
        #expect(fresh != id && fresh != owner.sessionID)
        #expect(again.events(.eventRegistered).count == (obstacle == .unknown ? 0 : 1))
        if obstacle == .cut {
            owner.resume()
            scene.simulation.advance(by: .seconds(1))
        }
        #expect(owner.isClosed == (obstacle != .unknown))
        #expect(!isRegistered(again, on: "5001", scene))
        // The new one can be taken up in its turn.
        again.connection.cut()
        #expect(scene.takeUp(again).sessionID == fresh)
    }

    @Test func `another application's session is not touched`() throws {
        let scene = try scene(shards: 2)
        let owner = scene.served.client("owner", on: ["5001"], takesUp: true)
        let thief = SimulatedClient(in: scene.simulation, at: ServedSimulation.address, name: "thief", opens: false)
        thief.send(
            .registerClient(RegisterClient(applicationName: "thief", sessionID: owner.sessionID)),
            extensions: ["received": .string("\(owner.countedEvents ?? 0)")])
        scene.simulation.advance(by: .seconds(1))
        #expect(thief.sessionID != owner.sessionID && thief.sessionID != nil)
        scene.change(0..<3)
        #expect(scene.told(owner).accounted == 3 && scene.told(thief).accounted == 0)
    }

    @Test func `what a client has received need not be kept, and a count that cannot be is ignored`() throws {
        let scene = try scene { $0.retentionBytes = 1_000_000 }
        let watcher = scene.served.client("watcher", on: ["5001"], takesUp: true)
        scene.change(0..<30)
        let count = watcher.countedEvents ?? 0
        for received in ["\(count - 2)", "\(count - 5)", "\(count + 1)", "x", "-1"] {
            watcher.send(.received(["received": .string(received)]))
        }
        watcher.send(.received([:]))
        scene.simulation.advance(by: .seconds(1))
        let status = try #require(scene.served.sessions.first { $0.application == "watcher" })
        #expect(status.outbox.sent == UInt64(count) && status.outbox.keptBytes > 0)
        #expect(status.outbox.keptBytes < 2 * 1_000)
        watcher.connection.cut()
        #expect(scene.takeUp(watcher).keptSession)
    }

    @Test func `at the limit of sessions the one that waits longest goes first`() throws {
        let scene = try scene(shards: 3) { $0.sessions = 4 }
        let waiting = (0..<3).map { scene.served.client("client \($0)", takesUp: true) }
        for client in [waiting[1], waiting[0]] {
            client.connection.cut()
            scene.simulation.advance(by: .seconds(1))
        }
        let newcomer = scene.served.client("newcomer")
        #expect(newcomer.sessionID != nil)
        #expect(!scene.takeUp(waiting[1]).keptSession || scene.served.sessions.count <= 4)
        let another = scene.served.client("another")
        #expect(another.events(.eventError).first?.errorCode == .serviceUnavailable || scene.served.sessions.count <= 4)
        #expect(scene.served.sessions.count <= 4)
    }

    @Test func `a session whose frame was no frame is taken up too`() throws {
        let scene = try scene()
        let watcher = scene.served.client("watcher", on: ["5001"], takesUp: true)
        watcher.send(bytes: [0, 0, 0, 1])
        scene.simulation.advance(by: .seconds(1))
        #expect(watcher.isClosed)
        scene.change(0..<5)
        let again = scene.takeUp(watcher)
        #expect(again.keptSession)
        #expect(scene.told(again) == (4, 5))
    }

    @Test func `nothing is kept for a session that did not ask for it`() throws {
        let scene = try scene()
        let watcher = scene.served.client("watcher", on: ["5001"])
        scene.change(0..<20)
        let status = try #require(scene.served.sessions.first { $0.application == "watcher" })
        #expect(status.outbox.keptBytes == 0)
        watcher.connection.cut()
        scene.simulation.advance(by: .seconds(1))
        #expect(!scene.served.sessions.contains { $0.application == "watcher" })
    }

    @Test(arguments: ["2", "-1", "yes"]) func `take-up is 1 or is refused`(value: String) throws {
        let scene = try scene()
        let client = SimulatedClient(in: scene.simulation, at: ServedSimulation.address, name: "c", opens: false)
        let given: KeyValue = Int32(value).map { .integer($0) } ?? .string(value)
        client.send(.registerClient(RegisterClient(applicationName: "c")), extensions: ["take-up": given])
        scene.simulation.advance(by: .seconds(1))
        #expect(client.events.map(\.errorCode) == [.invalidAttribute] && !client.isClosed)
    }
}
