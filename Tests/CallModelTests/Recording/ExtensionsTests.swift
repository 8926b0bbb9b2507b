import TLibrary
import Testing

@testable import CallModel

/// What the Extensions of a recording request may say, and in which order a request is checked.
struct ExtensionsTests {
    private func refusal(_ verb: RecordingVerb, _ extensions: KeyValueList) -> ErrorCode? {
        CallFixture().talk().ask(verb, extensions).refusal
    }

    @Test func `an id has 1 to 128 bytes of letters, digits and five signs`() {
        let longest = String(repeating: "a", count: 128)
        for id in ["a", "Z09", "a.b_c:d@e-f", longest] {
            #expect(refusal(.start, ["id": .string(id)]) == nil, "\(id)")
        }
        for id in ["", longest + "a", "a b", "a/b", "é", "a\u{0}", "a$", "a+b", "\u{212A}"] {
            #expect(refusal(.start, ["id": .string(id)]) == .invalidAttribute, "\(id)")
        }
        #expect(refusal(.start, ["id": .unicode("a")]) == nil)
        #expect(refusal(.start, ["id": 7]) == .invalidAttribute)
        #expect(refusal(.start, ["id": [:]]) == .invalidAttribute)
    }

    @Test func `an id that this call has used is not used again, over or not`() {
        let scene = CallFixture().talk().record(id: "one")
        #expect(scene.ask(.start, on: "T1", ["id": "one"]).refusal == .invalidAttribute)
        scene.ask(.stop)
        scene.confirm()
        #expect(scene.ask(.start, ["id": "one"]).refusal == .invalidAttribute)
        #expect(scene.ask(.start, ["id": "One"]).refusal == nil, "ids are told apart by case")
    }

    @Test func `without an id the engine makes one that the call has not used`() {
        let scene = CallFixture().talk()
        scene.ask(.start, ["id": .string("\(CallFixture.uuid)-2")])
        let made = scene.ask(.start, on: "T1").accepted?.first?.id.text
        #expect(made?.hasPrefix(CallFixture.uuid) == true && made != "\(CallFixture.uuid)-2")
    }

    @Test func `control names a recording that was never there, or is over`() {
        let scene = CallFixture().talk().record(id: "one")
        for verb: RecordingVerb in [.pause, .resume, .stop] {
            #expect(scene.ask(verb, ["id": "two"]).refusal == .invalidAttribute)
            #expect(scene.ask(verb, ["id": "no good"]).refusal == .invalidAttribute)
        }
        scene.ask(.stop)
        scene.confirm()
        for verb: RecordingVerb in [.pause, .resume, .stop] {
            #expect(scene.ask(verb, ["id": "one"]).refusal == .incorrectObjectState)
        }
    }

    @Test func `record says source or destination`() {
        for word in ["source", "SOURCE", "Destination"] {
            #expect(refusal(.start, ["Record": .string(word)]) == nil)
        }
        for value: KeyValue in ["", "sources", "disable_source", 1, [:], .binary([])] {
            #expect(refusal(.start, ["record": value]) == .invalidAttribute)
        }
    }

    @Test func `a pause's limit is 1 to 86,400 seconds`() {
        for (limit, code) in [(1, nil), (86_400, nil), (0, ErrorCode.invalidAttribute), (86_401, .invalidAttribute)] {
            let scene = CallFixture().talk().record()
            #expect(scene.ask(.pause, ["Max-Pause": .integer(Int32(limit))]).refusal == code, "\(limit)")
        }
        #expect(refusal(.pause, ["max-pause": "60"]) == .invalidAttribute)
        #expect(refusal(.pause, ["max-pause": .integer(.min)]) == .invalidAttribute)
        #expect(refusal(.stop, ["max-pause": 0]) == .incorrectObjectState, "a key of PAUSE alone")
    }

    @Test func `places and parameters go to the media server as they came, within their bounds`() throws {
        let place = String(repeating: "s", count: 1_024)
        let parameters: KeyValueList = ["a": "1", "b": ["c": 2]]
        let scene = CallFixture().talk()
        scene.ask(
            .start, ["DEST": .string(place), "dest2": "sip:b@c", "Params": .list(parameters), "other": [:]])
        let order = try #require(scene.lastCommand.order)
        #expect(order.destination == place && order.secondDestination == "sip:b@c" && order.parameters == parameters)
        for key in ["dest", "dest2"] {
            #expect(refusal(.start, [key: .string(place + "s")]) == .invalidAttribute)
            #expect(refusal(.start, [key: 5]) == .invalidAttribute)
        }
        // A pair of a one-byte key and a string has 8 bytes besides the text.
        let full: KeyValueList = ["k": .string(String(repeating: "x", count: 4_088))]
        #expect(full.packed.count == 4_096)
        #expect(refusal(.start, ["params": .list(full)]) == nil)
        let over: KeyValueList = ["k": .string(String(repeating: "x", count: 4_089))]
        #expect(refusal(.start, ["params": .list(over)]) == .invalidAttribute)
        #expect(refusal(.start, ["params": "a=b"]) == .invalidAttribute)
    }

