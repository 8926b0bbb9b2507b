import CallControl
import CallControlTesting
import CallModel
import Foundation
import TLibrary
import Testing

@testable import CallControl
@testable import callcontrol

/// What is counted is what happened.
struct CountingTests {
    @Test(arguments: [1, 3]) func `counts equal the events that clients have seen`(shards: Int) throws {
        let scene = try AdminSimulation(shards: shards)
        let agent = scene.client("agent", on: ["5000", "5001"])
        let watcher = scene.client("watcher", on: ["5001"])
        let call = scene.call(agent, "5000", "5001")
        agent.ask(4_013, of: call, as: "5001")
        agent.ask(4_015, of: call, as: "5001")
        scene.simulation.runUntilIdle()
        agent.ask(4_015, of: call, as: "5001")
        agent.ask(4_016, of: call, as: "5001")
        watcher.send(bytes: [0, 0, 0, 1])
        scene.simulation.runUntilIdle()

        let metrics = try scene.metrics()
        let events = agent.events + watcher.events
        func count(_ message: MessageNumber) -> Double { Double(events.count { $0.message == message }) }
        #expect(metrics["callcontrol_requests_total"] == Double(agent.requests.count + watcher.requests.count))
        #expect(metrics["callcontrol_frames_rejected_total"] == 1)
        #expect(metrics["callcontrol_events_delivered_total"] == Double(events.count))
        #expect(metrics["callcontrol_recording_acks_total"] == count(.eventACK))
        #expect(metrics["callcontrol_recording_outcomes_total{result=\"done\"}"] == count(.eventPrivateInfo))
        #expect(metrics["callcontrol_recording_confirmation_seconds_count"] == count(.eventPrivateInfo))
        #expect(metrics["callcontrol_recording_requests_pending"] == 0)
        // Three lamps, each seen on two DNs by the agent, and by the watcher until it sent what is no frame.
        #expect(metrics["callcontrol_indication_delivery_seconds_count"] == 3)
        #expect(metrics["callcontrol_recordings{state=\"on\"}"] == 1)
        #expect(metrics["callcontrol_recordings{state=\"paused\"}"] == 0)
        #expect(metrics["callcontrol_media_commands_total{verb=\"pause\"}"] == 1)
        #expect(metrics["callcontrol_media_answers_total{answer=\"confirmed\"}"] == 3)
        #expect(metrics["callcontrol_calls"] == 1 && metrics["callcontrol_sessions"] == 1)
        #expect(metrics["callcontrol_sessions_opened_total"] == count(.eventLinkConnected))
        #expect(metrics["callcontrol_sessions_disconnected_total{reason=\"protocol\"}"] == 1)
        #expect(metrics["callcontrol_sessions_closed_total"] == 1)
    }

    @Test func `an event is encoded once for a DN, whoever hears of it`() throws {
        let scene = try AdminSimulation()
        let agent = scene.client("agent", on: ["5000", "5001"])
        for number in 0..<9 { _ = scene.client("watcher-\(number)", on: ["5001"]) }
        let before = try scene.metrics()
        let call = scene.call(agent, "5000", "5001")
        agent.send(.updateUserData(["a": .integer(1)]), thisDN: "5000", connection: call)
        scene.simulation.runUntilIdle()
        let after = try scene.metrics()
        func grown(_ name: String) -> Double { (after[name] ?? 0) - (before[name] ?? 0) }
        // Dialing, Ringing, Established twice, AttachedDataChanged twice; three of them on the watched DN.
        #expect(grown("callcontrol_events_encoded_total") == 6)
        #expect(grown("callcontrol_events_delivered_total") == 6 + 3 * 9)
        #expect(grown("callcontrol_writes_total") <= 6 + 3 * 9)
    }

    @Test func `each end of a session has its reason`() throws {
        let scene = try AdminSimulation { configuration in
            configuration.keepAlive = .seconds(2)
            configuration.password = "right"
        }
        let silent = SimulatedClient(in: scene.simulation, at: AdminSimulation.sessions, opens: false)
        let deaf = SimulatedClient(in: scene.simulation, at: AdminSimulation.sessions, opens: false)
        deaf.answersPings(false)
        deaf.send(.registerClient(RegisterClient(applicationName: "deaf", password: "right")))
        let stranger = SimulatedClient(in: scene.simulation, at: AdminSimulation.sessions)
        scene.simulation.advance(by: .seconds(8))
        let metrics = try scene.metrics()
        func ended(_ reason: String) -> Double? {
            metrics["callcontrol_sessions_disconnected_total{reason=\"\(reason)\"}"]
        }
        #expect(silent.isClosed && deaf.isClosed && stranger.isClosed)
        #expect(ended("handshake") == 1 && ended("keep-alive") == 1 && ended("slow-consumer") == 0)
        #expect(metrics["callcontrol_sessions_refused_total"] == 1)
        #expect(metrics["callcontrol_sessions"] == 0 && metrics["callcontrol_sessions_opened_total"] == 1)
    }

