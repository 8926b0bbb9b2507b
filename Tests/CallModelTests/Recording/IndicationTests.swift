import TLibrary
import Testing

@testable import CallModel

/// The indication is what the media server has confirmed, never what somebody asked for.
struct IndicationTests {
    static let aggregates: [([RecordingState], RecordingState)] = [
        ([], .off), ([.off], .off), ([.on], .on), ([.paused], .paused), ([.off, .paused], .paused),
        ([.paused, .on], .on), ([.on, .off], .on), ([.off, .paused, .on], .on), ([.off, .off], .off),
    ]

    @Test func `of several recordings, On beats Paused and Paused beats Off`() {
        for (states, whole) in Self.aggregates {
            #expect(RecordingState.aggregate(of: states) == whole, "\(states)")
        }
    }

    @Test func `it is absent until a start is confirmed, and does not move on a request`() {
        let scene = CallFixture().talk()
        #expect(scene.lamp == nil)
        scene.ask(.start)
        #expect(scene.lamp == nil && scene.file == nil)
        scene.confirm()
        #expect(scene.lamp == "On")
        scene.ask(.pause)
        #expect(scene.lamp == "On")
        scene.confirm()
        scene.ask(.resume)
        #expect(scene.lamp == "Paused")
        scene.confirm()
        scene.ask(.stop)
        #expect(scene.lamp == "On")
        scene.confirm()
        #expect(scene.lamp == "Off" && scene.file != nil, "the file's name stays")
    }

    @Test func `it is there, too, once a first start has failed`() {
        let scene = CallFixture(servers: [.able]).talk()
        scene.ask(.start)
        scene.refuse()
        #expect(scene.lamp == "Off" && scene.file == nil)
    }

    @Test func `On and the file come in one change, to every party, with the whole user data`() throws {
        let scene = CallFixture().talk()
        scene.ask(.attachUserData(["Account": "4711"]))
        scene.ask(.start)
        let confirmed = scene.confirm()
        let change = try #require(confirmed.changes.first)
        #expect(confirmed.events.count == 1 && change.message == .eventAttachedDataChanged)
        #expect(change.audience == .everyParty && change.facts.parties == scene.machine.parties)
        let file = try #require(scene.lastCommand.order).fileName
        #expect(change.facts.userData == ["Account": "4711", "GSIP_REC_FN": .string(file), "GSIP_RECORD": "On"])
        #expect(!change.isAnswer && change.asker == nil, "it carries no ReferenceID and no Reasons")
    }

    @Test func `the name that the media server took is the one that is shown`() throws {
        let scene = CallFixture().talk()
        scene.ask(.start)
        scene.report(.started(scene.lastCommand.id, file: "another_3", intake: nil, proof: .simulated))
        #expect(scene.file == "another_3" && scene.notices.map(\.file) == ["another_3"])
    }

    @Test func `two recordings make one indication, and each change tells of its own`() {
        let scene = CallFixture().talk().record("5001", id: "one")
        let second = scene.record("T1", id: "two")
        let secondFile = second.file
        scene.ask(.pause, ["id": "one"])
        let paused = scene.confirm()
        #expect(paused.lamps == ["On"], "a change though the value stays")
        #expect(paused.notices.map(\.id.text) == ["one"] && paused.notices.map(\.state) == [.paused])
        scene.ask(.pause, ["id": "two"])
        #expect(scene.confirm().lamps == ["Paused"])
        scene.ask(.stop, ["id": "one"])
        #expect(scene.confirm().lamps == ["Paused"])
        scene.ask(.stop)
        #expect(scene.confirm().lamps == ["Off"])
        #expect(scene.file == secondFile, "the latest")
    }

    @Test func `a site can have it in upper case`() {
        let scene = CallFixture { $0.indicationValues = .upper }.talk().record()
        #expect(scene.lamp == "ON")
        _ = scene.pause()
        #expect(scene.lamp == "PAUSED")
        scene.ask(.stop)
        scene.confirm()
        #expect(scene.lamp == "OFF")
    }

    @Test func `one change for each change, and none for anything else`() {
        let scene = CallFixture().talk()
        var changes = 0
        for verb: RecordingVerb in [.start, .pause, .resume, .pause, .stop] {
            #expect(scene.ask(verb).events.isEmpty)
            changes += scene.confirm().changes.count
            #expect(scene.confirm().events.isEmpty)
        }
        #expect(changes == 5)
    }

    @Test func `a change says whom it is for: a request, a route, or nobody`() {
        let scene = CallFixture().talk("5101")
        #expect(scene.confirm().changes.map(\.thirdParty) == [nil])
        scene.ask(.pause, on: "5900")
        #expect(scene.confirm().changes.map(\.thirdParty) == ["5900"])
        scene.report(.released("T1", .ok))
        let stopped = scene.confirm()
        #expect(stopped.changes.map(\.thirdParty) == [nil] && stopped.notices.map(\.cause) == [.release])
    }

    @Test func `the anchor leaves, and its recording alone stops`() {
        let scene = CallFixture().talk().join("5002").record("5001", id: "one").record("5002", id: "two").clear()
        let left = scene.report(.released("5001", .ok))
        #expect(left.commands == ["stop 0"] && scene.lastCommand.recording.text == "one")
        let stopped = scene.confirm()
        #expect(stopped.lamps == ["On"] && stopped.notices.map(\.cause) == [.release])
        #expect(stopped.notices.map(\.party) == ["5001"] && scene.notices.map(\.id.text) == ["two"])
    }

    @Test func `the anchor is sent elsewhere, and its recording stops as with a release`() {
        let scene = CallFixture().talk().join("5002").record("5001").clear()
        let left = scene.report(.diverted(from: "5001", to: "5003"))
        #expect(left.messages == [.eventDiverted] && left.commands == ["stop 0"])
        #expect(scene.confirm().notices.map(\.cause) == [.release])
    }

    @Test func `the call ends: EventReleased shows what was confirmed last`() {
        let scene = CallFixture().talk().record().pause()
        let released = scene.report(.released("5001", .ok))
        #expect(released.events.map { $0.facts.userData.first("GSIP_RECORD")?.text } == ["Paused"])
        #expect(released.commands == ["stop 0"])
        scene.report(.released("T1", .ok))
        let stopped = scene.confirm()
        #expect(stopped.isFinished && stopped.changes.allSatisfy { $0.facts.parties.isEmpty })
    }

    @Test func `the server stops: each effective recording gives one change`() {
        let scene = CallFixture().talk().record("5001", id: "one").record("T1", id: "two").clear()
        #expect(scene.step(.shutdown).commands == ["stop 0", "stop 0"])
        let stopped = scene.sent.map { scene.confirm($0) }
        #expect(stopped.flatMap(\.lamps) == ["On", "Off"])
        #expect(stopped.flatMap(\.notices).allSatisfy { $0.cause == .shutdown })
        #expect(scene.machine.hasEnded == false, "the call goes on")
    }
}
