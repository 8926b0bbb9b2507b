import TLibrary
import Testing

@testable import CallModel

/// A verb is judged against what is desired, whatever is still under way (Recording contract, "Requests at run time").
struct VerbTests {
    static let verdicts: [(RecordingState, RecordingVerb, RecordingDecision)] = [
        (.off, .start, .accepted), (.off, .pause, .wrongState), (.off, .resume, .wrongState),
        (.off, .stop, .wrongState),
        (.on, .start, .alreadyThere), (.on, .pause, .accepted), (.on, .resume, .alreadyThere), (.on, .stop, .accepted),
        (.paused, .start, .alreadyThere), (.paused, .pause, .alreadyThere), (.paused, .resume, .accepted),
        (.paused, .stop, .accepted),
    ]

    static let sentences: [ErrorCode: String] = [
        .alreadyInState: "The recording is already in the requested state.",
        .incorrectObjectState: "There is no recording that this request could change.",
    ]

    @Test func `each verb is judged as the contract's table says`() {
        #expect(Self.verdicts.count == RecordingState.allCases.count * RecordingVerb.allCases.count)
        for (desired, verb, verdict) in Self.verdicts {
            #expect(verb.verdict(whenDesired: desired) == verdict, "\(verb) when \(desired)")
        }
    }

    @Test(arguments: [false, true])
    func `a request is answered by that table, confirmed or not`(isConfirmed: Bool) throws {
        for (desired, verb, verdict) in Self.verdicts {
            let scene = Self.scene(desired, isConfirmed)
            let id = try #require(RecordingID("two"))
            let outcome = scene.ask(verb, verb == .start ? ["id": "two"] : [:])
            let content: CallReply.Content
            switch verdict {
            case .accepted:
                let wish = CallReply.RequestedState(id: verb == .start ? id : try #require(.one), desired: verb.target)
                content = .accepted([wish])
            case .alreadyThere: content = Self.refusal(.alreadyInState)
            case .wrongState: content = Self.refusal(.incorrectObjectState)
            }
            let reply = CallReply(to: scene.asker, about: CallFixture.connection, content)
            #expect(outcome.reply == reply, "\(verb) when \(desired)")
            if verdict != .accepted {
                var nothing = CallOutcome()
                nothing.reply = reply
                #expect(outcome == nothing, "a refusal changes nothing")
            }
        }
    }

    @Test func `a PAUSE before the start is confirmed is neither refused nor lost`() {
        let scene = CallFixture().talk()
        scene.ask(.start)
        #expect(scene.ask(.pause).accepted?.first?.desired == .paused)
        let confirmed = scene.confirm()
        #expect(confirmed.lamps == ["On"] && confirmed.verdicts == ["done on"] && confirmed.commands == ["pause 0"])
        let paused = scene.confirm()
        #expect(paused.lamps == ["Paused"] && paused.verdicts == ["done paused"])
    }

    @Test func `an accepted STOP is final for its recording, and a START waits for its answer`() throws {
        let scene = CallFixture().talk().record()
        scene.ask(.stop)
        let start = scene.ask(.start, ["id": "two"])
        #expect(start.accepted?.map(\.id.text) == ["two"] && start.media.isEmpty)
        let stopped = scene.confirm(scene.lastCommand)
        #expect(stopped.lamps == ["Off"] && stopped.commands == ["start 0"])
        #expect(try #require(stopped.media.first { _ in true }).recording.text == "two")
        let first = try #require(scene.sent.first?.order).fileName
        #expect(scene.lastCommand.order?.fileName == first + "_2")
    }

    @Test func `PAUSE, RESUME and STOP reach every live recording, or the one that is named`() throws {
        let scene = CallFixture().talk().record("5001", id: "one").record("T1", id: "two")
        #expect(scene.ask(.pause, ["ID": "two"]).commands == ["pause 0"])
        scene.confirm()
        let all = scene.ask(.pause)
        #expect(all.commands == ["pause 0"] && all.accepted?.map(\.id.text) == ["one", "two"])
        #expect(
            all.accepted?.map(\.desired) == [.paused, .paused], "those that accept do, the others stay as they are")
        scene.confirm()
        #expect(scene.ask(.pause).refusal == .alreadyInState)
        let stop = scene.ask(.stop)
        #expect(stop.accepted?.map(\.id.text) == ["one", "two"] && stop.commands == ["stop 0", "stop 0"])
    }

    @Test func `of several that refuse, one that is there already says so`() {
        let scene = CallFixture().talk().record("5001", id: "one").record("T1", id: "two")
        scene.ask(.stop, ["id": "two"])
        #expect(scene.ask(.resume).refusal == .alreadyInState)
        #expect(scene.ask(.resume, ["id": "two"]).refusal == .incorrectObjectState)
    }

    @Test func `whoever started it, another client may control it, and need be no party`() {
        let scene = CallFixture().talk().record()
        let outcome = scene.ask(.pause, on: "5900", by: CallFixture.supervisor)
        #expect(outcome.reply?.asker.client == CallFixture.supervisor && outcome.commands == ["pause 0"])
        #expect(scene.confirm().changes.map(\.thirdParty) == ["5900"])
    }

    private static func refusal(_ code: ErrorCode) -> CallReply.Content {
        .refused(RequestError(code, sentences[code] ?? ""))
    }

    private static func scene(_ desired: RecordingState, _ isConfirmed: Bool) -> CallFixture {
        let scene = CallFixture().talk()
        guard desired != .off || isConfirmed else { return scene }
        scene.ask(.start, ["id": "one"])
        if isConfirmed { scene.confirm() }
        switch desired {
        case .off: scene.ask(.stop)
        case .on: break
        case .paused: scene.ask(.pause)
        }
        if isConfirmed, desired != .on { scene.confirm() }
        return scene
    }
}
