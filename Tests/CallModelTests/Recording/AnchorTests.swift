import EventLoops
import TLibrary
import Testing

@testable import CallModel

/// Whose leg a START records (Recording contract, "Three ways to start").
struct AnchorTests {
    private func anchor(
        _ scene: CallFixture, on dn: DirectoryNumber, _ extensions: KeyValueList = [:]
    ) -> String {
        let outcome = scene.ask(.start, on: dn, extensions)
        if let refusal = outcome.refusal { return "\(refusal.rawValue)" }
        return scene.machine.recordings.live.last?.anchorDN.text ?? "nobody"
    }

    @Test func `a party records its own side, or the other one`() {
        #expect(anchor(CallFixture().talk(), on: "5001") == "5001")
        #expect(anchor(CallFixture().talk(), on: "5001", ["record": "source"]) == "5001")
        #expect(anchor(CallFixture().talk(), on: "5001", ["record": "destination"]) == "T1")
        #expect(anchor(CallFixture().talk(), on: "T1", ["RECORD": "Destination"]) == "5001")
    }

    @Test func `a supervisor's source is the agent, and the destination the other party`() {
        #expect(anchor(CallFixture().talk(), on: "5900") == "5001")
        #expect(anchor(CallFixture().talk(), on: "5900", ["record": "destination"]) == "T1")
    }

    @Test func `of two agents the called one is the supervisor's source`() {
        #expect(anchor(CallFixture().talk("5002", from: "5001"), on: "5900") == "5002")
        #expect(anchor(CallFixture().talk("5002", from: "5001"), on: "5900", ["record": "destination"]) == "5001")
    }

    @Test func `where no party or several fit, the value is wrong`() {
        #expect(anchor(CallFixture().talk("T3"), on: "5900") == "53", "no agent")
        #expect(anchor(CallFixture().talk().join("5002").join("5003"), on: "5900") == "53", "three agents")
        #expect(anchor(CallFixture().talk().join("5002"), on: "5001", ["record": "destination"]) == "53", "two others")
        let alone = CallFixture()
        alone.report(.joined("5001", role: .origination, state: .dialing))
        #expect(anchor(alone, on: "5001", ["record": "destination"]) == "53", "no other")
    }

    @Test func `Extensions dn names the party for anybody`() {
        #expect(anchor(CallFixture().talk().join("5002"), on: "5001", ["dn": "5002"]) == "5002")
        #expect(anchor(CallFixture().talk(), on: "5900", ["DN": "T1", "record": "source"]) == "T1")
        #expect(anchor(CallFixture().talk(), on: "5001", ["dn": "5002"]) == "470", "no party")
        #expect(anchor(CallFixture().talk(), on: "5001", ["dn": ""]) == "470")
    }

    @Test func `a DN is another one where its bytes differ`() {
        let directory = Directory([
            Directory.Entry(number: "caf\u{E9}", type: .extension), Directory.Entry(number: "T1", type: .trunk),
        ])
        let rules = CallPolicy(
            directory: directory, recording: RecordingOptions(), mediaServers: MediaServerList(inOrder: [.able]),
            userDataLimit: 100)
        let identity = CallIdentity(
            connection: CallFixture.connection, uuid: CallFixture.uuid, callType: .inbound, ani: "", dnis: "")
        var machine = CallMachine(identity)
        let environment = CallEnvironment(rules, at: Timestamp(monotonic: .zero, wallMicroseconds: 0))
        var effects = Effects()
        let placed = SwitchReport(
            connection: identity.connection, event: .placed(from: "T1", to: "caf\u{E9}", state: .ringing))
        machine.handle(.switching(placed), in: environment, &effects)
        for (dn, refusal) in [("cafe\u{301}", ErrorCode.partyNotOnCall), ("caf\u{E9}", nil)] {
            let request = Request(
                .privateService(4_013), reference: ReferenceID(rawValue: 1), thisDN: "T1",
                connection: identity.connection, extensions: ["dn": .string(dn)])
            effects.reset()
            machine.handle(.request(request, from: CallFixture.agent), in: environment, &effects)
            #expect(CallOutcome(effects).refusal == refusal)
        }
    }

    @Test func `nobody records a routing point or a queue`() {
        #expect(anchor(CallFixture().queue(), on: "8000") == "470")
        #expect(anchor(CallFixture().queue(), on: "T1", ["record": "destination"]) == "470")
        #expect(anchor(CallFixture().queue(at: "7000"), on: "T1", ["dn": "7000"]) == "470")
        #expect(anchor(CallFixture().queue(), on: "T1") == "T1")
    }

    @Test func `an anchor has one recording that is not over`() {
        let scene = CallFixture().talk().record("T1")
        #expect(anchor(scene, on: "5001", ["record": "destination"]) == "43")
        #expect(anchor(scene, on: "5001") == "5001")
    }
}
