import TLibrary
import Testing

@testable import CallModel

/// What a call makes of who is logged in on its DNs.
struct AgentInCallTests {
    private func agents(_ outcome: CallOutcome, on dn: DirectoryNumber = "5001") -> [String] {
        outcome.events.flatMap { event in
            switch event.audience {
            case .party(let party): party.dn == dn ? [party.agentID] : []
            case .everyParty: event.facts.parties.filter { $0.dn == dn }.map(\.agentID)
            }
        }
    }

    @Test func `a DN that comes into a call brings its agent`() {
        let scene = CallFixture()
        scene.logIn("1001")
        #expect(agents(scene.report(.placed(from: "T1", to: "5001", state: .ringing))) == ["1001"])
        #expect(agents(scene.report(.established("5001"))) == ["1001"])
    }

    @Test func `an agent who logs in is in the next event of a call that was there, and none comes of the login`() {
        let scene = CallFixture().talk()
        #expect(scene.logIn("1001") == CallOutcome())
        #expect(agents(scene.report(.held("5001"))) == ["1001"])
        #expect(scene.logIn("") == CallOutcome())
        #expect(agents(scene.ask(.attachUserData(["a": 1]))) == [""])
        #expect(scene.logIn("1002", at: "5900") == CallOutcome(), "a DN that is not in the call")
    }

    @Test func `the Agent Login's option records wherever the agent sits, and beats its DN's both ways`() {
        func commands(_ agentID: String, at dn: DirectoryNumber) -> [String] {
            let scene = CallFixture()
            scene.logIn(agentID, at: dn)
            return scene.talk(dn).commands
        }
        #expect(commands("1002", at: "5001") == ["start 0"] && commands("1002", at: "5101") == ["start 0"])
        #expect(commands("1003", at: "5001") == [] && commands("1003", at: "5101") == [])
        #expect(commands("1001", at: "5001") == [] && commands("1001", at: "5101") == ["start 0"], "not set: its DN's")
    }

    @Test func `the option is looked at when the party gets its media`() {
        let scene = CallFixture().ring()
        scene.logIn("1002")
        #expect(scene.report(.established("5001")).commands == ["start 0"])
        let late = CallFixture().talk()
        late.logIn("1002")
        #expect(late.commands.isEmpty, "who logs in during a call is not recorded by it")
        let gone = CallFixture()
        gone.logIn("1002")
        _ = gone.ring()
        gone.logIn("")
        #expect(gone.report(.established("5001")).media.isEmpty)
    }

    @Test func `a request and a route beat the option of an Agent Login`() {
        let routed = CallFixture().queue()
        routed.logIn("1002")
        #expect(routed.route(["record": "disable_destination"]).answer().commands.isEmpty)
        let stopped = CallFixture()
        stopped.logIn("1002")
        _ = stopped.talk()
        stopped.confirm()
        stopped.ask(.stop)
        stopped.confirm()
        stopped.report(.released("5001", .ok))
        #expect(stopped.join("5001").commands == ["start 0", "stop 0"])
    }

    @Test func `the agent is in the file's name and in the record, as at the recording's begin`() {
        let scene = CallFixture(keepsRecords: true) {
            $0.fileName = FileNamePattern("$AGENTID$_$AGENTDN$") ?? .standard
        }
        scene.logIn("1001")
        _ = scene.talk()
        scene.ask(.start)
        #expect(scene.lastCommand.order?.fileName == "1001_5001")
        scene.logIn("1002")
        let began = scene.transitions.compactMap { transition -> String? in
            if case .began(_, let agentID) = transition.event { agentID } else { nil }
        }
        #expect(began == ["1001"])
    }
}