    @Test func `dn names the party whose recording is meant`() {
        let scene = CallFixture().talk().record("5001", id: "one").record("T1", id: "two").clear()
        #expect(scene.ask(.pause, ["dn": "T1"]).commands == ["pause 0"])
        #expect(scene.lastCommand.recording.text == "two")
        scene.confirm()
        #expect(scene.ask(.pause, ["DN": "T1"]).refusal == .alreadyInState, "the other is not meant")
        #expect(scene.ask(.stop, ["dn": "T1", "id": "one"]).commands == ["stop 0"])
        #expect(scene.lastCommand.recording.text == "one", "an id says more than a DN")
        #expect(scene.ask(.pause, ["dn": "5001"]).refusal == .incorrectObjectState, "it has been stopped")
        #expect(scene.ask(.resume, ["dn": "5002"]).refusal == .partyNotOnCall)
        #expect(scene.ask(.resume, ["dn": .integer(1)]).refusal == .invalidAttribute)
    }

    @Test func `a request is always checked in the same order`() {
        // Each one is wrong in all that follows, too.
        let scene = CallFixture { $0.limit = 1 }.talk().record(id: "one")
        let unknown = scene.ask(.privateService(4_012), ["id": "no good", "dn": "5002"])
        #expect(unknown.refusal == .unsupportedOperation, "PrivateMsgID")
        #expect(scene.ask(.start, ["id": "no good", "dn": "5002"]).refusal == .invalidAttribute, "values")
        #expect(scene.ask(.start, ["id": "one", "dn": "5002"]).refusal == .invalidAttribute, "an id that was used")
        #expect(scene.ask(.start, ["dn": "5002"]).refusal == .partyNotOnCall, "the party")
        #expect(scene.ask(.start, ["dn": "5001"]).refusal == .alreadyInState, "the verb")
        #expect(scene.ask(.start, ["dn": "T1"]).refusal == .resourceUnavailable, "capacity")
        scene.ask(.stop)
        scene.confirm()
        #expect(scene.ask(.pause, ["max-pause": 0]).refusal == .invalidAttribute, "values before the verb")
        scene.end()
        #expect(scene.ask(.start, ["id": "no good"]).refusal == .invalidConnectionID, "the call")
    }

    @Test func `a configuration can give the verbs other numbers`() {
        let scene = CallFixture {
            $0.privateMessages.start = 3_013
            $0.privateMessages.stop = 4_013
        }.talk()
        #expect(scene.ask(.privateService(4_013)).refusal == .incorrectObjectState)
        #expect(scene.ask(.privateService(4_014)).refusal == .unsupportedOperation)
        #expect(scene.ask(.privateService(3_013)).commands == ["start 0"])
    }

    @Test func `16 recordings at once, and not one more until one is over`() {
        let scene = CallFixture().talk()
        for number in 11...27 { _ = scene.join(DirectoryNumber("60\(number)")) }
        for number in 11...26 {
            #expect(scene.ask(.start, ["dn": .string("60\(number)")]).refusal == nil)
        }
        #expect(scene.ask(.start, ["dn": "6027"]).refusal == .resourceUnavailable)
        scene.ask(.stop, ["id": .string(scene.notices[0].id.text)])
        #expect(scene.ask(.start, ["dn": "6027"]).refusal == .resourceUnavailable, "its start is not answered")
        scene.confirm(scene.command(0))
        #expect(scene.ask(.start, ["dn": "6027"]).refusal == .resourceUnavailable, "its stop is not confirmed")
        scene.confirm()
        #expect(scene.ask(.start, ["dn": "6027"]).refusal == nil)
    }

    @Test(arguments: [64, 3])
    func `a call has so many recordings in its life`(limit: Int) {
        let scene = CallFixture { $0.limit = limit }.talk()
        for _ in 1...limit {
            #expect(scene.ask(.start).refusal == nil)
            scene.confirm()
            scene.ask(.stop)
            scene.confirm()
        }
        #expect(scene.ask(.start).refusal == .resourceUnavailable)
    }
}
