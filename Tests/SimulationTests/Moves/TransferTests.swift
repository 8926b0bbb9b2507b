import CallModel
import TLibrary
import Testing

/// How a call is given over: who hears what, and in which order.
struct TransferTests {
    @Test func `a consultation holds the main call and rings the other agent`() throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5001")
        let heard = floor.ask(
            .initiateTransfer(Destination(otherDN: "5002")), on: "5001", main, reasons: ["why": .string("asked")])
        #expect(
            heard == [
                "Held 5001 main other trunk-1 ref why", "Dialing 5001 another for main other 5002 why",
                "Ringing 5002 another for main other 5001",
            ])
    }

    @Test(arguments: [1, 3]) func `two steps: who stays is told what has become of the call`(shards: Int) throws {
        let floor = try PhoneFixture(shards: shards)
        let main = try floor.talk("trunk-1", "5001")
        let consult = try floor.consult("5001", "5002", main)
        #expect(
            floor.ask(.completeTransfer(consult), on: "5001", main, reasons: ["why": .string("done")]) == [
                "Released 5001 consult for main other 5002 state 1 ref why",
                "Released 5001 main other trunk-1 state 1 why",
                "PartyChanged trunk-1 main was consult other 5002 third 5001/7",
                "PartyChanged 5002 main was consult other trunk-1 third 5001/7",
            ])
        #expect(
            floor.ask(.releaseCall, on: "5002", main) == [
                "Released 5002 main other trunk-1 state 0 ref", "Released trunk-1 main state 0",
            ])
        #expect(floor.ask(.answerCall, on: "5001", consult) == ["Error 5001 consult 56 ref"])
    }

    @Test func `it may be completed while the other agent still rings`() throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5001")
        let consult = try floor.consult("5001", "5002", main, answers: false)
        floor.ask(.completeTransfer(consult), on: "5001", main)
        #expect(floor.ask(.answerCall, on: "5002", main) == ["Established 5002 main other trunk-1 ref"])
    }

    @Test func `it is taken back: the consultation ends and the main call is retrieved`() throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5001")
        floor.record(on: "5001", main)
        let consult = try floor.consult("5001", "5002", main)
        #expect(
            floor.ask(.reconnectCall(main), on: "5001", consult) == [
                "Released 5001 consult for main other 5002 state 0 ref", "Released 5002 consult for main state 0",
                "Retrieved 5001 main other trunk-1",
            ])
        #expect(floor.changes("5001", main) == ["on request"], "the recording is as before")
        #expect(floor.lamp("5001", main) == "On")
    }

    @Test func `a party goes to and fro between its two calls`() throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5001")
        let consult = try floor.consult("5001", "5002", main)
        #expect(
            floor.ask(.alternateCall(main), on: "5001", consult) == [
                "Held 5001 consult for main other 5002 ref", "Retrieved 5001 main other trunk-1",
            ])
        #expect(floor.ask(.alternateCall(main), on: "5001", consult) == ["Error 5001 consult 496 ref"])
    }

    @Test(arguments: [
        (Operation.singleStepTransfer(Destination(otherDN: "5002")), "SingleStepTransfer"),
        (.muteTransfer(Destination(otherDN: "5002")), "MuteTransfer"),
    ])
    func `one step: the party leaves, and the other agent rings in its place`(
        transfer: TLibrary.Operation, name: String
    ) throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5001")
        #expect(
            floor.ask(transfer, on: "5001", main) == [
                "Released 5001 main other trunk-1 state 1 ref", "Ringing 5002 main other trunk-1",
                "PartyChanged trunk-1 main other 5002 third 5001/7",
            ])
        #expect(floor.ask(.answerCall, on: "5002", main) == ["Established 5002 main other trunk-1 ref"])
    }

    @Test func `a ringing call is redirected`() throws {
        let floor = try PhoneFixture()
        let main = try floor.ring("trunk-1", "5001")
        #expect(
            floor.ask(.redirectCall(Destination(otherDN: "5002")), on: "5001", main) == [
                "Released 5001 main other trunk-1 state 22 ref", "Ringing 5002 main other trunk-1",
            ])
        #expect(
            floor.ask(.redirectCall(Destination(otherDN: "5003")), on: "trunk-1", main).last?.contains("496") == true)
    }

    @Test func `what cannot be is refused, and changes nothing`() throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5001")
        func code(_ operation: TLibrary.Operation, _ dn: DirectoryNumber = "5001", _ call: ConnectionID? = nil)
            -> String
        {
            floor.ask(operation, on: dn, call ?? main).joined(separator: ", ")
        }
        let to = { (dn: DirectoryNumber) in Destination(otherDN: dn) }
        #expect(code(.initiateTransfer(to("9999"))) == "Error 5001 main 71 ref")
        #expect(code(.singleStepTransfer(to("trunk-1"))) == "Error 5001 main 71 ref")
        #expect(code(.singleStepConference(to("6000"))) == "Error 5001 main 71 ref")
        #expect(code(.completeTransfer(ConnectionID(rawValue: 77))) == "Error 5001 main 56 ref")
        #expect(code(.completeTransfer(.none)) == "Error 5001 main 56 ref")
        #expect(code(.completeTransfer(main)) == "Error 5001 main 53 ref")
        #expect(code(.mergeCalls(MergeCalls(previousConnection: main, type: MergeType(rawValue: 7)))).contains("53"))
        #expect(code(.reconnectCall(ConnectionID(rawValue: 77))) == "Error 5001 main 56 ref")
        #expect(code(.deleteFromConference("trunk-1")) == "Error 5001 main 496 ref")
        #expect(code(.deleteFromConference("5002")) == "Error 5001 main 470 ref")
        #expect(code(.redirectCall(to("5002"))) == "Error 5001 main 496 ref")
        #expect(code(.clearCall, "7000") == "Error 7000 main 470 ref")
        let others = try floor.talk("trunk-2", "5003", as: "others")
        #expect(code(.completeTransfer(others)) == "Error 5001 main 470 ref")
        #expect(code(.holdCall) == "Held 5001 main other trunk-1 ref", "the call is as it was")
    }

    @Test func `a busy agent cannot be consulted, and the main call stays held`() throws {
        let floor = try PhoneFixture(lines: 2)
        let main = try floor.talk("trunk-1", "5001")
        _ = try floor.talk("trunk-2", "5002", as: "one")
        _ = try floor.talk("trunk-2", "5002", as: "two")
        #expect(
            floor.ask(.initiateTransfer(Destination(otherDN: "5002")), on: "5001", main) == [
                "Held 5001 main other trunk-1 ref", "Dialing 5001 another for main",
                "DestinationBusy 5001 another for main", "Released 5001 another for main state 6",
            ])
        #expect(
            floor.ask(.singleStepTransfer(Destination(otherDN: "5002")), on: "trunk-1", main).last?.contains("231")
                == true)
        #expect(floor.ask(.retrieveCall, on: "5001", main) == ["Retrieved 5001 main other trunk-1 ref"])
    }

    @Test func `a call that is given over goes on to a routing point, and from there to an agent`() throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5001")
        #expect(
            floor.ask(.singleStepTransfer(Destination(otherDN: "6000")), on: "5001", main) == [
                "Released 5001 main other trunk-1 state 1 ref", "Queued 6000 main other trunk-1",
                "PartyChanged trunk-1 main other 6000 third 5001/7", "RouteRequest 6000 main other trunk-1",
            ])
        #expect(
            floor.ask(.routeCall(RouteCall(otherDN: "5002")), on: "6000", main) == [
                "RouteUsed 6000 main other trunk-1 third 5002 ref", "Diverted 6000 main other trunk-1 third 5002",
                "Ringing 5002 main other trunk-1",
            ])
    }

    @Test(arguments: ["transfer", "conference", "consultation"])
    func `what is asked twice is done once, also where two calls become one`(what: String) throws {
        let floor = try PhoneFixture(shards: 2)
        let main = try floor.talk("trunk-1", "5001")
        let consult = what == "consultation" ? .none : try floor.consult("5001", "5002", main)
        let operation: TLibrary.Operation =
            switch what {
            case "transfer": .completeTransfer(consult)
            case "conference": .completeConference(consult)
            default: .initiateTransfer(Destination(otherDN: "5002"))
            }
        let once: KeyValueList = ["request-id": .string("r1")]
        let first = floor.ask(operation, on: "5001", main, extensions: once).filter { $0.hasSuffix("ref") }
        let again = floor.ask(operation, on: "5001", main, extensions: once)
        #expect(again.count == 1 && again.first?.hasSuffix("ref") == true)
        #expect(again.first?.split(separator: " ").prefix(3) == first.first?.split(separator: " ").prefix(3))
        #expect(floor.ask(.clearCall, on: "5001", main, extensions: once).last?.hasPrefix("Error 5001 main 53") == true)
    }

    @Test func `lines are free again once parties have left, however they left`() throws {
        let floor = try PhoneFixture(lines: 2)
        for _ in 0..<3 {
            let main = try floor.talk("trunk-1", "5001")
            let consult = try floor.consult("5001", "5002", main)
            floor.ask(.completeTransfer(consult), on: "5001", main)
            floor.ask(.singleStepTransfer(Destination(otherDN: "5003")), on: "5002", main)
            floor.ask(.redirectCall(Destination(otherDN: "5001")), on: "5003", main)
            floor.ask(.answerCall, on: "5001", main)
            floor.ask(.clearCall, on: "5001", main)
        }
        for _ in 0..<2 { _ = try floor.talk("5001", "5002") }
    }
}
