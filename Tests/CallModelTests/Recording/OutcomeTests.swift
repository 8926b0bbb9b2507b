import TLibrary
import Testing

@testable import CallModel

/// EventACK at once, and one EventPrivateInfo when it is known what has become of the request.
struct OutcomeTests {
    private func result(
        _ scene: CallFixture, addressed: RecordingID?, _ entries: (RecordingID?, RecordingResult, RecordingState)...
    ) -> RecordingRequestResult {
        var list = TinyArray<RecordingRequestResult.Entry>()
        for (id, result, state) in entries {
            guard let id else { continue }
            list.append(RecordingRequestResult.Entry(id: id, result: result, state: state))
        }
        return RecordingRequestResult(
            asker: scene.asker, connection: CallFixture.connection, addressed: addressed, entries: list)
    }

    @Test func `START: an EventACK with the id, then the change and the outcome in one step`() throws {
        let scene = CallFixture().talk()
        let one = try #require(RecordingID("one"))
        let asked = scene.ask(.start, on: "5900", ["id": "one", "dn": "5001"], reasons: ["why": "audit"])
        #expect(
            asked.reply
                == CallReply(
                    to: scene.asker, about: CallFixture.connection,
                    .accepted([CallReply.RequestedState(id: one, desired: .on)])))
        #expect(scene.asker.thisDN == "5900" && scene.asker.privateMessage == 4_013)
        #expect(scene.asker.reasons == ["why": "audit"] && asked.results.isEmpty)
        let confirmed = scene.confirm()
        #expect(confirmed.outcomes == [result(scene, addressed: one, (one, .done, .on))])
        #expect(confirmed.reply == nil && confirmed.changes.count == 1)
    }

    @Test func `several recordings have one outcome, once it is known for all`() throws {
        let scene = CallFixture().talk().record("5001", id: "one").record("T1", id: "two").clear()
        scene.ask(.pause)
        let (first, second) = (scene.command(0), scene.command(1))
        #expect(scene.confirm(second).results.isEmpty)
        let both = scene.confirm(first)
        #expect(
            both.outcomes
                == [result(scene, addressed: nil, (RecordingID("two"), .done, .paused), (.one, .done, .paused))])
        #expect(both.outcomes.first?.result == .done && both.outcomes.first?.state == .paused)
    }

    @Test func `an outcome tells the recordings as they stand when it is told`() {
        let scene = CallFixture().talk().record("5001", id: "one").record("T1", id: "two").clear()
        scene.ask(.pause)
        let (first, second) = (scene.command(0), scene.command(1))
        scene.confirm(second)
        scene.ask(.resume, ["id": "two"])
        scene.confirm(scene.command(2))
        let outcome = scene.confirm(first).outcomes.first
        #expect(outcome?.entries.map(\.state) == [.on, .paused])
        #expect(outcome?.state == .on)
    }

    @Test func `the whole has failed where one has, with the first reason, and its state is the strongest`() {
        let scene = CallFixture().talk().record("5001", id: "one").pause().record("T1", id: "two")
        scene.ask(.pause, ["id": "two"])
        scene.confirm()
        _ = scene.clear()
        scene.ask(.resume)
        scene.refuse(scene.command(0))
        let outcome = scene.confirm(scene.command(1)).outcomes.first
        #expect(outcome?.result == .failed(.refused) && outcome?.state == .on)
        #expect(outcome?.entries.map(\.result) == [.failed(.refused), .done])
        #expect(outcome?.entries.map(\.state) == [.paused, .on])
    }

    static let wholes: [([RecordingResult], RecordingResult)] = [
        ([.done], .done), ([.superseded, .done], .superseded), ([.done, .superseded], .superseded),
        ([.superseded, .failed(.timeout)], .failed(.timeout)),
        ([.failed(.refused), .failed(.timeout)], .failed(.refused)),
    ]

    @Test func `failed beats superseded, and superseded beats done`() {
        for (results, whole) in Self.wholes {
            var entries = TinyArray<RecordingRequestResult.Entry>()
            for result in results {
                guard let id = RecordingID.one else { continue }
                entries.append(RecordingRequestResult.Entry(id: id, result: result, state: .off))
            }
            let outcome = RecordingRequestResult(
                asker: CallFixture().asker, connection: CallFixture.connection, addressed: nil, entries: entries)
            #expect(outcome.result == whole)
        }
    }

    @Test func `a newer wish before the command is sent supersedes, and the newest is done`() {
        let scene = CallFixture().talk()
        scene.ask(.start)
        scene.ask(.pause)
        #expect(scene.ask(.resume).verdicts == ["superseded off"])
        #expect(scene.ask(.pause).verdicts.isEmpty, "the RESUME rides on the start under way")
        #expect(scene.confirm().verdicts == ["done on", "done on"])
        #expect(scene.confirm().verdicts == ["done paused"])
    }

    @Test func `a RESUME that replaces an unsent PAUSE is done at once`() {
        let scene = CallFixture { $0.pauseFailure = .keepTrying }.talk().record()
        scene.ask(.pause)
        scene.refuse()
        let resumed = scene.ask(.resume)
        #expect(resumed.accepted?.count == 1 && resumed.verdicts == ["done on"] && resumed.media.isEmpty)
    }

    @Test func `outcome events can be off`() {
        let scene = CallFixture { $0.outcomeEvents = false }.talk()
        scene.ask(.start)
        let confirmed = scene.confirm()
        #expect(confirmed.changes.count == 1 && confirmed.results.isEmpty)
    }

    @Test func `whoever waits is told when the anchor goes, the call ends, or the server stops`() {
        for (event, reason) in [
            (SwitchReport.Event.released("5001", .ok), "anchor-gone"), (.released("5002", .ok), ""),
        ] {
            let scene = CallFixture().talk().join("5002")
            scene.ask(.start)
            #expect(scene.report(event).verdicts == (reason.isEmpty ? [] : ["failed \(reason) off"]))
        }
        let ended = CallFixture().talk()
        ended.ask(.start)
        #expect(ended.report(.released("T1", .ok)).verdicts == ["failed call-ended off"])
        #expect(ended.confirm().verdicts.isEmpty, "told once")
        let stopped = CallFixture().talk()
        stopped.ask(.start)
        #expect(stopped.step(.shutdown).verdicts == ["failed shutdown off"])
    }

    @Test func `a STOP that waits when the anchor goes has what it wanted`() {
        let sent = CallFixture().talk().join("5002").record()
        sent.ask(.stop)
        #expect(sent.report(.released("5001", .ok)).verdicts.isEmpty)
        #expect(sent.confirm().verdicts == ["done off"])
        let unsent = CallFixture().talk().join("5002")
        unsent.ask(.start)
        unsent.ask(.stop)
        #expect(unsent.report(.released("5001", .ok)).verdicts == ["failed anchor-gone off"], "the START")
        #expect(unsent.confirm().commands == ["stop 0"])
        #expect(unsent.confirm().verdicts == ["done off"])
    }

    @Test func `a request to a call that has ended finds no call`() {
        let scene = CallFixture().talk().record()
        scene.end()
        for verb in RecordingVerb.allCases {
            #expect(scene.ask(verb).refusal == .invalidConnectionID)
        }
    }
}
