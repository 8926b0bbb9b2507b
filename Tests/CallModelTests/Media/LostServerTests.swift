import TLibrary
import Testing

@testable import CallModel

/// A media server that is lost, and the search for another one.
struct LostServerTests {
    @Test func `the lamp goes Off at once, and On with a new file at the next server`() throws {
        let scene = CallFixture().talk().record()
        let first = try #require(scene.file)
        let lost = scene.report(.lost)
        #expect(lost.lamps == ["Off"] && lost.commands == ["start 1"] && lost.changes.map(\.thirdParty) == [nil])
        #expect(lost.notices.map(\.cause) == [.mediaFailure] && lost.notices.map(\.file) == [first])
        #expect(scene.file == first, "the key stays until there is a new file")
        let recovered = scene.confirm()
        #expect(recovered.notices.map(\.cause) == [.recovery] && recovered.lamps == ["On"])
        #expect(recovered.notices.map(\.id.text) == ["one"] && scene.file == first + "_2")
        #expect(recovered.changes.map(\.thirdParty) == [nil])
    }

    @Test func `a paused recording comes back paused`() {
        let scene = CallFixture().talk().record().pause()
        #expect(scene.report(.lost).commands == ["start-paused 1"])
        #expect(scene.confirm().lamps == ["Paused"])
    }

    @Test func `where the driver cannot begin paused it waits for RESUME, however long`() {
        let scene = CallFixture(servers: [.simple]).talk().record().pause()
        #expect(scene.report(.lost).commands.isEmpty)
        let meanwhile = scene.advance(by: .seconds(300))
        #expect(meanwhile.allSatisfy { $0 == CallOutcome() }, "nothing is searched for")
        #expect(scene.ask(.pause).refusal == .alreadyInState)
        #expect(scene.ask(.resume).commands == ["start 0"])
        let back = scene.confirm()
        #expect(back.lamps == ["On"] && back.verdicts == ["done on"] && back.notices.map(\.cause) == [.recovery])
    }

