import TLibrary
import Testing

@testable import CallModel

/// Parties whose DN is recorded by option, and that join a call that a request has paused (Recording contract, "Who joins
/// a paused call").
struct PausedCallTests {
    private func scene(
        _ servers: [MediaCapabilities] = [.able], _ change: (inout RecordingOptions) -> Void = { _ in }
    ) -> CallFixture {
        CallFixture(servers: servers, keepsRecords: true, change).talk().record()
    }

    @Test func `a joiner's recording begins paused, and RESUME resumes all`() {
        let scene = scene().pause().clear().join("5101")
        #expect(scene.commands == ["start-paused 0"])
        let change = scene.confirm()
        #expect(change.lamps == ["Paused"] && change.notices.map(\.state) == [.paused])
        #expect(change.notices.map(\.cause) == [.configuration] && change.notices.map(\.party) == ["5101"])
        #expect(scene.file == scene.lastCommand.order?.fileName, "a file of its own")
        let resume = scene.clear().ask(.resume, on: "5101")
        #expect(resume.accepted?.count == 2 && scene.commands == ["resume 0", "resume 0"])
        for command in scene.sent { scene.confirm(command) }
        #expect(scene.lamp == "On" && scene.notices.map(\.state) == [.on, .on])
    }

    @Test func `a PAUSE that is not confirmed yet covers, too`() {
        let scene = scene()
        scene.ask(.pause)
        #expect(scene.clear().join("5101").commands == ["start-paused 0"])
    }

    @Test func `the limit of the pause warns of a joiner whose RESUME is refused behind it`() {
        let scene = scene {
            $0.pauseLimit = 60
            $0.pauseLimitAction = .warn
        }.pause()
        scene.advance(by: .seconds(59))
        let start = scene.clear().join("5101").lastCommand
        scene.ask(.resume, on: "5101", ["dn": "5101"])
        scene.confirm(start)
        #expect(scene.commands == ["start-paused 0", "resume 0"])
        let reached = scene.advance(by: .seconds(1)).flatMap(\.notices)
        #expect(reached.filter { $0.warning == .pauseLimit }.map(\.party) == ["5001"])
        #expect(scene.refuse().notices.map(\.warning) == [.pauseLimit])
    }

    @Test func `so does the pause of a recording that is armed`() {
        let scene = CallFixture().ring("5001")
        scene.ask(.start)
        scene.ask(.pause)
        #expect(scene.join("5101").commands == ["start-paused 0"])
    }

    @Test func `an agent's option counts as a DN's`() {
        let scene = scene().pause().clear()
        scene.logIn("1002", at: "5002")
        #expect(scene.join("5002").commands == ["start-paused 0"])
    }

    @Test func `whoever rang before the pause and answers in it is covered`() {
        let scene = scene()
        scene.report(.joined("5101", role: .conferenceMember, state: .ringing))
        _ = scene.pause().clear()
        #expect(scene.report(.established("5101")).commands == ["start-paused 0"])
    }

    @Test func `where the option says no, a joiner is recorded`() {
        #expect(scene { $0.pauseCoversJoiners = false }.pause().clear().join("5101").commands == ["start 0"])
    }

    @Test func `where one recording is on, a joiner's is on, too`() {
        let scene = scene().join("5002").record("5002", id: "two")
        scene.ask(.pause, ["id": "one"])
        scene.confirm()
        #expect(scene.clear().join("5101").commands == ["start 0"])
    }

    @Test func `a pause that has ended covers nobody`() {
        let resumed = scene().pause()
        resumed.ask(.resume)
        #expect(resumed.clear().join("5101").commands == ["start 0"])
        let stopped = scene().pause()
        stopped.ask(.stop)
        #expect(stopped.clear().join("5101").commands == ["start 0"])
        stopped.confirm()
        #expect(stopped.clear().join("T2").commands == ["start 0"])
        let none = CallFixture().talk()
        #expect(none.ask(.pause).refusal == .incorrectObjectState)
        #expect(none.join("5101").commands == ["start 0"])
    }

    @Test func `what somebody asks for is recorded at once`() {
        let started = scene().pause().clear().join("5002")
        started.ask(.start, on: "5002", ["dn": "5002"])
        #expect(started.commands == ["start 0"])
        let routed = CallFixture().queue()
        routed.report(.established("T1"))
        routed.ask(.start, on: "T1")
        routed.confirm()
        _ = routed.pause().clear()
        routed.route(["record": "destination"])
        #expect(routed.report(.established("5001")).commands == ["start 0"])
    }

    @Test func `a route to a DN with the option is covered`() {
        let scene = CallFixture().queue()
        scene.report(.established("T1"))
        scene.ask(.start, on: "T1")
        scene.confirm()
        _ = scene.pause().clear()
        scene.route(to: "5101")
        #expect(scene.report(.established("5101")).commands == ["start-paused 0"])
    }

    // MARK: - Whose pause it was has left

    @Test func `the pause outlives its anchor, until somebody resumes`() {
        let scene = scene().pause().clear()
        scene.report(.transferred(from: "5001", to: "5101", state: .ringing))
        #expect(scene.commands == ["stop 0"])
        scene.confirm()
        #expect(scene.lamp == "Off")
        #expect(scene.clear().report(.established("5101")).commands == ["start-paused 0"])
        scene.confirm()
        #expect(scene.lamp == "Paused")
        scene.ask(.resume, on: "5101")
        scene.confirm()
        scene.report(.transferred(from: "5101", to: "T2", state: .established))
        #expect(scene.lastCommand.summary == "start 0", "it was resumed")
    }

