import TLibrary
import Testing

@testable import CallModel

/// What clients do to the user data of a call (WireFormat, "User data").
struct UserDataTests {
    private func data(_ scene: CallFixture) -> [String] {
        scene.userData.map { "\($0.key)=\($0.value.text ?? "?")" }
    }

    @Test func `attach appends, and a key may stand twice`() {
        let scene = CallFixture().talk()
        scene.ask(.attachUserData(["a": "1"]))
        scene.ask(.attachUserData(["b": "2", "a": "3"]))
        #expect(data(scene) == ["a=1", "b=2", "a=3"])
    }

    @Test func `update replaces the first pair of a key, and removes the others`() {
        let scene = CallFixture().talk()
        scene.ask(.attachUserData(["a": "1", "b": "2", "a": "3"]))
        scene.ask(.updateUserData(["a": "4", "c": "5"]))
        #expect(data(scene) == ["a=4", "b=2", "c=5"])
    }

    @Test func `a key's pairs go together, and without one the key is wrong`() {
        let scene = CallFixture().talk()
        scene.ask(.attachUserData(["a": "1", "b": "2", "a": "3"]))
        #expect(scene.ask(.deletePair("a")).events.count == 1)
        #expect(data(scene) == ["b=2"])
        #expect(scene.ask(.deletePair("a")).refusal == .invalidAttribute)
        #expect(scene.ask(.deletePair("B")).refusal == .invalidAttribute, "user data knows case")
    }

    @Test func `each accepted request gives its event, to all, with the whole list`() throws {
        let scene = CallFixture().talk()
        for operation: TLibrary.Operation in [
            .attachUserData(["a": "1"]), .updateUserData(["a": "1"]), .updateUserData(["b": "2"]), .deletePair("b"),
            .deleteUserData, .deleteUserData,
        ] {
            let outcome = scene.ask(operation, reasons: ["why": "x"])
            let event = try #require(outcome.events.first { _ in true })
            #expect(outcome.events.count == 1 && outcome.reply == nil)
            #expect(event.message == .eventAttachedDataChanged && event.audience == .everyParty)
            #expect(event.thirdParty == "5001" && event.asker == scene.asker && event.isAnswer)
            #expect(event.facts.userData == scene.userData && event.recording == nil)
        }
        #expect(scene.userData.isEmpty)
    }

    @Test func `an empty list is wrong`() {
        let scene = CallFixture().talk()
        #expect(scene.ask(.attachUserData([:])).refusal == .invalidAttribute)
        #expect(scene.ask(.updateUserData([:])).refusal == .invalidAttribute)
    }

    @Test(arguments: ["GSIP_RECORD", "gsip_record", "Gsip_Rec_Fn", "GSIP_REC_FN"])
    func `the engine's keys are nobody else's, in any case`(key: String) {
        let scene = CallFixture().talk().record()
        let before = scene.userData
        for operation: TLibrary.Operation in [
            .attachUserData(["a": "1", key: "On"]), .updateUserData([key: "On"]), .deletePair(key),
        ] {
            let outcome = scene.ask(operation)
            #expect(outcome.refusal == .accessRestricted && outcome.events.isEmpty)
        }
        let queued = CallFixture().queue()
        let route = RouteCall(otherDN: "5001", userData: [key: "On"])
        #expect(queued.ask(.routeCall(route), on: "8000").refusal == .accessRestricted && queued.atSwitch.isEmpty)
        let call = CallFixture().ask(.makeCall(MakeCall(otherDN: "5002", userData: [key: "On"])))
        #expect(call.refusal == .accessRestricted && call.isFinished)
        #expect(scene.userData == before)
    }

    @Test func `keys that are like the engine's are anybody's`() {
        let scene = CallFixture().talk()
        for key in ["GSIP_RECORD ", "GSIP_RECORDS", "GSIP_REC", "\u{17F}GSIP_RECORD", "G\u{17F}IP_RECORD"] {
            #expect(scene.ask(.attachUserData([key: "x"])).refusal == nil)
        }
    }

    @Test func `deleting all leaves the engine's keys`() {
        let scene = CallFixture().talk().record()
        scene.ask(.attachUserData(["a": "1"]))
        scene.ask(.deleteUserData)
        #expect(scene.lamp == "On" && scene.file != nil && scene.userData.count == 2)
    }

    @Test func `the limit counts what clients set, and what goes over it changes nothing`() {
        // Each pair of a one-byte key has 8 bytes besides its text.
        let scene = CallFixture(userDataLimit: 100).talk()
        #expect(scene.ask(.attachUserData(["a": .string(String(repeating: "x", count: 42))])).refusal == nil)
        _ = scene.record()
        #expect(scene.userData.packed.count > 100, "the engine's pairs do not count")
        #expect(scene.ask(.attachUserData(["b": .string(String(repeating: "x", count: 42))])).refusal == nil)
        let full = scene.userData
        for operation: TLibrary.Operation in [
            .attachUserData(["c": ""]), .updateUserData(["c": ""]),
            .updateUserData(["a": .string(String(repeating: "x", count: 43))]),
        ] {
            #expect(scene.ask(operation).refusal == .invalidAttribute)
        }
        #expect(scene.userData == full)
        #expect(scene.ask(.updateUserData(["a": .string(String(repeating: "y", count: 42))])).refusal == nil)
        #expect(scene.ask(.deletePair("b")).refusal == nil && scene.ask(.attachUserData(["c": ""])).refusal == nil)
    }

    @Test func `a call is made with its data, within the limit`() {
        let scene = CallFixture(userDataLimit: 20)
        #expect(scene.ask(.makeCall(MakeCall(otherDN: "5002", userData: ["a": "123"]))).refusal == nil)
        let placed = scene.switchAnswers(.placed(from: "5001", to: "5002", state: .ringing))
        #expect(placed.events.allSatisfy { $0.facts.userData == ["a": "123"] })
        let over = MakeCall(otherDN: "5002", userData: ["a": "1234567890123"])
        #expect(CallFixture(userDataLimit: 20).ask(.makeCall(over)).refusal == .invalidAttribute)
    }

    @Test func `what a route attaches is there once the switch has taken it`() {
        let scene = CallFixture().queue()
        let route = RouteCall(otherDN: "5001", userData: ["skill": "billing"])
        scene.ask(.routeCall(route), on: "8000")
        scene.switchAnswers(.refused(RequestError(.badRouteDestination, "No such DN.")))
        #expect(scene.userData.isEmpty, "a refusal changes nothing")
        scene.ask(.routeCall(route), on: "8000")
        let used = scene.switchAnswers(.routeUsed(at: "8000", to: "5001"))
        #expect(used.events.map(\.facts.userData) == [["skill": "billing"]])
    }

    @Test func `only a party's DN may change it`() {
        let scene = CallFixture().talk()
        for operation: TLibrary.Operation in [
            .attachUserData(["a": "1"]), .updateUserData(["a": "1"]), .deletePair("a"), .deleteUserData,
        ] {
            #expect(scene.ask(operation, on: "5900").refusal == .partyNotOnCall)
        }
    }
}
