import TLibrary
import Testing

@testable import CallModel

/// A recording that is asked for before its anchor is established.
struct ArmedTests {
    @Test func `it is accepted at once, and starts when the anchor is established`() {
        let scene = CallFixture().ring()
        let start = scene.ask(.start)
        #expect(start.accepted?.count == 1 && start.media.isEmpty && start.events.isEmpty)
        #expect(scene.report(.established("5001")).commands == ["start 0"])
        #expect(scene.lamp == nil, "nothing is confirmed yet")
        #expect(scene.confirm().verdicts == ["done on"] && scene.lamp == "On")
    }

    @Test func `the caller's starts when the caller is established`() {
        let scene = CallFixture().ring()
        scene.ask(.start, on: "T1")
        #expect(scene.report(.established("5001")).media.isEmpty)
        #expect(scene.report(.established("T1")).commands == ["start 0"])
    }

    @Test func `a PAUSE makes it begin paused, and both keys come together`() throws {
        let scene = CallFixture().ring()
        scene.ask(.start)
        #expect(scene.ask(.pause).verdicts == ["superseded off"])
        #expect(scene.report(.established("5001")).commands == ["start-paused 0"])
        let confirmed = scene.confirm()
        #expect(confirmed.lamps == ["Paused"] && confirmed.verdicts == ["done paused"])
        #expect(scene.file == scene.sent.first?.order?.fileName && scene.file != nil)
    }

    @Test func `a driver that cannot begin paused waits for RESUME`() {
        let scene = CallFixture(servers: [.simple]).ring()
        scene.ask(.start)
        scene.ask(.pause)
        let established = scene.report(.established("5001"))
        #expect(established.media.isEmpty && established.verdicts == ["done off"] && scene.lamp == nil)
        #expect(scene.ask(.pause).refusal == .alreadyInState)
        #expect(scene.ask(.resume).commands == ["start 0"])
        #expect(scene.confirm().verdicts == ["done on"])
    }

    @Test func `a STOP ends it without a change`() {
        let scene = CallFixture().ring()
        scene.ask(.start)
        let stop = scene.ask(.stop)
        #expect(stop.verdicts == ["superseded off", "done off"] && stop.events.isEmpty && stop.media.isEmpty)
        #expect(scene.report(.established("5001")).media.isEmpty && scene.lamp == nil)
    }

    @Test func `its anchor is never established`() {
        let scene = CallFixture().ring().join("5002")
        scene.ask(.start)
        let gone = scene.report(.released("5001", .noAnswer))
        #expect(gone.verdicts == ["failed anchor-gone off"] && gone.changes.isEmpty && scene.lamp == nil)
    }

    @Test func `one that waits for its anchor's stop fails where that cannot be had`() {
        let scene = CallFixture { $0.tries = 1 }.talk().record()
        scene.ask(.stop)
        scene.ask(.start, ["id": "two"])
        let outcome = scene.refuse()
        #expect(outcome.notices.map(\.id.text) == ["one", "two"] && outcome.lamps == ["Off", "Off"])
        #expect(outcome.verdicts == ["failed refused off", "failed previous-not-stopped off"])
        #expect(outcome.notices.last?.reason == .previousNotStopped && outcome.commands.isEmpty)
    }

    @Test func `one that waits for its anchor's stop can be stopped, and the next waits for the same`() {
        let scene = CallFixture().talk().record()
        scene.ask(.stop)
        let stop = scene.lastCommand
        scene.ask(.start, ["id": "two"])
        #expect(scene.ask(.stop).verdicts == ["superseded off", "done off"])
        #expect(scene.ask(.start, ["id": "three"]).media.isEmpty)
        #expect(scene.confirm(stop).commands == ["start 0"] && scene.lastCommand.recording.text == "three")
    }
}
