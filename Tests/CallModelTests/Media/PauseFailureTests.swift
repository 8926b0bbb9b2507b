import TLibrary
import Testing

@testable import CallModel

/// A pause that cannot be had is the dangerous case; a resume or a stop that cannot be had is told.
struct PauseFailureTests {
    @Test func `by default the recording is stopped, and the asker told`() {
        let scene = CallFixture().talk().record()
        scene.ask(.pause)
        let refused = scene.refuse()
        #expect(refused.commands == ["stop 0"] && refused.events.isEmpty && refused.results.isEmpty)
        #expect(scene.ask(.stop).refusal == .incorrectObjectState, "it is being stopped")
        let stopped = scene.confirm()
        #expect(stopped.lamps == ["Off"] && stopped.verdicts == ["failed refused off"])
        #expect(stopped.notices.map(\.reason) == [.refused] && stopped.notices.map(\.cause) == [.mediaFailure])
    }

    @Test func `the asker is told of the pause's failure even where the stop fails too`() {
        let scene = CallFixture(servers: [.able]) { $0.tries = 1 }.talk().record()
        scene.ask(.pause)
        scene.refuse()
        let outcome = scene.advance(by: .seconds(2))
        #expect(outcome.flatMap(\.verdicts).count == 1 && outcome.flatMap(\.lamps) == ["Off"])
        #expect(scene.notices.isEmpty)
    }

    @Test func `it can keep trying, no faster than it waits for an answer`() {
        let scene = CallFixture { $0.pauseFailure = .keepTrying }.talk().record().clear()
        scene.ask(.pause)
        let refused = scene.refuse()
        #expect(refused.verdicts == ["failed refused on"] && refused.media.isEmpty)
        #expect(refused.lamps == ["On"] && refused.notices.map(\.reason) == [.refused], "everybody is warned, once")
        scene.advance(by: .milliseconds(1_999))
        #expect(scene.commands == ["pause 0"])
        scene.advance(by: .milliseconds(1))
        #expect(scene.commands == ["pause 0", "pause 0"] && scene.command(0).id != scene.command(1).id)
        #expect(scene.refuse().events.isEmpty)
        scene.advance(by: .seconds(2))
        let confirmed = scene.confirm()
        #expect(confirmed.notices.map(\.reason) == [nil])
        #expect(confirmed.lamps == ["Paused"] && confirmed.results.isEmpty)
    }

    @Test func `each pause that cannot be had warns anew`() {
        let scene = CallFixture { $0.pauseFailure = .keepTrying }.talk().record()
        for _ in 1...2 {
            scene.ask(.pause)
            #expect(scene.refuse().notices.map(\.reason) == [.refused])
            scene.ask(.resume)
        }
        #expect(scene.notices.map(\.reason) == [nil])
    }

    @Test(arguments: [(RecordingVerb.resume, "done on", []), (.stop, "", ["stop 0"])])
    func `a newer wish ends the trying`(verb: RecordingVerb, verdict: String, commands: [String]) {
        let scene = CallFixture { $0.pauseFailure = .keepTrying }.talk().record()
        scene.ask(.pause)
        scene.refuse()
        let outcome = scene.ask(verb)
        #expect(outcome.commands == commands && outcome.verdicts.joined() == verdict)
        _ = scene.clear()
        scene.advance(by: .seconds(2))
        #expect(!scene.commands.contains("pause 0"))
    }

    @Test func `a RESUME that came meanwhile has what it wanted`() {
        let scene = CallFixture().talk().record()
        scene.ask(.pause)
        scene.ask(.resume)
        let refused = scene.refuse()
        #expect(refused.verdicts == ["failed refused on", "done on"] && refused.commands.isEmpty && scene.lamp == "On")
    }

    @Test func `a resume that cannot be had leaves it paused, and a PAUSE refused as before`() {
        let scene = CallFixture().talk().record().pause()
        scene.ask(.resume)
        let refused = scene.refuse()
        #expect(refused.verdicts == ["failed refused paused"] && refused.events.isEmpty && refused.media.isEmpty)
        #expect(scene.ask(.pause).refusal == .alreadyInState)
        #expect(scene.ask(.resume).commands == ["resume 0"])
    }

    @Test func `a PAUSE or a STOP that came while a resume failed is carried out`() {
        let paused = CallFixture().talk().record().pause()
        paused.ask(.resume)
        paused.ask(.pause)
        #expect(paused.refuse().verdicts == ["failed refused paused", "done paused"])
        let stopped = CallFixture().talk().record().pause()
        stopped.ask(.resume)
        stopped.ask(.stop)
        #expect(stopped.refuse().commands == ["stop 0"])
    }

    @Test func `a stop that is refused is repeated, then the server counts as lost`() {
        let scene = CallFixture().talk().record().clear()
        scene.ask(.stop)
        scene.refuse()
        scene.refuse()
        #expect(scene.commands == ["stop 0", "stop 0", "stop 0"] && Set(scene.sent.map(\.id)).count == 3)
        let last = scene.refuse()
        #expect(last.lamps == ["Off"] && last.verdicts == ["failed refused off"] && last.commands.isEmpty)
        #expect(last.notices.map(\.cause) == [.mediaFailure] && last.notices.map(\.reason) == [.refused])
    }

    @Test func `a stop that is not answered is repeated with its id`() {
        let scene = CallFixture().talk().record().clear()
        scene.ask(.stop)
        let outcomes = scene.advance(by: .seconds(6))
        #expect(scene.sent.count == 3 && Set(scene.sent.map(\.id)).count == 1)
        #expect(outcomes.flatMap(\.verdicts) == ["failed timeout off"] && outcomes.flatMap(\.lamps) == ["Off"])
        let late = scene.confirm(scene.command(0))
        #expect(late.unexpectedReports == 1 && late.events.isEmpty)
    }

    @Test func `a recording that has ended while its stop was under way was stopped by request`() {
        let scene = CallFixture().talk().record()
        scene.ask(.stop)
        let ended = scene.report(.ended)
        #expect(ended.notices.map(\.cause) == [.request] && ended.changes.map(\.thirdParty) == ["5001"])
    }
}