    @Test func `a START meanwhile is told that a media server is searched for, and for how long`() throws {
        let scene = CallFixture().talk().record()
        scene.report(.lost)
        _ = scene.advance(by: .milliseconds(1_500))
        guard case .refused(let refused) = try #require(scene.ask(.start).reply).content else {
            Issue.record("a START is refused while desired is on")
            return
        }
        #expect(refused.code == .alreadyInState)
        let rest = "a media server is searched for, for 29 s more."
        #expect(refused.sentence == "The recording is already in the requested state; " + rest)
        scene.confirm()
        guard case .refused(let after) = try #require(scene.ask(.start).reply).content else { return }
        #expect(after.sentence == "The recording is already in the requested state.")
    }

    @Test func `a PAUSE under way meanwhile has failed, and nothing is captured until RESUME`() {
        let scene = CallFixture(servers: [.simple]).talk().record()
        scene.ask(.pause)
        let lost = scene.report(.lost)
        #expect(lost.verdicts == ["failed no-media-server off"])
        #expect(lost.lamps.first == "Off")
        #expect(lost.commands.isEmpty)
    }

    @Test func `a STOP meanwhile is done, and the start under way is cleaned up`() {
        let scene = CallFixture().talk().record()
        scene.report(.lost)
        let stop = scene.ask(.stop)
        #expect(stop.verdicts == ["done off"] && stop.events.isEmpty && stop.commands == ["stop 1"])
        #expect(scene.advance(by: .seconds(60)).allSatisfy { $0.events.isEmpty })
    }

    @Test func `a STOP that was under way is done, too`() {
        let scene = CallFixture().talk().record()
        scene.ask(.stop)
        let lost = scene.report(.lost)
        #expect(lost.verdicts == ["done off"] && lost.lamps == ["Off"] && lost.notices.map(\.cause) == [.mediaFailure])
        #expect(scene.notices.isEmpty && lost.media.isEmpty)
    }

    @Test func `the search goes round, and after media-recovery it is over`() {
        let scene = CallFixture { $0.mediaRecovery = .seconds(10) }.talk().record().clear()
        scene.report(.lost)
        scene.refuse()
        scene.refuse()
        #expect(scene.commands == ["start 1", "start 0"], "each at once, then again after a time")
        var outcomes: [CallOutcome] = []
        for _ in 0..<9 {
            outcomes += scene.advance(by: .seconds(1))
            if scene.lastCommand.order != nil { outcomes.append(scene.refuse()) }
        }
        #expect(outcomes.flatMap(\.lamps).isEmpty && scene.sent.count >= 5)
        outcomes = scene.advance(by: .seconds(1))
        #expect(outcomes.flatMap(\.lamps) == ["Off"] && outcomes.flatMap(\.notices).map(\.reason) == [.noMediaServer])
        #expect(outcomes.flatMap(\.notices).map(\.cause) == [.recovery] && scene.notices.isEmpty)
    }

    @Test func `a second loss has its whole time for the search`() {
        let scene = CallFixture(servers: [.able]) { $0.mediaRecovery = .seconds(30) }.talk().record()
        scene.report(.lost)
        scene.confirm()
        scene.advance(by: .seconds(20))
        scene.report(.lost)
        scene.refuse()
        let meanwhile = scene.advance(by: .seconds(20))
        #expect(meanwhile.flatMap(\.lamps).isEmpty && scene.notices.count == 1)
        #expect(scene.advance(by: .seconds(15)).flatMap(\.notices).map(\.reason) == [.noMediaServer])
    }

    @Test func `a PAUSE before the next start is sent makes it a paused one`() {
        let scene = CallFixture(servers: [.able]).talk().record()
        scene.report(.lost)
        scene.refuse()
        #expect(scene.ask(.pause).media.isEmpty)
        _ = scene.clear()
        scene.advance(by: .seconds(2))
        #expect(scene.commands == ["start-paused 0"], "nothing is captured in between")
        let back = scene.confirm()
        #expect(back.lamps == ["Paused"] && back.verdicts == ["done paused"])
    }

    @Test func `a RESUME before the next start is sent makes it one that captures`() {
        let scene = CallFixture(servers: [.able]).talk().record().pause()
        scene.report(.lost)
        scene.refuse()
        #expect(scene.ask(.resume).media.isEmpty)
        _ = scene.clear()
        scene.advance(by: .seconds(2))
        #expect(scene.commands == ["start 0"] && scene.confirm().verdicts == ["done on"])
    }

    @Test func `a PAUSE before a start that the driver cannot begin paused makes it wait`() {
        let scene = CallFixture(servers: [.simple]).talk().record()
        scene.report(.lost)
        scene.refuse()
        #expect(scene.ask(.pause).verdicts == ["done off"])
        _ = scene.clear()
        scene.advance(by: .seconds(60))
        #expect(scene.sent.isEmpty && scene.ask(.resume).commands == ["start 0"])
    }

    @Test func `a server that is told to stop a start gets no other before it has confirmed`() {
        let scene = CallFixture(servers: [.able]) { $0.tries = 1 }.talk().record().clear()
        scene.report(.lost)
        scene.advance(by: .seconds(2))
        #expect(scene.commands == ["start 0", "stop 0"])
        let stop = scene.lastCommand
        scene.advance(by: .seconds(8))
        #expect(Set(scene.commands.dropFirst()) == ["stop 0"], "a start now would be stopped by it")
        scene.confirm(stop)
        #expect(scene.lastCommand.summary == "start 0" && scene.confirm().lamps == ["On"])
        scene.advance(by: .seconds(60))
        #expect(scene.lastCommand.summary == "start 0" && scene.lamp == "On")
    }

    @Test func `a pause or a resume that was under way is served by the recovery`() {
        let pausing = CallFixture().talk().record()
        pausing.ask(.pause)
        #expect(pausing.report(.lost).commands == ["start-paused 1"])
        #expect(pausing.confirm().verdicts == ["done paused"])
        let replaced = CallFixture().talk().record()
        replaced.ask(.pause)
        replaced.ask(.resume)
        let lost = replaced.report(.lost)
        #expect(lost.verdicts == ["superseded off"] && lost.commands == ["start 1"])
        #expect(replaced.confirm().verdicts == ["done on"])
        let stopped = CallFixture().talk().record()
        stopped.ask(.pause)
        stopped.ask(.stop)
        #expect(stopped.report(.lost).verdicts == ["failed no-media-server off", "done off"])
    }

    @Test func `what the other server says of its loss concerns nobody`() {
        let scene = CallFixture().talk().record()
        let other = scene.report(.lost, from: 1)
        #expect(other.events.isEmpty && other.media.isEmpty && other.unexpectedReports == 1 && scene.lamp == "On")
    }

    @Test func `a recording that ends unasked is over, and is not started again`() {
        let scene = CallFixture().ring("5101").answer("5101")
        scene.confirm()
        let ended = scene.report(.ended)
        #expect(ended.lamps == ["Off"] && ended.notices.map(\.cause) == [.mediaReport] && ended.media.isEmpty)
        let again = scene.report(.ended)
        #expect(again.events.isEmpty && again.unexpectedReports == 1)
    }

    @Test func `audio that stays away is a warning, and its coming another change`() {
        let scene = CallFixture().talk().record()
        let quiet = scene.report(.audio(missing: .both))
        #expect(quiet.lamps == ["On"] && quiet.notices.map(\.warning) == [.noMedia])
        #expect(quiet.notices.map(\.cause) == [.mediaReport])
        #expect(scene.report(.audio(missing: .both)).events.isEmpty, "said once")
        #expect(scene.report(.audio(missing: [])).notices.map(\.warning) == [nil])
        #expect(scene.report(.audio(missing: [])).events.isEmpty)
        scene.report(.audio(missing: .both))
        #expect(scene.report(.lost).notices.map(\.warning) == [nil])
    }
}
