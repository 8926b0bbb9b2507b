import TLibrary
import Testing

@testable import CallModel

/// A start that is refused, not proved, or not answered (Recording contract, "When the media server fails").
struct StartFailureTests {
    @Test func `an unanswered start is repeated with the same id, then goes to the next server`() {
        let scene = CallFixture().talk()
        scene.ask(.start)
        let first = scene.lastCommand
        #expect(scene.advance(by: .milliseconds(1_999)).isEmpty)
        scene.advance(by: .milliseconds(1))
        #expect(scene.sent == [first, first])
        scene.advance(by: .seconds(2))
        #expect(scene.sent == [first, first, first])
        scene.advance(by: .seconds(2))
        #expect(scene.commands == ["start 0", "start 0", "start 0", "stop 0", "start 1"])
        #expect(
            scene.command(3).id != first.id && scene.command(4).id != first.id
                && scene.command(3).id != scene.command(4).id)
        #expect(scene.command(4).order == first.order, "the same name and place")
    }

    @Test func `the options timeout and tries say how long and how often`() {
        let scene = CallFixture(servers: [.able]) {
            $0.tries = 1
            $0.timeout = .milliseconds(50)
        }.talk()
        scene.ask(.start)
        #expect(scene.advance(by: .milliseconds(50)).flatMap(\.verdicts) == ["failed timeout off"])
    }

    @Test(arguments: [
        (MediaFailure.refused, RecordingReason.refused, ["start 0", "start 1"]),
        (.notProved, .notProved, ["start 0", "stop 0", "start 1", "stop 1"]),
    ])
    func `where no server is left it has failed, and everybody sees it`(
        failure: MediaFailure, reason: RecordingReason, commands: [String]
    ) {
        let scene = CallFixture().talk()
        scene.ask(.start)
        let next = scene.refuse(scene.lastCommand, failure)
        #expect(next.events.isEmpty && next.results.isEmpty)
        let last = scene.refuse(scene.sent.last { $0.order != nil }, failure)
        #expect(last.lamps == ["Off"] && last.verdicts == ["failed \(reason.rawValue) off"])
        #expect(last.notices.map(\.reason) == [reason] && last.notices.map(\.state) == [.off])
        #expect(last.notices.map(\.cause) == [.request] && last.changes.map(\.thirdParty) == ["5001"])
        #expect(scene.file == nil && scene.commands == commands && scene.notices.isEmpty)
        #expect(scene.ask(.start).commands == ["start 0"], "a new START begins anew")
    }

    @Test func `a start that was given up is stopped until the server confirms it`() {
        let scene = CallFixture { $0.tries = 1 }.talk()
        scene.ask(.start)
        scene.advance(by: .seconds(2))
        scene.confirm(scene.command(2))
        let stop = scene.command(1)
        #expect(scene.commands == ["start 0", "stop 0", "start 1"] && scene.lamp == "On")
        scene.advance(by: .seconds(20))
        #expect(scene.sent.count { $0 == stop } == 11, "every two seconds")
        #expect(scene.refuse(stop).unexpectedReports == 0)
        scene.advance(by: .seconds(2))
        #expect(scene.sent.count { $0 == stop } == 12)
        #expect(scene.confirm(stop) == CallOutcome())
        scene.advance(by: .seconds(20))
        #expect(scene.sent.count { $0 == stop } == 12)
    }

    @Test func `it is told to stop no longer where the server is lost, nor for ever once the call has ended`() {
        let lost = CallFixture { $0.tries = 1 }.talk()
        lost.ask(.start)
        lost.advance(by: .seconds(2))
        lost.report(.lost, from: 0)
        lost.confirm(lost.command(2))
        #expect(lost.advance(by: .seconds(60)).flatMap(\.commands).isEmpty)

        let ended = CallFixture { $0.tries = 2 }.talk()
        ended.ask(.start)
        ended.advance(by: .seconds(4))
        ended.end()
        #expect(ended.advance(by: .seconds(60)).last?.isFinished == true)
        #expect(ended.sent.count < 12)
    }

    @Test func `a late started is stopped there, and changes nothing here`() {
        let scene = CallFixture { $0.tries = 1 }.talk()
        scene.ask(.start)
        scene.advance(by: .seconds(2))
        scene.confirm(scene.command(1))
        let late = scene.confirm(scene.command(0))
        #expect(
            late.unexpectedReports == 1 && late.commands == ["stop 0"] && late.events.isEmpty && late.results.isEmpty)
        #expect(scene.confirm(scene.command(2)).lamps == ["On"])
    }

    @Test func `a doubled started is counted, and its recording goes on`() {
        let scene = CallFixture().talk().record()
        let doubled = scene.confirm()
        #expect(doubled.unexpectedReports == 1 && doubled.events.isEmpty && doubled.media.isEmpty && scene.lamp == "On")
        scene.ask(.stop)
        scene.confirm()
        let afterwards = scene.confirm(scene.command(0))
        #expect(afterwards.unexpectedReports == 1 && afterwards.commands == ["stop 0"] && scene.lamp == "Off")
    }

    @Test func `a recording that nobody knows is stopped`() {
        let scene = CallFixture().talk()
        let started = MediaReport.Event.started(.init(rawValue: 77), file: "x", intake: nil, proof: .simulated)
        let outcome = scene.report(started, of: RecordingID("stranger"), from: 1)
        #expect(outcome.commands == ["stop 1"] && outcome.events.isEmpty && outcome.unexpectedReports == 1)
    }

    @Test func `a media server that starts strangers without end makes the call keep no more than it may`() {
        let scene = CallFixture().talk()
        for number in 1...500 {
            let started = MediaReport.Event.started(.init(rawValue: 10_000), file: "x", intake: nil, proof: .simulated)
            #expect(scene.report(started, of: RecordingID("s\(number)"), from: 0).commands == ["stop 0"])
        }
        let before = scene.sent.count
        scene.advance(by: .seconds(2))
        #expect(scene.sent.count - before == 64)
    }

    @Test func `a STOP or a PAUSE that waits is served by the next server's start`() {
        let stopped = CallFixture().talk()
        stopped.ask(.start)
        stopped.ask(.stop)
        let refused = stopped.refuse()
        #expect(refused.verdicts == ["failed refused off", "done off"] && refused.commands.isEmpty)
        #expect(refused.lamps == ["Off"], "the start has failed")

        let paused = CallFixture().talk()
        paused.ask(.start)
        paused.ask(.pause)
        #expect(paused.refuse().commands == ["start-paused 1"])
        #expect(paused.confirm().lamps == ["Paused"])
    }

    @Test func `no wish is told done where the start that was confirmed is for another`() {
        let scene = CallFixture().ring()
        scene.ask(.start)
        scene.ask(.pause)
        scene.report(.established("5001"))
        scene.ask(.resume)
        #expect(scene.refuse().verdicts == ["superseded off"], "the PAUSE")
        #expect(scene.lastCommand.summary == "start 1")
        #expect(scene.confirm().verdicts == ["done on"])
    }

    @Test func `where the next server cannot begin paused it waits for RESUME`() {
        let scene = CallFixture(servers: [.able, .simple]).talk()
        scene.ask(.start)
        scene.ask(.pause)
        let refused = scene.refuse()
        #expect(refused.commands.isEmpty && refused.verdicts == ["superseded off", "done off"])
        #expect(scene.ask(.resume).commands == ["start 1"])
    }
}
