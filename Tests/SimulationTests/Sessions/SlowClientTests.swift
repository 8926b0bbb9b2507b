import CallControl
import CallControlTesting
import CallModel
import TLibrary
import Testing

/// A client that reads too slowly costs itself its session, and learns why where it still can.
struct SlowClientTests {
    private struct Fixture {
        let simulation: Simulation
        let agent: SimulatedClient
        let watcher: SimulatedClient
        let call: ConnectionID

        /// Holds and retrieves the call so often, which both clients hear of and no newer event stands for; slowly enough
        /// for one that reads.
        func change(_ count: Int) {
            for number in 0..<count {
                agent.send(number % 2 == 0 ? .holdCall : .retrieveCall, thisDN: "5001", connection: call)
                simulation.advance(by: .milliseconds(10))
            }
        }
    }

    private func scene(_ limits: (inout EngineConfiguration.Limits) -> Void) throws -> Fixture {
        let served = try ServedSimulation(
            seed: 11, linkBuffer: 2_000, dns: [.init("5001", type: .extension), .init("5002", type: .extension)],
            configure: { configuration in
                configuration.keepAlive = .zero
                limits(&configuration.limits)
            })
        let agent = served.client("agent", on: ["5001", "5002"])
        let watcher = served.client("watcher", on: ["5001"])
        let call = try served.call(by: agent, from: "5001", to: "5002", answering: agent)
        return Fixture(simulation: served.simulation, agent: agent, watcher: watcher, call: call)
    }

    @Test func `past its limit of bytes a session is cut, and told why behind a whole frame`() throws {
        let scene = try scene { $0.backlogBytes = 15_000 }
        scene.watcher.stall()
        scene.change(110)
        scene.watcher.resume()
        scene.simulation.advance(by: .seconds(3))
        #expect(scene.watcher.faults.isEmpty)
        let last = try #require(scene.watcher.events.last)
        #expect(last.message == .eventLinkDisconnected)
        #expect(last.extensions?.first("reason") == .string("slow-consumer"))
        #expect(scene.watcher.isClosed)
        #expect(scene.agent.events(.eventHeld).filter { $0.thisDN == "5001" }.count == 55 && !scene.agent.isClosed)
    }

    @Test func `past its limit of age a session is cut too`() throws {
        let scene = try scene { $0.backlogAge = .seconds(5) }
        scene.watcher.stall()
        scene.change(40)
        scene.simulation.advance(by: .milliseconds(5_500))
        scene.watcher.resume()
        scene.simulation.advance(by: .seconds(3))
        #expect(scene.watcher.events.last?.message == .eventLinkDisconnected && scene.watcher.isClosed)
    }

    @Test func `a session that reads nothing any more is closed all the same`() throws {
        let scene = try scene { $0.backlogBytes = 20_000 }
        scene.watcher.stall()
        scene.change(200)
        scene.simulation.advance(by: .seconds(5))
        scene.watcher.resume()
        scene.simulation.advance(by: .seconds(1))
        #expect(scene.watcher.isClosed)
        #expect(scene.watcher.events(.eventLinkDisconnected).isEmpty)
    }

    @Test func `a session that falls behind within its limits misses nothing`() throws {
        let scene = try scene { _ in }
        scene.watcher.stall()
        scene.change(200)
        scene.watcher.resume()
        scene.simulation.advance(by: .seconds(5))
        let told = scene.watcher.events.map(\.message).filter { $0 == .eventHeld || $0 == .eventRetrieved }
        #expect(told == (0..<200).map { $0 % 2 == 0 ? .eventHeld : .eventRetrieved })
        #expect(!scene.watcher.isClosed)
    }
}
