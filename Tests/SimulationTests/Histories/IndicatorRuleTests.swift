import CallControlTesting
import TLibrary
import Testing

/// A rule that finds nothing proves nothing.
struct IndicatorRuleTests {
    private let truth = Oracle([
        Oracle.Change(recording: "a", state: .on, time: .seconds(1), file: "a-1"),
        Oracle.Change(recording: "a", state: .paused, time: .seconds(2)),
        Oracle.Change(recording: "b", state: .on, time: .seconds(3), file: "b-1"),
        Oracle.Change(recording: "a", state: .off, time: .seconds(4)),
    ])

    /// A change of the indication, at a second; `RecordingIndicator` and file as they should be.
    private func change(
        _ second: Int, _ recording: String, _ state: String, lamp: String, file: String? = nil, reason: String? = nil
    ) -> Event {
        var event = event(.eventAttachedDataChanged, second)
        var notice: KeyValueList = ["id": .string(recording), "state": .string(state)]
        if let reason { notice.append("reason", .string(reason)) }
        event.extensions = ["recording": .list(notice)]
        event.userData = ["GSIP_RECORD": .string(lamp)]
        if let file { event.userData?.append("GSIP_REC_FN", .string(file)) }
        return event
    }

    private func event(_ message: MessageNumber, _ second: Int) -> Event {
        var event = Event(message)
        event.timeSeconds = 1_800_000_000 + UInt32(second)
        event.timeMicroseconds = 0
        return event
    }

    private func fault(_ events: [Event], from: Int = 0, to: Int = 9) -> String? {
        let all = [event(.eventEstablished, from)] + events + [event(.eventReleased, to)]
        let view = CallView(client: "test", dn: "5001", connection: ConnectionID(rawValue: 1), events: all)
        return IndicatorRule(truth: truth, view: view).fault
    }

    private var all: [Event] {
        [
            change(1, "a", "on", lamp: "On", file: "a-1"), change(2, "a", "paused", lamp: "Paused"),
            change(3, "b", "on", lamp: "On", file: "b-1"), change(4, "a", "off", lamp: "On"),
        ]
    }

    @Test func `the whole truth is accepted, and so is the part while a DN is in the call`() {
        #expect(fault(all) == nil)
        #expect(fault(Array(all[1...]), from: 1) == nil)
        #expect(fault(Array(all[2...]), from: 2) == nil)
        #expect(fault(Array(all[..<2]), to: 3) == nil)
    }

    @Test func `a change that is missing, doubled, made up or out of order is found`() {
        for missing in all.indices {
            var seen = all
            seen.remove(at: missing)
            #expect(fault(seen) != nil, "without change \(missing)")
            seen = all
            seen.insert(all[missing], at: missing)
            #expect(fault(seen) != nil, "change \(missing) twice")
        }
        #expect(fault([all[1], all[0], all[2], all[3]]) != nil)
        #expect(fault(all + [change(5, "c", "on", lamp: "On")]) != nil)
    }

    @Test func `a lamp that is not the aggregate, and a file that was not confirmed, are found`() {
        var seen = all
        seen[3] = change(4, "a", "off", lamp: "Off")
        #expect(fault(seen) != nil)
        seen = all
        seen[0] = change(1, "a", "on", lamp: "On", file: "other")
        #expect(fault(seen) != nil)
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `of one moment, one call's changes have an order, and those of two calls have none`(other: UInt64) {
        let truth = Oracle([
            Oracle.Change(
                recording: "a", state: .on, time: .seconds(1), origin: ConnectionID(rawValue: 1), file: "a-1"),
            Oracle.Change(
                recording: "b", state: .on, time: .seconds(1), origin: ConnectionID(rawValue: other), file: "b-1"),
        ])
        let told = [
            change(1, "a", "on", lamp: "On", file: "a-1"), change(1, "b", "on", lamp: "On", file: "b-1"),
        ]
        let faults = [told, told.reversed()].map { changes in
            let events = [event(.eventEstablished, 0)] + changes
            let view = CallView(client: "test", dn: "5001", connection: ConnectionID(rawValue: 1), events: events)
            return IndicatorRule(truth: truth, view: view).fault
        }
        #expect(faults[0] == nil && (faults[1] == nil) == (other == 2))
    }

    @Test func `a recording that was given up goes off, and says why`() {
        let rule = { (reason: String?) in
            let givenUp = Oracle([
                Oracle.Change(recording: "a", state: .on, time: .seconds(1), file: "a-1"),
                Oracle.Change(recording: "a", state: .off, time: .seconds(2), isGivenUp: true),
            ])
            let events = [
                event(.eventEstablished, 0), all[0], change(2, "a", "off", lamp: "Off", reason: reason),
            ]
            let view = CallView(client: "test", dn: "5001", connection: ConnectionID(rawValue: 1), events: events)
            return IndicatorRule(truth: givenUp, view: view).fault
        }
        #expect(rule("timeout") == nil)
        #expect(rule(nil) != nil)
    }
}
