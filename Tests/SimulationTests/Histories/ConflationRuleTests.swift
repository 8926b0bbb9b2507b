import CallControlTesting
import TLibrary
import Testing

/// A rule that finds nothing proves nothing.
struct ConflationRuleTests {
    private static let connection = ConnectionID(rawValue: 1)

    private func event(
        _ number: UInt64, _ message: MessageNumber = .eventAttachedDataChanged, of recording: String? = nil,
        for conflated: Int32 = 0
    ) -> Event {
        var event = Event(message)
        event.sequenceNumber = number
        event.extensions = [:]
        if let recording { event.extensions?.append("recording", .list(["id": .string(recording)])) }
        if conflated > 0 { event.extensions?.append("conflated", .integer(conflated)) }
        return event
    }

    private var whole: [Event] {
        [
            event(1, .eventRinging), event(2), event(3, of: "a"), event(4), event(5, of: "b"), event(6, of: "a"),
            event(7), event(8, .eventReleased),
        ]
    }

    private func fault(_ seen: [Event]) -> String? {
        let view = { CallView(client: $0, dn: "5001", connection: Self.connection, events: $1) }
        return ConflationRule(whole: view("witness", whole), view: view("test", seen)).fault
    }

    @Test func `what is whole, and what newer changes stand for, is in order`() {
        #expect(fault(whole) == nil)
        #expect(fault(Array(whole[3...])) == nil)
        #expect(
            fault([whole[0], event(5, of: "b", for: 1), event(6, of: "a", for: 2), whole[6], whole[7]]) == nil,
            "5 stands for 4; 6 for 3, which stands for 2")
    }

    @Test func `what is missing, doubled or miscounted is found`() {
        for place in whole.indices.dropFirst() {
            var seen = whole
            seen.remove(at: place)
            #expect(fault(seen) != nil, "without \(place)")
            seen.insert(whole[place], at: place)
            seen.insert(whole[place], at: place)
            #expect(fault(seen) != nil, "\(place) twice")
        }
        #expect(fault(whole + [event(9)]) != nil)
        #expect(fault([whole[0], whole[1], event(5, of: "b", for: 1), event(6, of: "a", for: 2), whole[7]]) != nil)
        #expect(fault(whole[...4] + [event(6, of: "a", for: 1), whole[6], whole[7]]) != nil)
    }
}