    @Test func `commands that fail are counted by how, and what came of their requests`() throws {
        let refusing = try AdminSimulation(script: .always(.refuse(after: .milliseconds(1))))
        let silent = try AdminSimulation(script: .always(.loseCommand))
        for (scene, answer) in [(refusing, "refused"), (silent, "unanswered")] {
            let agent = scene.client("agent", on: ["5000", "5001"])
            let call = scene.call(agent, "5000", "5001")
            agent.ask(4_013, of: call, as: "5001")
            scene.simulation.advance(by: .seconds(30))
            let metrics = try scene.metrics()
            #expect((metrics["callcontrol_media_answers_total{answer=\"\(answer)\"}"] ?? 0) >= 1, "\(answer)")
            #expect(metrics["callcontrol_recording_outcomes_total{result=\"failed\"}"] == 1)
            #expect(metrics["callcontrol_recordings_failed_total"] == 1)
            #expect(metrics["callcontrol_recordings{state=\"off\"}"] == 0)
            #expect(metrics["callcontrol_indication_delivery_seconds_count"] == 0)
        }
    }

    @Test func `every tally of a shard is handed on, and no two are one series`() {
        let registry = MetricsRegistry()
        let counters = EngineCounters(shards: 2, factory: registry)
        let shard = counters.shards[1]
        let tallies = shard.allTallies()
        #expect(tallies.count > 50)
        let series = tallies.map { $0.name + MetricsText.dimensions($0.dimensions) }
        #expect(Set(series).count == tallies.count)
        for (place, tally) in tallies.enumerated() { tally.add(place + 1) }
        for tally in counters.shards[0].allTallies() { tally.add(1_000) }
        counters.flush(EngineCounters.GaugeValues())
        counters.flush(EngineCounters.GaugeValues())
        let samples = try? PrometheusText(MetricsText.text(of: registry)).samples
        for (place, name) in series.enumerated() { #expect(samples?[name] == Double(place + 1_001), "\(name)") }
    }

    @Test func `what is counted is handed on as time goes by, also where nobody asks`() throws {
        let scene = try AdminSimulation { $0.metricsInterval = .seconds(5) }
        _ = scene.client("desk")
        func opened() -> Double? {
            try? PrometheusText(MetricsText.text(of: scene.registry)).samples["callcontrol_sessions_opened_total"]
        }
        #expect(opened() == 0)
        scene.simulation.advance(by: .seconds(6))
        #expect(opened() == 1)
        scene.stop()
        #expect(
            try PrometheusText(MetricsText.text(of: scene.registry))
                .samples["callcontrol_sessions_disconnected_total{reason=\"shutdown\"}"] == 1)
    }

    @Test func `every metric is declared, with the kind and the label values that it has`() throws {
        let registry = MetricsRegistry()
        _ = EngineCounters(shards: 1, factory: registry)
        _ = RecordMetrics(registry)
        _ = LogMetrics(registry)
        _ = HTTPMetrics(registry)
        let families = registry.families
        let own = ProgramMetrics.groups.filter { ["engine", "program", "records"].contains($0.name) }.flatMap(\.metrics)
        #expect(families.map(\.name) == own.map(\.name).sorted())
        for family in families {
            let metric = try #require(own.first { $0.name == family.name })
            #expect(family.series.values.allSatisfy { $0.kind == metric.kind.rawValue }, "\(metric.name)")
            let series = metric.label.map { label in label.values.map { "{\(label.name)=\"\($0)\"}" } } ?? [""]
            if metric.label?.values.isEmpty != true {
                #expect(Set(family.series.keys) == Set(series), "\(metric.name)")
            }
        }
    }

    @Test func `every metric has a name of its own, a unit and a help`() {
        let metrics = ProgramMetrics.groups.flatMap(\.metrics)
        #expect(Set(metrics.map(\.name)).count == metrics.count)
        for metric in metrics {
            #expect(metric.name.hasPrefix("callcontrol_") && !metric.unit.isEmpty && !metric.help.isEmpty)
            #expect(!metric.help.contains("\n") && !metric.help.hasSuffix("."), "\(metric.name)")
            #expect((metric.kind == .counter) == metric.name.hasSuffix("_total"), "\(metric.name)")
            #expect(ProgramMetrics.help(of: metric.name) == metric.help.replacing("`", with: ""))
        }
    }
}
