import CallModel
import TLibrary
import Testing

/// Reasons are in every copy of a call event with the request's ThisDN, and in no other (WireFormat, "Events").
struct ReasonsTests {
    private func ask(
        _ floor: PhoneFixture, _ operation: TLibrary.Operation, on dn: DirectoryNumber, _ call: ConnectionID = .none
    ) -> [String] {
        let heard = floor.ask(operation, on: dn, call, reasons: ["why": .string("asked")])
        #expect(heard.contains { $0.hasSuffix(" why") })
        for event in heard {
            #expect(event.hasSuffix(" why") == (event.split(separator: " ")[1] == dn.text), "\(operation)")
        }
        return heard
    }

    @Test func `of the call that is taken back, too`() throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5001")
        let consult = try floor.consult("5001", "5002", main)
        #expect(
            ask(floor, .alternateCall(main), on: "5001", consult) == [
                "Held 5001 consult for main other 5002 ref why", "Retrieved 5001 main other trunk-1 why",
            ])
        #expect(
            ask(floor, .reconnectCall(consult), on: "5001", main).last
                == "Retrieved 5001 consult for main other 5002 why")
    }

    @Test(arguments: [2, 3], 0..<4 as Range<UInt64>)
    func `of calls on different shards`(shards: Int, seed: UInt64) throws {
        let floor = try PhoneFixture(seed: seed, shards: shards)
        let first = try floor.talk("trunk-1", "5001", as: "first")
        floor.ask(.holdCall, on: "5001", first)
        let second = try floor.talk("trunk-2", "5001", as: "second")
        #expect(
            ask(floor, .alternateCall(first), on: "5001", second).sorted() == [
                "Held 5001 second other trunk-2 ref why", "Retrieved 5001 first other trunk-1 why",
            ])
    }

    @Test func `of a route, in EventDiverted too`() throws {
        let floor = try PhoneFixture()
        let call = try floor.ring("trunk-1", "6000")
        _ = ask(floor, .routeCall(RouteCall(otherDN: "5001")), on: "6000", call)
    }

    @Test func `of a call to a busy DN, to its end`() throws {
        let floor = try PhoneFixture(lines: 1)
        _ = try floor.talk("trunk-1", "5001")
        #expect(ask(floor, .makeCall(MakeCall(otherDN: "5001")), on: "5003").count == 3)
    }

    @Test func `of all that moves a party`() throws {
        let floor = try PhoneFixture()
        var call = try floor.ring("trunk-1", "5001")
        _ = ask(floor, .redirectCall(Destination(otherDN: "5002")), on: "5001", call)
        _ = ask(floor, .answerCall, on: "5002", call)
        _ = ask(floor, .singleStepTransfer(Destination(otherDN: "5003")), on: "5002", call)
        _ = ask(floor, .answerCall, on: "5003", call)
        _ = ask(floor, .singleStepConference(Destination(otherDN: "5001")), on: "5003", call)
        _ = ask(floor, .answerCall, on: "5001", call)
        _ = ask(floor, .deleteFromConference("5001"), on: "5003", call)
        _ = ask(floor, .clearCall, on: "5003", call)
        call = try floor.talk("trunk-1", "5001")
        let consult = try floor.consult("5001", "5002", call)
        _ = ask(floor, .completeConference(consult), on: "5001", call)
        _ = ask(floor, .holdCall, on: "5001", call)
        _ = ask(floor, .retrieveCall, on: "5001", call)
        _ = ask(floor, .releaseCall, on: "5001", call)
    }
}
