import CallControl
import CallControlTesting
import CallModel
import TLibrary
import Testing

/// Colleagues who join a paused call (Recording contract, "Who joins a paused call"), by each request that brings them in.
struct PausedCallTests {
    /// What brings 5102, whose DN has the option `record`, into a call of the trunk with 5001.
    enum Way: CaseIterable {
        case conference, transfer, muteTransfer, completeConference, completeTransfer, mergeCalls
    }

    /// 5001's recording of the call is paused, and then 5102 comes in.
    private func bringIn(_ way: Way, on floor: PhoneFixture) throws -> ConnectionID {
        let main = try floor.talk("trunk-1", "5001")
        floor.record(on: "5001", main)
        floor.record(4_015, on: "5001", main)
        let colleague = Destination(otherDN: "5102")
        switch way {
        case .conference: floor.ask(.singleStepConference(colleague), on: "5001", main)
        case .transfer: floor.ask(.singleStepTransfer(colleague), on: "5001", main)
        case .muteTransfer: floor.ask(.muteTransfer(colleague), on: "5001", main)
        case .completeConference, .completeTransfer, .mergeCalls:
            let consult = try floor.consult("5001", "5102", main)
            switch way {
            case .completeConference: floor.ask(.completeConference(consult), on: "5001", main)
            case .completeTransfer: floor.ask(.completeTransfer(consult), on: "5001", main)
            default:
                floor.ask(
                    .mergeCalls(MergeCalls(previousConnection: consult, type: .conference)), on: "5001", main)
            }
        }
        floor.ask(.answerCall, on: "5102", main)
        return main
    }

    @Test(arguments: Way.allCases, [1, 4])
    func `nothing is captured until somebody resumes`(way: Way, shards: Int) throws {
        let floor = try PhoneFixture(shards: shards)
        let main = try bringIn(way, on: floor)
        #expect(floor.changes("trunk-1", main).contains("paused configuration"), "\(floor.changes("trunk-1", main))")
        #expect(floor.changes("trunk-1", main).count { $0.hasPrefix("on") } == 1, "before the pause")
        #expect(floor.lamp("5102", main) == "Paused")
        floor.record(4_016, on: "5102", main)
        #expect(floor.lamp("trunk-1", main) == "On")
        let resumed = floor.changes("trunk-1", main).count { $0 == "on request" }
        #expect(resumed == (way.leaves ? 2 : 3), "one for each recording")
        #expect(floor.media.violations.isEmpty)
    }

    @Test(arguments: Way.allCases)
    func `with pause-covers-joiners false a colleague is recorded at once`(way: Way) throws {
        let floor = try PhoneFixture { $0.recording.pauseCoversJoiners = false }
        let main = try bringIn(way, on: floor)
        #expect(floor.changes("trunk-1", main).last == "on configuration" && floor.lamp("5102", main) == "On")
    }

    @Test(arguments: [true, false])
    func `a recording that comes from a consultation call is paused where an option began it`(isByOption: Bool) throws {
        let floor = try PhoneFixture {
            $0.recording.recordsAfterMerge = true
            $0.recording.recordsConsultationCalls = true
        }
        let main = try floor.talk("trunk-1", "5001")
        floor.record(on: "5001", main)
        floor.record(4_015, on: "5001", main)
        let colleague: DirectoryNumber = isByOption ? "5102" : "5002"
        let consult = try floor.consult("5001", colleague, main)
        if !isByOption { floor.record(on: colleague, consult) }
        #expect(floor.lamp(colleague, consult) == "On")
        floor.ask(.completeConference(consult), on: "5001", main)
        #expect(floor.lamp("trunk-1", main) == (isByOption ? "Paused" : "On"))
        floor.record(4_016, on: colleague, main)
        #expect(floor.lamp("trunk-1", main) == "On")
    }

    @Test func `the pause of a call goes with it into a call without recordings`() throws {
        let floor = try PhoneFixture()
        let paused = try floor.talk("trunk-1", "5001", as: "paused")
        floor.record(on: "trunk-1", paused)
        floor.record(4_015, on: "5001", paused)
        let other = try floor.talk("5002", "5001", as: "other")
        floor.ask(.mergeCalls(MergeCalls(previousConnection: paused, type: .conference)), on: "5001", other)
        floor.ask(.singleStepConference(Destination(otherDN: "5102")), on: "5001", other)
        floor.ask(.answerCall, on: "5102", other)
        #expect(floor.lamp("5102", other) == "Paused")
    }
}

extension PausedCallTests.Way {
    /// Whether 5001 has left, and its recording with it.
    fileprivate var leaves: Bool {
        switch self {
        case .transfer, .muteTransfer, .completeTransfer: true
        case .conference, .completeConference, .mergeCalls: false
        }
    }
}
