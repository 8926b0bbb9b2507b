import CallControlTesting
import CallModel
import TLibrary
import Testing

@testable import CallControl

/// Sessions of one DN have its events from one place (Architecture, "Fan-out buffers"): each is encoded once, and
/// each session has one write for all of a turn. Whoever goes apart, and when, gets what is its own, once and in order.
struct FanOutBufferTests {
    private typealias Asked = (Operation, DirectoryNumber, ConnectionID)

    /// An agent with a call from 5001 to 5002, which can ask for several things in one turn.
    private struct Fixture {
        let served: ServedSimulation
        let agent: SimulatedClient
        let call: ConnectionID

        var counters: ShardCounters { served.engine.exchanges[0].counters }

        init(seed: UInt64 = 5, shards: Int = 1, linkBuffer: Int? = nil) throws {
            served = try ServedSimulation(
                seed: seed, shards: shards, linkBuffer: linkBuffer, latency: .zero...(.zero),
                dns: ["5001", "5002", "5003", "5004"].map { .init($0, type: .extension) },
                configure: { $0.keepAlive = .zero })
            agent = served.client("agent", on: ["5001"])
            agent.send(.makeCall(MakeCall(otherDN: "5002")), thisDN: "5001")
            served.simulation.advance(by: .seconds(1))
            call = try #require(agent.events(.eventDialing).first?.connID)
        }

        func client(_ name: String, on dns: [DirectoryNumber]) -> SimulatedClient { served.client(name, on: dns) }

        /// Everything in one piece, so that it is taken in one turn.
        func send(_ client: SimulatedClient, _ requests: [Asked]) {
            var bytes: [UInt8] = []
            for (place, request) in requests.enumerated() {
                let reference = ReferenceID(rawValue: Int32(1_000 + place))
                Request(request.0, reference: reference, thisDN: request.1, connection: request.2).encode(to: &bytes)
            }
            client.send(bytes: bytes)
        }

        func ask(_ client: SimulatedClient, _ requests: [Asked]) {
            send(client, requests)
            served.simulation.advance(by: .seconds(2))
        }

        func change(_ number: Int32) -> Asked {
            (.updateUserData(["number": .integer(number)]), "5001", call)
        }
    }

    private func numbers(_ client: SimulatedClient) -> [Int32] {
        client.events(.eventAttachedDataChanged).compactMap { $0.userData?.first("number")?.integer }
    }

    @Test func `a turn's events are encoded once, and each session has one write for them`() throws {
        let scene = try Fixture()
        let watchers = (0..<30).map { scene.client("w\($0)", on: ["5001"]) }
        let before = (scene.counters.eventsEncoded.value, scene.counters.writes.value)
        scene.ask(scene.agent, (0..<20).map { scene.change($0) })
        #expect(watchers.allSatisfy { numbers($0) == Array(0..<20) && $0.faults.isEmpty })
        #expect(numbers(scene.agent) == Array(0..<20))
        #expect(scene.counters.eventsEncoded.value - before.0 == 20)
        #expect(scene.counters.writes.value - before.1 == watchers.count + 1)
    }

