import TLibrary
import Testing

@testable import CallModel

/// The events of a call as it moves, and which of them answers whose request (WireFormat, "Events").
struct CallFlowTests {
    /// Such as `Ringing 5001/2 other T1/1 ref why`: the message, ThisDN and its role, OtherDN and its role where there
    /// is exactly one other party, then ThirdPartyDN, CallState, ReferenceID and Reasons where they are there.
    private func tell(_ outcome: CallOutcome) -> [String] {
        outcome.events.map { event in
            guard case .party(let party) = event.audience else { return "\(event.message) to all" }
            var words = [event.message.name.replacing("Event", with: ""), "\(party.dn)/\(party.role.rawValue)"]
            if let other = event.facts.onlyOther(than: party) {
                words += ["other", "\(other.dn)/\(other.role.rawValue)"]
            }
            if let third = event.thirdParty { words += ["third", third.text] }
            if let state = event.callState { words += ["state", "\(state.rawValue)"] }
            if event.isAnswer { words.append("ref") }
            if let asker = event.asker, asker.thisDN == party.dn { words.append("why") }
            return words.joined(separator: " ")
        }
    }

    @Test func `make, answer, hold, retrieve, release`() {
        let scene = CallFixture()
        #expect(scene.ask(.makeCall(MakeCall(otherDN: "5002")), on: "5001").events.isEmpty)
        #expect(scene.atSwitch.map(\.verb) == [.make(from: "5001", to: "5002")])
        #expect(
            tell(scene.switchAnswers(.placed(from: "5001", to: "5002", state: .ringing)))
                == ["Dialing 5001/1 other 5002/2 ref why", "Ringing 5002/2 other 5001/1"])
        scene.ask(.answerCall, on: "5002")
        #expect(tell(scene.switchAnswers(.established("5002"))) == ["Established 5002/2 other 5001/1 ref why"])
        #expect(tell(scene.report(.established("5001"))) == ["Established 5001/1 other 5002/2"])
        scene.ask(.holdCall, on: "5001")
        #expect(tell(scene.switchAnswers(.held("5001"))) == ["Held 5001/1 other 5002/2 ref why"])
        scene.ask(.retrieveCall, on: "5001")
        #expect(tell(scene.switchAnswers(.retrieved("5001"))) == ["Retrieved 5001/1 other 5002/2 ref why"])
        scene.ask(.releaseCall, on: "5002")
        let released = scene.switchAnswers(.released("5002", .ok))
        #expect(tell(released) == ["Released 5002/2 other 5001/1 state 0 ref why"] && !released.isFinished)
        let last = scene.report(.released("5001", .ok))
        #expect(tell(last) == ["Released 5001/1 state 0"] && last.isFinished && scene.machine.hasEnded)
    }

    @Test func `a call waits at a routing point, is routed, and answered`() {
        let scene = CallFixture()
        scene.ask(.makeCall(MakeCall(otherDN: "8000")), on: "T1")
        #expect(
            tell(scene.switchAnswers(.placed(from: "T1", to: "8000", state: .queued)))
                == ["Dialing T1/1 other 8000/2 ref why", "Queued 8000/2 other T1/1"])
        #expect(tell(scene.report(.routeRequested(at: "8000"))) == ["RouteRequest 8000/2 other T1/1"])
        scene.ask(.routeCall(RouteCall(otherDN: "5001")), on: "8000")
        #expect(
            tell(scene.switchAnswers(.routeUsed(at: "8000", to: "5001")))
                == ["RouteUsed 8000/2 other T1/1 third 5001 ref why"])
        #expect(tell(scene.report(.diverted(from: "8000", to: "5001"))) == ["Diverted 8000/2 other T1/1 third 5001"])
        #expect(
            tell(scene.report(.joined("5001", role: .destination, state: .ringing))) == ["Ringing 5001/2 other T1/1"])
        #expect(tell(scene.report(.established("5001"))) == ["Established 5001/2 other T1/1"])
    }

    @Test func `a busy destination, and a caller who gives up`() {
        let busy = CallFixture()
        busy.ask(.makeCall(MakeCall(otherDN: "5002")))
        #expect(
            tell(busy.switchAnswers(.joined("5001", role: .origination, state: .dialing))) == ["Dialing 5001/1 ref why"]
        )
        #expect(tell(busy.report(.destinationBusy("5001"))) == ["DestinationBusy 5001/1"])
        #expect(tell(busy.report(.released("5001", .busy))) == ["Released 5001/1 state 6"])

        let scene = CallFixture().ring()
        #expect(tell(scene.report(.released("T1", .ok))) == ["Released T1/1 other 5001/2 state 0"])
        #expect(tell(scene.report(.abandoned("5001"))) == ["Abandoned 5001/2 state 21"])
    }

    @Test func `with two other parties there is no OtherDN`() {
        let scene = CallFixture().talk().join("5002")
        #expect(tell(scene.report(.held("5001"))) == ["Held 5001/2"])
        #expect(
            tell(scene.report(.released("T1", .ok))) == [
                "Released T1/1 state 0", "PartyDeleted 5001/2 other 5002/3 third T1 state 0",
                "PartyDeleted 5002/3 other 5001/2 third T1 state 0",
            ])
        #expect(tell(scene.report(.retrieved("5001"))) == ["Retrieved 5001/2 other 5002/3"])
    }

    @Test func `a destination that does not answer leaves no conference behind`() {
        let scene = CallFixture().ring()
        scene.report(.joined("8000", role: .destination, state: .queued))
        #expect(tell(scene.report(.released("5001", .noAnswer))) == ["Released 5001/2 state 7"])
    }

    @Test func `a party in the wrong state is told so, and the switch is not asked`() {
        let scene = CallFixture().ring()
        for operation: TLibrary.Operation in [.holdCall, .retrieveCall] {
            #expect(scene.ask(operation).refusal == .callInWrongState)
        }
        _ = scene.answer()
        for operation: TLibrary.Operation in [.answerCall, .retrieveCall] {
            #expect(scene.ask(operation).refusal == .callInWrongState)
        }
        #expect(scene.ask(.routeCall(RouteCall(otherDN: "5002"))).refusal == .callInWrongState)
        for operation: TLibrary.Operation in [
            .answerCall, .releaseCall, .holdCall, .routeCall(RouteCall(otherDN: "5002")),
        ] {
            #expect(scene.ask(operation, on: "5900").refusal == .partyNotOnCall)
        }
        #expect(scene.atSwitch.isEmpty)
    }

    @Test func `the switch's refusal goes to whoever asked, as it is`() {
        let scene = CallFixture()
        scene.ask(.makeCall(MakeCall(otherDN: "1")))
        let refused = RequestError(.badCalledDN, "OtherDN is no DN.")
        let outcome = scene.switchAnswers(.refused(refused))
        #expect(outcome.reply == CallReply(to: scene.asker, about: CallFixture.connection, .refused(refused)))
        #expect(outcome.isFinished, "nothing has come of the call")
    }

    @Test func `the same request is not carried out twice at once`() {
        let scene = CallFixture().ring()
        scene.ask(.answerCall)
        #expect(scene.ask(.answerCall, by: CallFixture.supervisor).refusal == .callInWrongState)
        #expect(scene.atSwitch.count == 1)
        scene.switchAnswers(.established("5001"))
        #expect(scene.ask(.holdCall).refusal == nil && scene.ask(.holdCall).refusal == .callInWrongState)
        scene.switchAnswers(.held("5001"))
        #expect(scene.ask(.retrieveCall).refusal == nil && scene.ask(.retrieveCall).refusal == .callInWrongState)
        #expect(scene.ask(.releaseCall).refusal == nil && scene.ask(.releaseCall).refusal == .callInWrongState)
        let queued = CallFixture().queue()
        queued.ask(.routeCall(RouteCall(otherDN: "5001")), on: "8000")
        #expect(queued.ask(.routeCall(RouteCall(otherDN: "5002")), on: "8000").refusal == .callInWrongState)
    }

    @Test func `who asked is answered though the party has left meanwhile`() {
        let gone = CallFixture().talk().join("5002")
        gone.ask(.holdCall)
        gone.report(.released("5001", .ok))
        #expect(gone.switchAnswers(.held("5001")).refusal == .partyNotOnCall)

        let released = CallFixture().talk()
        released.ask(.releaseCall)
        released.end()
        let late = released.switchAnswers(.released("5001", .ok))
        #expect(late.refusal == .invalidConnectionID && late.events.isEmpty && late.isFinished)

        let abandoned = CallFixture().queue()
        abandoned.ask(.routeCall(RouteCall(otherDN: "5001")), on: "8000", ["record": "source", "id": "mine"])
        abandoned.end()
        #expect(abandoned.switchAnswers(.routeUsed(at: "8000", to: "5001")).refusal == .invalidConnectionID)
        #expect(abandoned.sent.isEmpty)
    }

    @Test func `a call is not routed to a DN that is in it, and no DN comes in twice`() {
        let scene = CallFixture().queue()
        #expect(scene.ask(.routeCall(RouteCall(otherDN: "T1")), on: "8000").refusal == .badRouteDestination)
        #expect(scene.ask(.routeCall(RouteCall(otherDN: "8000")), on: "8000").refusal == .badRouteDestination)
        let again = scene.report(.joined("T1", role: .destination, state: .ringing))
        #expect(again == CallOutcome() && scene.machine.parties.map(\.dn) == ["T1", "8000"])
    }

    @Test func `the caller hangs up while the call is routed: nobody comes into a call that is no more`() {
        let scene = CallFixture().queue()
        scene.ask(.routeCall(RouteCall(otherDN: "5001")), on: "8000")
        scene.report(.released("T1", .ok))
        #expect(!scene.report(.abandoned("8000")).isFinished, "the router has no answer yet")
        #expect(scene.switchAnswers(.routeUsed(at: "8000", to: "5001")).refusal == .invalidConnectionID)
        #expect(scene.report(.diverted(from: "8000", to: "5001")).events.isEmpty)
        let joined = scene.report(.joined("5001", role: .destination, state: .ringing))
        #expect(joined.events.isEmpty && joined.joined.isEmpty && joined.isFinished)

        let alone = CallFixture().queue()
        alone.report(.released("T1", .ok))
        #expect(alone.report(.diverted(from: "8000", to: "5001")).isFinished && alone.machine.hasEnded)
        #expect(alone.report(.joined("5001", role: .destination, state: .ringing)).events.isEmpty)
    }

    @Test func `what is not configured or not there is nobody's report`() {
        let scene = CallFixture().talk()
        for event: SwitchReport.Event in [
            .joined("nowhere", role: .destination, state: .ringing), .established("5003"), .held("5003"),
            .released("5003", .ok), .abandoned("nowhere"), .diverted(from: "5003", to: "5002"),
            .routeRequested(at: "8000"), .routeUsed(at: "8000", to: "5002"), .destinationBusy("5003"),
            .refused(RequestError(.dnBusy, "Busy.")),
        ] {
            #expect(scene.report(event) == CallOutcome())
        }
    }

    @Test func `a call that the network begins waits for its first party, whatever clients ask`() {
        let scene = CallFixture()
        let early = scene.ask(.queryCall(.status))
        #expect(!early.isFinished && !scene.ask(.releaseCall).isFinished)
        #expect(tell(scene.report(.placed(from: "T1", to: "5001", state: .ringing))).count == 2)
    }

    @Test func `a query tells of the parties and the recordings that are not over`() {
        let scene = CallFixture().talk().record()
        let reply = scene.ask(.queryCall(.status), on: "5900").reply
        let content = CallReply.Content.partyInfo(.status, scene.machine.facts, scene.notices)
        #expect(reply == CallReply(to: scene.asker, about: CallFixture.connection, content))
        #expect(scene.ask(.queryCall(CallInfoType(rawValue: 9))).refusal == .invalidAttribute)
        #expect(scene.ask(.agentLogout(AgentSettings())).refusal == .unsupportedOperation)
    }

    @Test func `the DNs that come and go are told`() {
        let scene = CallFixture()
        func index(_ dn: DirectoryNumber) -> Directory.Index? { CallFixture.directory.index(of: dn) }
        let placed = scene.report(.placed(from: "T1", to: "8000", state: .queued))
        #expect(Array(placed.joined) == [index("T1"), index("8000")].compactMap(\.self))
        #expect(Array(scene.report(.diverted(from: "8000", to: "5001")).left) == [index("8000")].compactMap(\.self))
    }
}
