import TLibrary
import Testing

@testable import CallModel

/// A request with a `request-id` is carried out once, however often it is asked (WireFormat, "Idempotent retries").
struct IdempotencyTests {
    private static let again = ClientID(shard: 3, serial: 9)
    private let scene = CallFixture(keepsRecords: true).talk().join("5002")

    private func accepted(_ outcome: CallOutcome) -> [CallReply.RequestedState]? {
        guard case .reply(let reply)? = outcome.again.first, case .accepted(let wishes) = reply.content else {
            return nil
        }
        return Array(wishes)
    }

    // MARK: - Recording requests

    @Test func `a START that is asked again starts nothing, and has the first answer with its own ReferenceID`() {
        let first = scene.ask(.start, once: "r1", ["id": "one"])
        let repeated = scene.ask(.start, once: "r1", ["id": "one"], by: Self.again)
        #expect(accepted(repeated) == first.accepted && repeated.repliedTo == [scene.asker])
        #expect(repeated.reply == nil && repeated.media.isEmpty && repeated.transitions.isEmpty)
        #expect(scene.commands == ["start 0"] && scene.notices.count == 1)
    }

    @Test func `the outcome goes to whoever asked last, and to nobody else`() {
        scene.ask(.start, once: "r1")
        scene.ask(.start, once: "r1", by: CallFixture.supervisor)
        scene.ask(.start, once: "r1", by: Self.again)
        let confirmed = scene.confirm()
        #expect(confirmed.outcomes.map(\.asker) == [scene.asker] && confirmed.verdicts == ["done on"])
    }

    @Test func `an outcome that was told is told again, behind the answer`() {
        scene.ask(.start, once: "r1")
        let told = scene.confirm().outcomes
        scene.ask(.stop)
        scene.confirm()
        for _ in 0..<2 {
            let repeated = scene.ask(.start, once: "r1", by: Self.again)
            #expect(accepted(repeated) != nil && repeated.outcomes.map(\.asker) == [scene.asker])
            #expect(repeated.outcomes.map(\.entries) == told.map(\.entries), "as it was then")
        }
        #expect(scene.lamp == "Off")
    }

    @Test func `without outcome events there is none the second time, either`() {
        let scene = CallFixture { $0.outcomeEvents = false }.talk()
        scene.ask(.start, once: "r1")
        scene.confirm()
        #expect(scene.ask(.start, once: "r1", by: Self.again).outcomes.isEmpty)
    }

    @Test func `a refusal is given again, though it would not be one any more`() {
        #expect(scene.ask(.pause, once: "r1").refusal == .incorrectObjectState)
        _ = scene.record().clear()
        let repeated = scene.ask(.pause, once: "r1", by: Self.again)
        #expect(repeated.repeatedRefusal == .incorrectObjectState && scene.commands.isEmpty)
    }

    // MARK: - Which requests are the same

    @Test func `with other contents it is refused, and the first is still remembered`() {
        let first = scene.ask(.start, once: "r1", ["id": "one"])
        #expect(scene.ask(.start, once: "r1", ["id": "two"]).refusal == .invalidAttribute)
        #expect(scene.ask(.pause, once: "r1", ["id": "one"]).refusal == .invalidAttribute)
        #expect(scene.ask(.start, once: "r1", ["id": "one"], reasons: ["why": "late"]).refusal == .invalidAttribute)
        #expect(accepted(scene.ask(.start, once: "r1", ["id": "one"])) == first.accepted)
        #expect(scene.commands == ["start 0"])
    }

    @Test func `another application, another ThisDN or another id is another request`() {
        scene.ask(.start, once: "r1")
        #expect(scene.ask(.start, once: "r1", of: "recorder").refusal == .alreadyInState)
        #expect(scene.ask(.start, once: "r1", on: "5900", ["dn": "5001"]).refusal == .alreadyInState)
        #expect(scene.ask(.start, once: "R1").refusal == .alreadyInState, "ids are told apart to the byte")
        #expect(scene.ask(.start, once: "r1", on: "T1").refusal == nil)
    }

