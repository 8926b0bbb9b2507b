import CallModel
import TLibrary
import Testing

/// How several come to talk in one call, and leave it.
struct ConferenceTests {
    @Test(arguments: [1, 3]) func `two steps: all are told who came`(shards: Int) throws {
        let floor = try PhoneFixture(shards: shards)
        let main = try floor.talk("trunk-1", "5001")
        let consult = try floor.begin(
            .initiateConference(Destination(otherDN: "5002")), on: "5001", main, as: "consult")
        floor.ask(.answerCall, on: "5002", consult)
        #expect(
            floor.ask(.completeConference(consult), on: "5001", main) == [
                "Released 5001 consult for main other 5002 state 2 ref", "Retrieved 5001 main",
                "PartyAdded trunk-1 main third 5002/4", "PartyAdded 5001 main third 5002/4",
                "PartyChanged 5002 main was consult third 5001/9",
            ])
    }

    @Test func `a conference is not completed with somebody who only rings`() throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5001")
        let consult = try floor.consult("5001", "5002", main, answers: false)
        #expect(floor.ask(.completeConference(consult), on: "5001", main) == ["Error 5001 main 96 ref"])
    }

    @Test func `one step: the new party rings, and its answer is its own`() throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5001")
        #expect(
            floor.ask(.singleStepConference(Destination(otherDN: "5002")), on: "5001", main) == [
                "PartyAdded trunk-1 main third 5002/4", "PartyAdded 5001 main third 5002/4 ref", "Ringing 5002 main",
            ])
        #expect(floor.ask(.answerCall, on: "5002", main) == ["Established 5002 main ref"])
    }

    @Test func `who leaves a conference is missed by the others`() throws {
        let floor = try PhoneFixture()
        let main = try conference(floor)
        #expect(
            floor.ask(.releaseCall, on: "5001", main) == [
                "Released 5001 main state 0 ref", "PartyDeleted trunk-1 main other 5002 third 5001/8 state 0",
                "PartyDeleted 5002 main other trunk-1 third 5001/8 state 0",
            ])
        #expect(
            floor.ask(.releaseCall, on: "5002", main) == [
                "Released 5002 main other trunk-1 state 0 ref", "Released trunk-1 main state 0",
            ])
    }

    @Test func `one party takes another out`() throws {
        let floor = try PhoneFixture()
        let main = try conference(floor)
        #expect(floor.ask(.deleteFromConference("5001"), on: "5001", main) == ["Error 5001 main 53 ref"])
        #expect(
            floor.ask(.deleteFromConference("5002"), on: "5001", main) == [
                "PartyDeleted trunk-1 main other 5001 third 5002/8 state 26",
                "PartyDeleted 5001 main other trunk-1 third 5002/8 state 26 ref", "Released 5002 main state 26",
            ])
    }

    @Test func `a call is cleared for everybody at once`() throws {
        let floor = try PhoneFixture()
        let main = try conference(floor)
        #expect(
            floor.ask(.clearCall, on: "5002", main) == [
                "Released 5002 main state 19 ref", "Released trunk-1 main other 5001 state 19",
                "Released 5001 main state 19",
            ])
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `two calls that know nothing of each other are merged, on whichever shards they live`(seed: UInt64) throws {
        let floor = try PhoneFixture(seed: seed, shards: 4)
        let first = try floor.talk("trunk-1", "5001", as: "first")
        floor.ask(.holdCall, on: "5001", first)
        let second = try floor.talk("trunk-2", "5001", as: "second")
        let merge = MergeCalls(previousConnection: second, type: seed % 2 == 0 ? .transfer : .conference)
        let heard = floor.ask(.mergeCalls(merge), on: "5001", first)
        #expect(heard.first?.hasPrefix("Released 5001 second other trunk-2 state") == true)
        #expect(heard.first?.hasSuffix("ref") == true)
        #expect(heard.last?.hasPrefix("PartyChanged trunk-2 first was second") == true)
        floor.ask(.clearCall, on: "trunk-2", first)
        #expect(floor.ask(.queryCall(.status), on: "5001", first).last?.contains("56") == true)
    }

    private func conference(_ floor: PhoneFixture) throws -> ConnectionID {
        let main = try floor.talk("trunk-1", "5001")
        floor.ask(.singleStepConference(Destination(otherDN: "5002")), on: "5001", main)
        floor.ask(.answerCall, on: "5002", main)
        return main
    }
}
