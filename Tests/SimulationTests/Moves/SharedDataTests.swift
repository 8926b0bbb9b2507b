import CallControl
import CallModel
import TLibrary
import Testing

/// The user data of consultation calls, and of two calls that become one.
struct SharedDataTests {
    private func floor(
        _ consult: ConsultUserData, _ merged: MergedUserData = .mainOnly, limit: Int = 16_000
    ) throws -> (PhoneFixture, main: ConnectionID, consult: ConnectionID) {
        let floor = try PhoneFixture { configuration in
            configuration.consultUserData = consult
            configuration.mergedUserData = merged
            configuration.limits.userData = limit
        }
        let main = try floor.talk("trunk-1", "5001")
        floor.ask(.attachUserData(["a": .string("main"), "b": .string("main")]), on: "5001", main)
        let consultation = try floor.begin(
            .initiateTransfer(Destination(otherDN: "5002", userData: ["c": .string("asked")])), on: "5001", main,
            as: "consult")
        floor.ask(.answerCall, on: "5002", consultation)
        return (floor, main, consultation)
    }

    @Test(arguments: [
        (ConsultUserData.separate, ["c=asked"]), (.inherited, ["a=main", "b=main", "c=asked"]),
        (.joint, ["a=main", "b=main", "c=asked"]),
    ])
    func `what a consultation call begins with`(option: ConsultUserData, wanted: [String]) throws {
        let (floor, main, consult) = try floor(option)
        #expect(floor.userData("5002", consult) == wanted)
        #expect(floor.userData("trunk-1", main) == (option == .joint ? wanted : ["a=main", "b=main"]))
    }

    @Test func `joint data is one, and each side is told of the other's changes`() throws {
        let (floor, main, consult) = try floor(.joint)
        #expect(
            floor.ask(.updateUserData(["b": .string("both")]), on: "5002", consult) == [
                "AttachedDataChanged 5001 consult for main other 5002 third 5002",
                "AttachedDataChanged 5002 consult for main other 5001 third 5002 ref",
                "AttachedDataChanged trunk-1 main other 5001 third 5002",
                "AttachedDataChanged 5001 main other trunk-1 third 5002",
            ])
        floor.record(on: "5001", main)
        #expect(floor.lamp("5001", main) == "On" && floor.lamp("5001", consult) == nil, "the lamp is each call's own")
        floor.ask(.deleteUserData, on: "trunk-1", main)
        #expect(floor.userData("5002", consult) == [] && floor.lamp("trunk-1", main) == "On")
    }

    @Test(arguments: [
        (MergedUserData.mainOnly, ["a=main", "b=main"]), (.consultOnly, ["c=asked", "b=consult"]),
        (.mergedOverMain, ["a=main", "b=consult", "c=asked"]), (.mergedOverConsult, ["c=asked", "b=main", "a=main"]),
    ])
    func `whose data the call has once two are one`(option: MergedUserData, wanted: [String]) throws {
        let (floor, main, consult) = try floor(.separate, option)
        floor.ask(.attachUserData(["b": .string("consult")]), on: "5002", consult)
        floor.ask(.completeTransfer(consult), on: "5001", main)
        #expect(floor.userData("trunk-1", main) == wanted && floor.userData("5002", main) == wanted)
    }

    @Test func `where both together are too much, the main call's data stays`() throws {
        let (floor, main, consult) = try floor(.separate, .mergedOverMain, limit: 30)
        floor.ask(.completeTransfer(consult), on: "5001", main)
        #expect(floor.userData("5002", main) == ["a=main", "b=main"])
    }

    @Test func `what a transfer brings is attached with it`() throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5001")
        let destination = Destination(otherDN: "5002", userData: ["why": .string("billing")])
        floor.ask(.singleStepTransfer(destination), on: "5001", main)
        #expect(floor.userData("5002", main) == ["why=billing"] && floor.userData("trunk-1", main) == ["why=billing"])
        let own = Destination(otherDN: "5003", userData: ["gsip_record": .string("On")])
        #expect(floor.ask(.redirectCall(own), on: "5002", main) == ["Error 5002 main 165 ref"])
        #expect(floor.ask(.initiateTransfer(own), on: "trunk-1", main).last?.hasPrefix("Error trunk-1 main") == true)
    }
}
