import CallControl
import CallControlTesting
import CallModel
import Foundation
import TLibrary
import Testing

/// Sessions that lost their connection, and those that read slowly, as who looks in sees them.
struct LostSessionTests {
    private func row(_ scene: AdminSimulation, _ application: String) throws -> [String: Any]? {
        let rows = try scene.json("/sessions")["sessions"] as? [[String: Any]]
        return rows?.first { $0["application"] as? String == application }
    }

    @Test func `a session that waits is shown, is not over, and is the same once it is taken up`() throws {
        let scene = try AdminSimulation(shards: 3)
        let lost = SimulatedClient(in: scene.simulation, at: AdminSimulation.sessions, name: "desk", takesUp: true)
        scene.simulation.runUntilIdle()
        let before = try #require(try row(scene, "desk"))
        lost.connection.cut()
        scene.simulation.advance(by: .seconds(1))
        let waiting = try #require(try row(scene, "desk"))
        #expect(waiting["state"] as? String == "waiting" && waiting["peer"] as? String == "")
        #expect(waiting["id"] as? String == before["id"] as? String)
        var metrics = try scene.metrics()
        #expect(metrics["callcontrol_sessions"] == 1 && metrics["callcontrol_sessions_closed_total"] == 0)

        let again = SimulatedClient(takingUp: lost, in: scene.simulation, at: AdminSimulation.sessions)
        scene.simulation.advance(by: .seconds(1))
        let open = try #require(try row(scene, "desk"))
        #expect(open["state"] as? String == "open" && open["opened"] as? String == before["opened"] as? String)
        again.connection.cut()
        scene.simulation.advance(by: scene.engine.configuration.limits.retentionAge + .seconds(1))
        #expect(try row(scene, "desk") == nil)
        metrics = try scene.metrics()
        #expect(metrics["callcontrol_sessions_resumed_total"] == 1)
        #expect(metrics["callcontrol_sessions_expired_total"] == 1)
        #expect(metrics["callcontrol_sessions"] == 0 && metrics["callcontrol_sessions_closed_total"] == 1)
    }

    @Test func `a session that does not answer is not over where it can be taken up`() throws {
        let scene = try AdminSimulation { $0.keepAlive = .seconds(2) }
        let deaf = SimulatedClient(in: scene.simulation, at: AdminSimulation.sessions, name: "deaf", takesUp: true)
        deaf.answersPings(false)
        scene.simulation.advance(by: .seconds(8))
        #expect(deaf.isClosed)
        #expect(try row(scene, "deaf")?["state"] as? String == "waiting")
        #expect(try scene.metrics()["callcontrol_sessions_disconnected_total{reason=\"keep-alive\"}"] == 0)
    }

    @Test func `what newer events stand for is counted, for the session and for all`() throws {
        let scene = try AdminSimulation(linkBuffer: 1_000)
        let agent = scene.client("agent", on: ["5000", "5001"])
        let slow = scene.client("slow", on: ["5000"])
        let call = scene.call(agent, "5000", "5001")
        slow.stall()
        for number in 0..<100 as Range<Int32> {
            agent.send(.updateUserData(["number": .integer(number)]), thisDN: "5000", connection: call)
            scene.simulation.advance(by: .milliseconds(10))
        }
        slow.resume()
        scene.simulation.advance(by: .seconds(2))
        let told = slow.events(.eventAttachedDataChanged).reduce(0) { sum, event in
            sum + Int(event.extensions?.first("conflated")?.integer ?? 0)
        }
        #expect(told > 50)
        #expect(try row(scene, "slow")?["conflated"] as? Int == told)
        #expect(try row(scene, "agent")?["conflated"] as? Int == 0)
        #expect(try scene.metrics()["callcontrol_events_conflated_total"] == Double(told))
    }
}