    @Test func `copies are equal byte for byte, and only the asker's has its reference`() throws {
        let scene = try Fixture()
        let watchers = (0..<4).map { scene.client("w\($0)", on: ["5001"]) }
        scene.ask(watchers[1], [scene.change(1), scene.change(2)])
        scene.ask(scene.agent, [scene.change(3)])
        for watcher in watchers {
            let events = watcher.events(.eventAttachedDataChanged)
            #expect(
                events.compactMap(\.sequenceNumber)
                    == watchers[0].events(.eventAttachedDataChanged).compactMap(\.sequenceNumber))
            #expect(events.compactMap(\.referenceID).count == (watcher === watchers[1] ? 2 : 0))
        }
        #expect(watchers.allSatisfy { numbers($0) == [1, 2, 3] })
    }

    @Test func `one that asks in between has its answers in their places`() throws {
        let scene = try Fixture()
        let (first, second) = (scene.client("first", on: ["5001"]), scene.client("second", on: ["5001"]))
        scene.ask(
            first,
            [scene.change(1), (.queryServer, "", .none), scene.change(2), (.queryServer, "", .none), scene.change(3)])
        #expect(numbers(second) == [1, 2, 3])
        let answers = first.events.suffix(5)
        #expect(answers.map(\.referenceID) == (1_000..<1_005).map { ReferenceID(rawValue: $0) })
    }

    /// Several clients ask at one time, so that a shard may take all of it before it writes.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func `one that leaves the DN meanwhile hears nothing more, and the others do`(seed: UInt64) throws {
        let scene = try Fixture(seed: seed)
        let (leaver, stayer) = (scene.client("leaver", on: ["5001"]), scene.client("stayer", on: ["5001"]))
        let askers = (1...2).map { scene.client("asker \($0)", on: ["5001"]) }
        scene.send(askers[0], [scene.change(1)])
        scene.send(leaver, [(.unregisterAddress, "5001", .none)])
        scene.send(askers[1], [scene.change(2)])
        scene.served.simulation.advance(by: .seconds(2))
        #expect(Set(numbers(stayer)) == [1, 2] && askers.allSatisfy { numbers($0) == numbers(stayer) })
        #expect(leaver.events.last?.message == .eventUnregistered)
        #expect(numbers(leaver) == Array(numbers(stayer).prefix(numbers(leaver).count)))
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `one that asks while it follows has its own copy`(seed: UInt64) throws {
        let scene = try Fixture(seed: seed)
        let askers = (0..<4).map { scene.client("asker \($0)", on: ["5001"]) }
        for (number, asker) in askers.enumerated() { scene.send(asker, [scene.change(Int32(number))]) }
        scene.served.simulation.advance(by: .seconds(2))
        for (number, asker) in askers.enumerated() {
            #expect(numbers(asker).count == 4 && numbers(asker) == numbers(scene.agent))
            let answer = try #require(asker.answers(to: ReferenceID(rawValue: 1_000)).first)
            #expect(answer.userData?.first("number")?.integer == Int32(number))
        }
    }

    @Test(arguments: [1, 2], 0..<60 as Range<UInt64>)
    func `one that comes meanwhile, or comes again, has each change in its snapshot or after it`(
        shards: Int, seed: UInt64
    ) throws {
        let scene = try Fixture(seed: seed, shards: shards)
        let (again, late) = (scene.client("again", on: ["5001"]), scene.client("late", on: []))
        let askers = (0..<6).map { scene.client("asker \($0)", on: ["5001"]) }
        for (number, asker) in askers.enumerated() {
            scene.send(asker, [scene.change(Int32(number))])
            if number == 1 { again.register("5001") }
            if number == 3 { late.register("5001") }
        }
        scene.served.simulation.advance(by: .seconds(2))
        // In the order in which they were taken.
        let all = numbers(scene.agent)
        #expect(all.sorted() == Array(0..<6))
        for client in [again, late] {
            let place = try #require(client.events.lastIndex { $0.message == .eventRegistered })
            let calls = try #require(client.events[place].extensions?.first("calls")?.list)
            let described = try #require(calls.first { _ in true }?.value.list)
            let known = described.first("user-data")?.list?.first("number")?.integer
            let after = client.events[place...].compactMap { $0.userData?.first("number")?.integer }
            #expect(after == Array(all[((known.flatMap { all.firstIndex(of: $0) } ?? -1) + 1)...]))
            #expect(numbers(client).count == Set(numbers(client)).count)
        }
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `one whose session ends meanwhile is told nothing more`(seed: UInt64) throws {
        let scene = try Fixture(seed: seed)
        let (leaver, stayer) = (scene.client("leaver", on: ["5001"]), scene.client("stayer", on: ["5001"]))
        scene.send(scene.agent, [scene.change(1)])
        leaver.send(bytes: [0, 0, 0, 1])
        scene.send(stayer, [scene.change(2)])
        scene.served.simulation.advance(by: .seconds(2))
        #expect(Set(numbers(stayer)) == [1, 2])
        #expect(leaver.events.last?.message == .eventError && leaver.faults.isEmpty)
    }

    @Test func `one that hears of two DNs of a call has the events of both in order`() throws {
        let scene = try Fixture()
        let both = scene.client("both", on: ["5001", "5002"])
        let watchers = (0..<5).map {
            scene.client("w\($0)", on: [["5001"], ["5002"], ["5001"], ["5002"], ["5001"]][$0])
        }
        scene.ask(scene.agent, (0..<12).map { scene.change($0) })
        #expect(numbers(both) == (0..<12).flatMap { [$0, $0] })
        let numbers = both.events(.eventAttachedDataChanged).compactMap(\.sequenceNumber)
        #expect(numbers == numbers.sorted() && Set(numbers).count == 24)
        #expect(watchers.allSatisfy { self.numbers($0) == Array(0..<12) })
    }

    @Test func `one that registers again in the same turn has each change once`() throws {
        let scene = try Fixture()
        let watcher = scene.client("watcher", on: ["5001"])
        _ = scene.client("third", on: ["5001"])
        var asked: [Asked] = []
        for number in 0..<4 as Range<Int32> {
            asked += [scene.change(number), (.registerAddress(.share), "5001", .none)]
        }
        scene.ask(watcher, asked)
        scene.ask(scene.agent, [scene.change(9)])
        #expect(numbers(watcher) == [0, 1, 2, 3, 9])
        #expect(watcher.events(.eventRegistered).count == 5)
    }

    @Test func `those that fall behind in the midst of a frame go on with its rest`() throws {
        let scene = try Fixture(linkBuffer: 1_000)
        let watchers = (0..<6).map { scene.client("w\($0)", on: ["5001"]) }
        for watcher in watchers[..<3] { watcher.stall() }
        scene.ask(scene.agent, (0..<30).map { scene.change($0) })
        for watcher in watchers[..<3] { watcher.resume() }
        scene.served.simulation.advance(by: .seconds(5))
        scene.ask(scene.agent, [scene.change(40), scene.change(41)])
        #expect(watchers.allSatisfy { $0.faults.isEmpty && numbers($0).suffix(2) == [40, 41] })
        for watcher in watchers {
            let stoodFor = watcher.events(.eventAttachedDataChanged)
                .compactMap { $0.extensions?.first("conflated")?.integer }.reduce(0, +)
            #expect(numbers(watcher).count + Int(stoodFor) == 32)
        }
    }

    @Test func `while many have still to write, more may come, and goes out with what they have`() throws {
        var writes: [Int] = []
        for seed in 0..<10 as Range<UInt64> {
            let scene = try Fixture(seed: seed)
            let watchers = (0..<60).map { scene.client("w\($0)", on: ["5001"]) }
            let askers = (0..<6).map { scene.client("asker \($0)", on: ["5001"]) }
            let before = scene.counters.writes.value
            for (number, asker) in askers.enumerated() { scene.send(asker, [scene.change(Int32(number))]) }
            scene.served.simulation.advance(by: .seconds(2))
            let all = numbers(scene.agent)
            #expect(all.sorted() == Array(0..<6))
            #expect(watchers.allSatisfy { numbers($0) == all && $0.faults.isEmpty })
            #expect(askers.allSatisfy { numbers($0) == all })
            writes.append(scene.counters.writes.value - before)
        }
        // Each has at least one write, and never more than one for each change.
        #expect(writes.allSatisfy { $0 >= 67 && $0 <= 67 * 6 })
        #expect(writes.contains { $0 < 67 * 4 })
    }

    @Test func `a turn that brings more than should be in memory is written in its midst`() throws {
        let scene = try Fixture(linkBuffer: 1 << 24)
        let watchers = (0..<3).map { scene.client("w\($0)", on: ["5001"]) }
        let text = String(repeating: "x", count: 14_000)
        scene.ask(scene.agent, [(.updateUserData(["text": .string(text)]), "5001", scene.call)])
        let before = scene.counters.writes.value
        scene.ask(scene.agent, (0..<30).map { scene.change($0) })
        #expect(watchers.allSatisfy { numbers($0) == Array(0..<30) && $0.faults.isEmpty })
        // 30 times 14,000 bytes come, of which 65,536 may lie on the page, and as many in the agent's own bytes.
        #expect(scene.counters.writes.value - before == 6 * (watchers.count + 1))
    }
}