    @Test func `a request-id is a string of 1 to 64 bytes, and is looked at when its turn has come`() {
        let longest = String(repeating: "é", count: 32)
        #expect(scene.ask(.start, once: longest).refusal == nil)
        for value: KeyValue in ["", .string(longest + "a"), 7, [:], .binary([1])] {
            let refused = scene.ask(.privateService(4_015), onceBy: value)
            #expect(refused.refusal == .invalidAttribute && refused.transitions.isEmpty, "\(value)")
            #expect(scene.ask(.holdCall, onceBy: value, on: "5900").refusal == .partyNotOnCall)
            #expect(scene.ask(.queryCall(.status), onceBy: value, on: "5900").refusal == .invalidAttribute)
        }
        #expect(scene.ask(.privateService(4_014), onceBy: .unicode("r2")).refusal == nil)
        scene.end()
        #expect(scene.ask(.privateService(4_013), onceBy: 7).refusal == .invalidConnectionID)
    }

    @Test func `a query is answered anew`() {
        for count in 3...4 {
            guard case .partyInfo(_, let facts, _) = scene.ask(.queryCall(.parties), once: "q").reply?.content else {
                Issue.record("no answer")
                return
            }
            #expect(facts.parties.count == count)
            _ = scene.join("5003")
        }
    }

    // MARK: - Call events

    @Test func `data is attached once; the event is made anew with the data of now, for the asker alone`() throws {
        let first = scene.ask(.attachUserData(["a": "1"]), once: "r1", reasons: ["why": "sale"])
        #expect(first.messages == [.eventAttachedDataChanged])
        scene.ask(.attachUserData(["b": "2"]))
        let repeated = scene.ask(.attachUserData(["a": "1"]), once: "r1", reasons: ["why": "sale"], by: Self.again)
        #expect(repeated.events.isEmpty && scene.userData == ["a": "1", "b": "2"])
        let event = try #require(repeated.repeatedEvent)
        #expect(event.message == .eventAttachedDataChanged && event.facts.userData == scene.userData)
        #expect(event.asker == scene.asker && event.isAnswer && event.thirdParty == "5001" && event.recording == nil)
        #expect(event.audience == .party(try #require(scene.machine.parties.first { $0.dn == "5001" })))
    }

    @Test func `what is asked again while the switch works is answered when the first is`() throws {
        scene.ask(.holdCall, once: "r1")
        let waiting = scene.ask(.holdCall, once: "r1", by: Self.again)
        #expect(waiting == CallOutcome() && scene.atSwitch.count == 1)
        let held = scene.switchAnswers(.held("5001"))
        #expect(held.messages == [.eventHeld])
        let event = try #require(held.repeatedEvent)
        #expect(held.again.count == 1 && event.message == .eventHeld && event.asker == scene.asker)
        scene.ask(.retrieveCall)
        scene.switchAnswers(.retrieved("5001"))
        let third = scene.ask(.holdCall, once: "r1")
        #expect(third.repeatedEvent?.message == .eventHeld && scene.atSwitch.isEmpty, "the first answer, not the state")
    }

    @Test func `what the switch refuses is refused to all who asked`() {
        scene.ask(.holdCall, once: "r1")
        scene.ask(.holdCall, once: "r1", by: Self.again)
        let refused = scene.switchAnswers(.refused(RequestError(.dnBusy, "No.")))
        #expect(refused.refusal == .dnBusy && refused.repeatedRefusal == .dnBusy && refused.repliedTo == [scene.asker])
        #expect(scene.ask(.holdCall, once: "r1").repeatedRefusal == .dnBusy && scene.atSwitch.isEmpty)
    }

    @Test func `a party that has left is told again that it has`() throws {
        scene.ask(.releaseCall, once: "r1")
        scene.switchAnswers(.released("5001", .ok))
        let event = try #require(scene.ask(.releaseCall, once: "r1", by: Self.again).repeatedEvent)
        #expect(event.message == .eventReleased && event.callState == .ok)
        guard case .party(let party) = event.audience else {
            Issue.record("told to everybody")
            return
        }
        #expect(party.dn == "5001" && event.facts.parties.map(\.dn) == ["T1", "5002"])
        scene.end()
        let ended = scene.ask(.releaseCall, once: "r1", by: Self.again)
        #expect(ended.refusal == .invalidConnectionID && ended.again.isEmpty, "the call goes before what it remembers")
    }

