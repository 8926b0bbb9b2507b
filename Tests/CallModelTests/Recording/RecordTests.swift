import EventLoops
import TLibrary
import Testing

@testable import CallModel

/// What a call tells for the records (Recording contract, "Records kept").
struct RecordTests {
    private let scene = CallFixture(keepsRecords: true)

    private func told(_ scene: CallFixture) -> [String] { scene.transitions.map(\.summary) }

    @Test func `a recording is told from its wish to its end`() {
        _ = scene.talk()
        scene.ask(.start, ["id": .string("one")], by: CallFixture.supervisor)
        scene.confirm()
        scene.advance(by: .seconds(10))
        scene.ask(.pause, reasons: ["why": .string("card number")])
        scene.confirm()
        scene.advance(by: .seconds(5))
        scene.ask(.stop)
        scene.confirm()
        let file = scene.file ?? ""
        #expect(
            told(scene) == [
                "one 0 began 5001 ", "one 0 wished on request by 0.2 1", "one 0 sent start 1 to 0",
                "one 0 started \(file) simulated 1 by 0", "one 0 is on request \(file)",
                "one 10 wished paused request by 0.1 2", "one 10 sent pause 2 to 0", "one 10 confirmed 2 by 0",
                "one 10 is paused request", "one 15 wished off request by 0.1 3", "one 15 sent stop 3 to 0",
                "one 15 confirmed 3 by 0", "one 15 is off request", "one 15 over stopped",
            ])
        let askers = scene.transitions.compactMap(\.asker)
        #expect(askers.map(\.extensions) == [["id": .string("one")], [:], [:]])
        #expect(askers.map(\.reasons) == [[:], ["why": .string("card number")], [:]])
        #expect(scene.transitions.allSatisfy { $0.call == scene.machine.facts.identity })
        #expect(scene.transitions.last?.moment.wallMicroseconds == CallFixture.wallTime + 15_000_000)
    }

    @Test func `what media servers do not answer, refuse or cannot show is told, with every try`() {
        _ = scene.talk()
        scene.ask(.start, ["id": .string("one")])
        scene.advance(by: .seconds(6))
        scene.refuse(nil, .notProved)
        #expect(
            told(scene).dropFirst(2) == [
                "one 0 sent start 1 to 0", "one 2 sent start 1 to 0", "one 4 sent start 1 to 0",
                "one 6 unanswered 1 by 0", "one 6 sent stop 3 to 0", "one 6 sent start 2 to 1",
                "one 6 not-proved 2 by 1", "one 6 is off request not-proved", "one 6 sent stop 4 to 1",
                "one 6 over stopped",
            ])
    }

    @Test func `a lost server is told, and the next one with its file`() {
        _ = scene.talk().record()
        scene.report(.lost)
        scene.confirm()
        #expect(
            told(scene).dropFirst(5) == [
                "one 0 lost by 0", "one 0 is off media-failure", "one 0 sent start 2 to 1",
                "one 0 started \(scene.file ?? "") simulated 2 by 1", "one 0 is on recovery \(scene.file ?? "")",
            ])
    }

    @Test func `a stop that nobody confirms is told as such`() {
        _ = scene.talk().record()
        scene.ask(.stop)
        scene.advance(by: .seconds(60))
        #expect(told(scene).last == "one 6 over not-stopped")
    }

    @Test func `a hang-up at the moment of a pause ends it by the release`() {
        _ = scene.talk().record()
        scene.ask(.pause)
        scene.end()
        scene.report(.ended)
        #expect(told(scene).contains { $0.hasSuffix("is off release") })
        #expect(!told(scene).contains { $0.hasSuffix("is off media-report") })
    }

    @Test func `a route's recording is told with the route's asker, however late it begins`() {
        _ = scene.queue()
        scene.route(["record": .string("destination"), "id": .string("agent")])
        let wish = scene.transitions.compactMap(\.asker)
        #expect(wish.map(\.message) == [.requestRouteCall] && wish.map(\.thisDN) == ["8000"])
        scene.end()
        #expect(told(scene).last == "agent 0 over stopped", "one that was armed is told, too")
    }

    @Test func `an option's recording is told as nobody's wish`() {
        _ = scene.talk("5101")
        #expect(scene.transitions.map(\.event.isWish) == [false, true, false])
        #expect(scene.transitions.allSatisfy { $0.asker == nil })
    }

    @Test func `codecs that become silence are told, and change nothing`() {
        _ = scene.talk().record()
        #expect(scene.report(.undecoded(codecs: ["g729/8000"])).events.isEmpty)
        #expect(told(scene).last == "one 0 undecoded g729/8000 by 0")
    }

    @Test func `audio that stays away is told once`() {
        _ = scene.talk().record()
        for _ in 0..<2 { scene.report(.audio(missing: .both)) }
        for _ in 0..<2 { scene.report(.audio(missing: [])) }
        #expect(
            told(scene).suffix(4) == [
                "one 0 no-audio both by 0", "one 0 is on media-report no-media", "one 0 audio by 0",
                "one 0 is on media-report",
            ])
    }

    @Test func `nothing is told where no records are kept`() {
        let scene = CallFixture().talk().record().pause()
        scene.end()
        #expect(scene.transitions.isEmpty)
    }
}

extension RecordingTransition {
    fileprivate var asker: RequestContext? {
        if case .wished(let wish) = event { wish.asker } else { nil }
    }

    /// Such as `one 10 sent pause 2 to 0`: the recording, the second, and what happened.
    fileprivate var summary: String {
        let words: [String?] =
            switch event {
            case .began(let dn, let agent): ["began", dn.text, agent]
            case .wished(let wish):
                ["wished", wish.target.rawValue, wish.cause.rawValue]
                    + (wish.asker.map { ["by \($0.client.shard).\($0.client.serial)", "\($0.reference.rawValue)"] }
                        ?? [])
            case .sent(let command): ["sent", command.verb.rawValue, "\(command.id.rawValue) to \(command.server)"]
            case .answered(let answer):
                [answer.word.summary, answer.command.map { "\($0.rawValue)" }, "by \(answer.server)"]
            case .carried(let call): ["carried", call.connection.description]
            case .evidence(let evidence): ["evidence", evidence.kind.rawValue]
            case .changed(let change):
                [
                    "is", change.state.rawValue, change.cause.rawValue, change.newFile, change.reason?.rawValue,
                    change.warning?.rawValue,
                ]
            case .over(.stopped): ["over stopped"]
            case .over(.notStopped): ["over not-stopped"]
            }
        return (["\(recording)", "\(moment.monotonic.components.seconds)"] + words.compactMap(\.self))
            .joined(separator: " ")
    }
}

extension RecordingTransition.Event {
    var isWish: Bool {
        if case .wished = self { true } else { false }
    }
}

extension RecordingTransition.Answer.Word {
    fileprivate var summary: String {
        switch self {
        case .started(let file, let proof): "started \(file) \(proof.rawValue)"
        case .confirmed: "confirmed"
        case .refused: "refused"
        case .notProved: "not-proved"
        case .unanswered: "unanswered"
        case .ended: "ended"
        case .lost: "lost"
        case .audio: "audio"
        case .noAudio(let sides): "no-audio \(sides.word ?? "-")"
        case .undecoded(let codecs): "undecoded \(codecs.joined(separator: ","))"
        case .source(let sides, let address): "source \(sides.word ?? "-") \(address)"
        }
    }
}
