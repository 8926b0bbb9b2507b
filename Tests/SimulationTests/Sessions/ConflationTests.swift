import CallControl
import CallControlTesting
import CallModel
import TLibrary
import Testing

/// A client that reads slowly is told how things stand, not how they came to be so (WireFormat, "Clients that read
/// slowly").
struct ConflationTests {
    private struct Fixture {
        let served: ServedSimulation
        let agent: SimulatedClient
        let watcher: SimulatedClient
        let call: ConnectionID

        func change(_ count: Int, from first: Int = 0, by client: SimulatedClient? = nil) {
            for number in first..<first + count {
                (client ?? agent).send(
                    .updateUserData(["number": .integer(Int32(number))]), thisDN: "5001", connection: call)
                served.simulation.advance(by: .milliseconds(10))
            }
        }

        /// The numbers that a client was told, each with how many it stands for.
        func told(_ client: SimulatedClient) -> [(number: Int32, conflated: Int32)] {
            client.events(.eventAttachedDataChanged).filter { $0.thisDN == "5001" }.compactMap { event in
                guard let number = event.userData?.first("number")?.integer else { return nil }
                return (number, event.extensions?.first("conflated")?.integer ?? 0)
            }
        }
    }

    private func scene(seed: UInt64 = 11, shards: Int = 1) throws -> Fixture {
        let served = try ServedSimulation(
            seed: seed, shards: shards, linkBuffer: 2_000,
            dns: [.init("5001", type: .extension), .init("5002", type: .extension)],
            media: { [ScriptedMediaServer(in: $0, name: "media", script: .sound)] },
            configure: { $0.keepAlive = .zero })
        let agent = served.client("agent", on: ["5001", "5002"])
        let watcher = served.client("watcher", on: ["5001"])
        let call = try served.call(by: agent, from: "5001", to: "5002", answering: agent)
        return Fixture(served: served, agent: agent, watcher: watcher, call: call)
    }

    @Test(arguments: [1, 3]) func `the last word arrives, and says how many it stands for`(shards: Int) throws {
        let scene = try scene(shards: shards)
        scene.watcher.stall()
        scene.change(500)
        scene.watcher.resume()
        scene.served.simulation.advance(by: .seconds(5))
        let told = scene.told(scene.watcher)
        #expect(told.count < 20)
        #expect(told.last?.number == 499)
        // Each number but those told is stood for by the next one that is.
        #expect(told.reduce(0) { $0 + Int($1.conflated) + 1 } == 500)
        for (before, after) in zip(told, told.dropFirst()) {
            #expect(after.number - before.number == after.conflated + 1)
        }
        #expect(scene.told(scene.agent).map(\.number) == (0..<500).map { $0 }, "who keeps up sees every change")
        #expect(scene.watcher.faults.isEmpty && !scene.watcher.isClosed)
    }

    @Test func `a session that has caught up sees every change again`() throws {
        let scene = try scene()
        scene.watcher.stall()
        scene.change(100)
        scene.watcher.resume()
        scene.served.simulation.advance(by: .seconds(5))
        let before = scene.told(scene.watcher).count
        scene.change(50, from: 100)
        scene.served.simulation.advance(by: .seconds(1))
        let after = scene.told(scene.watcher).dropFirst(before)
        #expect(after.map(\.number) == (100..<150).map { $0 })
        #expect(after.allSatisfy { $0.conflated == 0 })
    }

    @Test func `answers to its own requests all arrive`() throws {
        let scene = try scene()
        scene.watcher.stall()
        scene.change(20)
        let first = scene.watcher.requests.count
        for number in 20..<40 {
            scene.change(1, from: number, by: scene.watcher)
            scene.change(1, from: 100 + number)
        }
        scene.watcher.resume()
        scene.served.simulation.advance(by: .seconds(5))
        for request in scene.watcher.requests[first...] {
            #expect(scene.watcher.answers(to: request.reference).map(\.message) == [.eventAttachedDataChanged])
        }
        #expect(scene.told(scene.watcher).last?.number == 139)
        #expect(scene.told(scene.watcher).reduce(0) { $0 + Int($1.conflated) + 1 } == 60)
    }

    @Test func `what a recording did outlives changes of other data, and not its own next one`() throws {
        let scene = try scene()
        scene.watcher.stall()
        scene.change(20)
        for (service, number) in [(4_013, 100), (4_015, 200), (4_016, 300), (4_015, 400)] as [(Int32, Int)] {
            scene.agent.ask(service, of: scene.call, as: "5001")
            scene.served.simulation.advance(by: .seconds(1))
            scene.change(3, from: number)
        }
        scene.watcher.resume()
        scene.served.simulation.advance(by: .seconds(5))
        let changes = scene.watcher.events(.eventAttachedDataChanged)
        let states = changes.compactMap { CallView.recording(in: $0)?.first("state")?.text }
        #expect(states == ["paused"])
        #expect(changes.last?.userData?.first("number") == .integer(402))
        #expect(changes.last.flatMap(CallView.lamp) == "Paused")
        let accounted = changes.reduce(0) { $0 + 1 + Int($1.extensions?.first("conflated")?.integer ?? 0) }
        #expect(accounted == scene.agent.events(.eventAttachedDataChanged).count { $0.thisDN == "5001" })
    }
}