    @Test func `a START ends a pause that was left`() {
        let scene = scene().join("5002").pause()
        scene.report(.released("5001", .ok))
        scene.confirm()
        scene.ask(.start, on: "5002", ["id": "two"])
        scene.confirm()
        scene.ask(.stop, on: "5002")
        scene.confirm()
        #expect(scene.clear().join("5101").commands == ["start 0"])
    }

    @Test func `a STOP of what the pause covered ends a pause that was left`() {
        let scene = scene().pause().clear()
        scene.report(.transferred(from: "5001", to: "5101", state: .established))
        scene.ask(.stop, on: "5101")
        #expect(scene.clear().join("T2").commands == ["start 0"])
    }

    @Test func `an anchor that leaves while another is recorded leaves no pause`() {
        let scene = scene().join("5002").record("5002", id: "two")
        scene.ask(.pause, ["id": "one"])
        scene.confirm()
        scene.report(.released("5001", .ok))
        scene.report(.transferred(from: "5002", to: "5101", state: .established))
        #expect(scene.lastCommand.summary == "start 0")
    }

    @Test func `a pause that no media server could carry out still covers`() {
        let scene = scene { $0.tries = 1 }
        scene.ask(.pause)
        scene.refuse()
        scene.confirm()
        #expect(scene.lamp == "Off")
        #expect(scene.clear().join("5101").commands == ["start-paused 0"])
    }

    // MARK: - Media servers

    @Test func `a driver that cannot begin paused waits for RESUME`() {
        let scene = scene([.simple]).pause().clear().join("5101")
        #expect(scene.commands.isEmpty && scene.lamp == "Paused" && scene.notices.count == 2)
        let resume = scene.ask(.resume)
        #expect(resume.accepted?.count == 2 && scene.commands == ["resume 0", "start 0"])
        for command in scene.sent { scene.confirm(command) }
        #expect(scene.lamp == "On" && scene.notices.map(\.state) == [.on, .on])
    }

    @Test func `a recording that began paused comes back paused`() {
        let scene = scene([.able, .able]).pause().clear().join("5101")
        scene.confirm()
        let lost = scene.lastCommand
        scene.clear().report(.lost, of: lost.recording, from: lost.server)
        #expect(scene.commands == ["start-paused 1"])
    }

    @Test func `a RESUME that comes before its start is confirmed is carried out`() {
        let scene = scene().pause().clear().join("5101")
        let start = scene.lastCommand
        scene.ask(.resume)
        scene.confirm(start)
        #expect(scene.lastCommand.summary == "resume 0" && scene.lastCommand.recording == start.recording)
    }

    // MARK: - The limit of the pause

    private func limited(
        _ action: RecordingOptions.PauseLimitAction, _ servers: [MediaCapabilities] = [.able]
    ) -> CallFixture {
        let scene = scene(servers) { $0.pauseLimitAction = action }
        scene.ask(.pause, ["max-pause": 60])
        scene.confirm()
        scene.advance(by: .seconds(40))
        _ = scene.clear().join("5101")
        if !scene.sent.isEmpty { scene.confirm() }
        return scene.clear()
    }

    @Test func `it is that of the pause that covers it`() {
        let resumed = limited(.resume)
        #expect(resumed.advance(by: .milliseconds(19_999)).flatMap(\.media).isEmpty)
        resumed.advance(by: .milliseconds(1))
        #expect(resumed.commands == ["resume 0", "resume 0"], "both at the same time")
        let stopped = limited(.stop)
        stopped.advance(by: .seconds(20))
        #expect(stopped.commands == ["stop 0", "stop 0"])
        let warned = limited(.warn).advance(by: .seconds(20)).flatMap(\.notices)
        #expect(warned.map(\.warning) == [.pauseLimit, .pauseLimit] && Set(warned.map(\.id)).count == 2)
    }

    @Test func `it starts what waits for RESUME at a driver that cannot begin paused`() {
        let resumed = limited(.resume, [.simple])
        resumed.advance(by: .seconds(20))
        #expect(resumed.commands == ["resume 0", "start 0"])
        let stopped = limited(.stop, [.simple])
        stopped.advance(by: .seconds(20))
        #expect(stopped.commands == ["stop 0"] && stopped.notices.count == 1)
    }

    @Test func `a limit that was reached has ended a pause that was left`() {
        for (action, command) in [(RecordingOptions.PauseLimitAction.resume, "start 0"), (.warn, "start-paused 0")] {
            let scene = scene { $0.pauseLimitAction = action }
            scene.ask(.pause, ["max-pause": 60])
            scene.confirm()
            scene.report(.transferred(from: "5001", to: "5101", state: .ringing))
            scene.confirm()
            scene.advance(by: .seconds(61))
            #expect(scene.report(.established("5101")).commands == [command])
        }
    }

    // MARK: - Records

    @Test func `the record says that it began paused, and for nobody`() {
        let scene = scene().pause().join("5101")
        let wishes = scene.transitions.compactMap { transition -> RecordingTransition.Intent? in
            if case .wished(let wish) = transition.event { wish } else { nil }
        }
        #expect(wishes.last?.target == .paused && wishes.last?.cause == .configuration && wishes.last?.asker == nil)
    }

    @Test func `the end of a call is told once, however its parties leave`() {
        let scene = scene()
        scene.end()
        let wishes = scene.transitions.filter(\.event.isWish)
        #expect(wishes.count == 2, "its start and its end")
        let stopped = self.scene()
        stopped.ask(.stop)
        stopped.end()
        #expect(stopped.transitions.filter(\.event.isWish).count == 2)
    }
}