    @Test func `an answer of 111 is not remembered`() {
        scene.ask(.holdCall, once: "r1")
        scene.ask(.holdCall, once: "r1", by: Self.again)
        let refused = scene.switchAnswers(.refused(RequestError(.tooManyRequests, "Later.")))
        #expect(refused.refusal == .tooManyRequests && refused.repeatedRefusal == .tooManyRequests)
        scene.ask(.holdCall, once: "r1")
        #expect(scene.atSwitch.count == 1, "it is carried out now")
    }

    @Test func `an answer that a call has given which is part of this one now is given again without its data`() throws
    {
        scene.ask(.holdCall, once: "r1")
        let first = try #require(scene.machine.remembered.entries.first?.first)
        let elsewhere = CallInfo(
            identity: CallIdentity(
                connection: ConnectionID(rawValue: 77), uuid: CallFixture.uuid, callType: .consult, ani: "", dnis: ""),
            parties: [scene.machine.parties[1]])
        let event = CallEvent(.eventDialing, to: .everyParty, elsewhere, asker: first, isAnswer: true)
        let answer = try #require(CachedResponse(event, of: elsewhere))
        #expect(scene.step(.answered(first, answer)).again.isEmpty)
        let repeated = scene.ask(.holdCall, once: "r1", by: Self.again)
        guard case .event(let again)? = repeated.again.first else {
            Issue.record("not told")
            return
        }
        #expect(again.message == .eventDialing && again.asker == scene.asker)
        #expect(again.facts.identity.connection == ConnectionID(rawValue: 77) && again.facts.userData.isEmpty)
    }

    // MARK: - Bounds

    @Test func `a minute is remembered, and not more`() {
        #expect(scene.ask(.stop, once: "r1").refusal == .incorrectObjectState)
        _ = scene.record().clear()
        scene.advance(by: .seconds(60))
        #expect(scene.ask(.stop, once: "r1").repeatedRefusal == .incorrectObjectState)
        scene.advance(by: .milliseconds(1))
        #expect(scene.ask(.stop, once: "r1").refusal == nil && scene.commands == ["stop 0"])
    }

    @Test func `64 are remembered, and older ones are forgotten first`() {
        for number in 1...65 { #expect(scene.ask(.stop, once: "r\(number)").refusal == .incorrectObjectState) }
        for number in 2...65 { #expect(scene.ask(.stop, once: "r\(number)").repeatedRefusal != nil, "\(number)") }
        #expect(scene.ask(.stop, once: "r1").repeatedRefusal == nil)
        #expect(scene.ask(.stop, once: "r2").repeatedRefusal == nil, "it made room for the first")
    }

    @Test func `what waits for its answer is not forgotten, and is bounded`() {
        scene.ask(.holdCall, once: "held")
        for number in 1...64 { scene.ask(.stop, once: "r\(number)") }
        scene.advance(by: .seconds(100))
        for _ in 1...64 {
            #expect(scene.ask(.holdCall, once: "held") == CallOutcome(), "though it is over a minute old")
        }
        #expect(scene.ask(.holdCall, once: "held").refusal == .resourceUnavailable)
        #expect(scene.switchAnswers(.held("5001")).again.count == 64)
        #expect(scene.atSwitch.isEmpty)
    }
}

extension CallOutcome {
    /// Who gets a first answer again.
    fileprivate var repliedTo: [RequestContext] {
        again.compactMap { if case .reply(let reply) = $0 { reply.asker } else { nil } }
    }

    fileprivate var repeatedRefusal: ErrorCode? {
        guard case .reply(let reply)? = again.first, case .refused(let refused) = reply.content else { return nil }
        return refused.code
    }

    fileprivate var repeatedEvent: CallEvent? {
        if case .event(let event)? = again.first { event } else { nil }
    }
}
