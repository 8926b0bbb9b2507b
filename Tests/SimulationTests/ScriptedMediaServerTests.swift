import CallControl
import CallControlTesting
import CallModel
import TLibrary
import Testing

struct ScriptedMediaServerTests {
    /// A media server and what it said to the engine.
    private final class Studio {
        let simulation: Simulation
        let server: ScriptedMediaServer
        let reports = Gathered<MediaReport.Event>()
        let call = ConnectionID(rawValue: 1)
        let recording = RecordingID("r") ?? { preconditionFailure("r is an id") }()

        init(seed: UInt64 = 1, script: MediaScript = .sound, startsPaused: Bool = true) {
            simulation = Simulation(seed: seed)
            server = ScriptedMediaServer(
                in: simulation, script: script,
                capabilities: MediaCapabilities(pause: .silence, startsPaused: startsPaused))
            let (server, reports, shard) = (server, reports, simulation.shards[0])
            simulation.perform(on: shard) {
                server.attach(to: shard, server: 0, reports: MediaReports { reports.append($0.event) })
            }
        }

        func order(_ id: UInt32, _ verb: MediaCommand.Verb) {
            let command = MediaCommand(
                id: MediaCommand.ID(rawValue: id), connection: call, recording: recording, server: 0, verb: verb)
            let (server, shard) = (server, simulation.shards[0])
            simulation.perform(on: shard) { server.perform(command, on: shard) }
        }

        func start(_ id: UInt32, paused: Bool = false) {
            order(id, .start(StartParameters(fileName: "f", anchor: "5001", callUUID: "u", startsPaused: paused)))
        }
    }

    private func id(_ number: UInt32) -> MediaCommand.ID { MediaCommand.ID(rawValue: number) }

    @Test func `commands are confirmed, and what was confirmed is logged`() {
        let studio = Studio()
        for (number, verb) in [MediaCommand.Verb.pause, .resume, .stop].enumerated() {
            if number == 0 { studio.start(1) }
            studio.simulation.runUntilIdle()
            studio.order(UInt32(number + 2), verb)
        }
        studio.simulation.runUntilIdle()
        #expect(
            studio.reports.all == [
                .started(id(1), file: "f", intake: nil, proof: .simulated), .confirmed(id(2)), .confirmed(id(3)),
                .confirmed(id(4)),
            ])
        #expect(studio.server.log.entries(of: studio.call).map(\.state) == [.on, .paused, .on, .off])
        #expect(studio.server.violations.isEmpty)
        #expect(studio.server.live.isEmpty)
    }

    @Test func `a repeated command is answered again and opens no second file`() {
        let studio = Studio()
        studio.start(1)
        studio.start(1)
        studio.simulation.runUntilIdle()
        let started = MediaReport.Event.started(id(1), file: "f", intake: nil, proof: .simulated)
        #expect(studio.reports.all == [started, started])
        #expect(studio.server.log.entries.map(\.isRepeated) == [false, true])
        #expect(studio.server.violations.isEmpty)
    }

    @Test func `what makes no sense is noted`() {
        let never = Studio()
        never.order(1, .pause)
        #expect(never.server.violations.count == 1)
        let twice = Studio()
        twice.start(1)
        twice.start(2)
        #expect(twice.server.violations.count == 1)
        let reused = Studio()
        reused.start(1)
        reused.order(1, .stop)
        #expect(reused.server.violations.count == 1)
        let unable = Studio(startsPaused: false)
        unable.start(1, paused: true)
        #expect(unable.server.violations.count == 1)
        let over = Studio()
        over.start(1)
        over.order(2, .stop)
        over.simulation.runUntilIdle()
        #expect(over.server.violations.isEmpty)
        over.simulation.advance(by: .milliseconds(1))
        over.order(3, .resume)
        #expect(over.server.violations.count == 1)
    }

    @Test func `a lost command is not carried out, and one whose answer is lost is`() {
        let lost = Studio(script: .always(.loseCommand))
        lost.start(1)
        lost.simulation.runUntilIdle()
        #expect(lost.server.live.isEmpty)
        #expect(lost.reports.all.isEmpty)
        let unheard = Studio(script: .always(.loseAnswer))
        unheard.start(1)
        unheard.simulation.runUntilIdle()
        #expect(unheard.server.live.count == 1)
        #expect(unheard.reports.all.isEmpty)
        unheard.server.follow(.sound)
        unheard.start(1)
        unheard.simulation.runUntilIdle()
        #expect(unheard.reports.all == [.started(id(1), file: "f", intake: nil, proof: .simulated)])
        #expect(unheard.server.violations.isEmpty)
    }

    @Test func `held answers wait, and a lost server ends its recordings and does nothing more`() {
        let studio = Studio(script: .always(.hold))
        studio.start(1)
        studio.simulation.advance(by: .seconds(60))
        #expect(studio.reports.all.isEmpty)
        studio.server.answerHeld()
        studio.simulation.runUntilIdle()
        #expect(studio.reports.all.count == 1)
        studio.server.lose()
        studio.server.lose()
        studio.order(2, .pause)
        studio.simulation.runUntilIdle()
        #expect(studio.reports.all.dropFirst() == [.lost])
        studio.start(3)
        studio.simulation.runUntilIdle()
        #expect(studio.reports.all.dropFirst() == [.lost, .lost])
        #expect(studio.server.live.isEmpty)
    }

    @Test func `a recording that ends by itself is told once, and a pause of it is refused`() {
        let studio = Studio()
        studio.start(1)
        studio.simulation.runUntilIdle()
        studio.server.end(studio.recording, of: studio.call)
        studio.server.end(studio.recording, of: studio.call)
        studio.order(2, .pause)
        studio.simulation.runUntilIdle()
        #expect(Set(studio.reports.all.dropFirst().map { "\($0)" }).count == 2)
        #expect(studio.reports.all.contains(.ended))
        #expect(studio.reports.all.contains(.refused(id(2), .refused)))
    }

    @Test func `a seed repeats the faults of a script`() {
        func run(_ seed: UInt64) -> [MediaReport.Event] {
            let studio = Studio(seed: seed, script: .faulty(oneIn: 2, late: .seconds(20)))
            for number in 1...20 as ClosedRange<UInt32> {
                number == 1 ? studio.start(1) : studio.order(number, .stop)
            }
            studio.simulation.runUntilIdle()
            return studio.reports.all
        }
        #expect(run(5) == run(5))
        #expect(Set((0..<20).map { run($0).map { "\($0)" } }).count == 20)
    }
}
