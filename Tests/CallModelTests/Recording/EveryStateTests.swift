import TLibrary
import Testing

@testable import CallModel

/// Every state of a recording, reached by what really happens, and all that can happen to it there.
struct EveryStateTests {
    /// `state + event -> state | media commands | GSIP_RECORD of each change | outcomes of requests`, or an error code
    /// where a request is refused. The recording is that of 5001, who talks with the trunk and with 5002; there are two
    /// media servers; a state of `-` is: no more.
    static let course = """
        armed + start -> 43
        armed + pause -> armed ||| superseded off
        armed + resume -> 43
        armed + stop -> - ||| superseded off, done off
        armed + established -> starting | start 0 ||
        armed + refused -> armed |||
        armed + confirmed -> armed |||
        armed + ended -> armed |||
        armed + lost -> armed |||
        armed + moved -> armed |||
        armed + leaves -> - ||| failed anchor-gone off
        armed + call-ends -> - ||| failed call-ended off
        armed + shutdown -> - ||| failed shutdown off
        armed + limit -> armed |||
        armed + limit-resume -> armed |||
        armed + limit-stop -> armed |||

        starting + start -> 43
        starting + pause -> starting |||
        starting + resume -> 43
        starting + stop -> starting |||
        starting + confirmed -> on || On | done on
        starting + refused -> starting | start 1 ||
        starting + unproved -> starting | stop 0, start 1 ||
        starting + unanswered -> starting | start 0, start 0, stop 0, start 1 ||
        starting + ended -> starting | start 1 ||
        starting + lost -> starting | start 1 ||
        starting + moved -> starting | stop 0 ||
        starting + leaves -> starting ||| failed anchor-gone off
        starting + call-ends -> starting ||| failed call-ended off
        starting + shutdown -> starting ||| failed shutdown off
        starting + limit -> starting |||
        starting + limit-resume -> starting |||
        starting + limit-stop -> starting |||

        on + start -> 43
        on + pause -> pausing | pause 0 ||
        on + resume -> 43
        on + stop -> stopping | stop 0 ||
        on + established -> on |||
        on + confirmed -> on |||
        on + refused -> on |||
        on + ended -> - || Off |
        on + lost -> recovering | start 1 | Off |
        on + moved -> recovering | stop 0, start 1 | Off |
        on + leaves -> stopping | stop 0 ||
        on + call-ends -> stopping | stop 0 ||
        on + shutdown -> stopping | stop 0 ||
        on + limit -> on |||
        on + limit-resume -> on |||
        on + limit-stop -> on |||

        pausing + start -> 43
        pausing + pause -> 43
        pausing + resume -> pausing |||
        pausing + stop -> pausing |||
        pausing + confirmed -> paused || Paused | done paused
        pausing + refused -> stopping | stop 0 ||
        pausing + unproved -> stopping | stop 0 ||
        pausing + unanswered -> stopping | pause 0, pause 0, stop 0 ||
        pausing + ended -> - || Off | failed no-media-server off
        pausing + lost -> recovering | start-paused 1 | Off |
        pausing + moved -> recovering | stop 0, start-paused 1 | Off |
        pausing + leaves -> pausing ||| failed anchor-gone on
        pausing + call-ends -> pausing ||| failed call-ended on
        pausing + shutdown -> pausing ||| failed shutdown on
        pausing + limit -> pausing |||
        pausing + limit-resume -> pausing |||
        pausing + limit-stop -> pausing |||

        paused + start -> 43
        paused + pause -> 43
        paused + resume -> resuming | resume 0 ||
        paused + stop -> stopping | stop 0 ||
        paused + confirmed -> paused |||
        paused + refused -> paused |||
        paused + ended -> - || Off |
        paused + lost -> recovering | start-paused 1 | Off |
        paused + moved -> recovering | stop 0, start-paused 1 | Off |
        paused + leaves -> stopping | stop 0 ||
        paused + call-ends -> stopping | stop 0 ||
        paused + shutdown -> stopping | stop 0 ||
        paused + limit -> paused || Paused |
        paused + limit-resume -> resuming | resume 0 ||
        paused + limit-stop -> stopping | stop 0 ||

        resuming + start -> 43
        resuming + pause -> resuming |||
        resuming + resume -> 43
        resuming + stop -> resuming |||
        resuming + confirmed -> on || On | done on
        resuming + refused -> paused ||| failed refused paused
        resuming + unproved -> paused ||| failed not-proved paused
        resuming + unanswered -> paused | resume 0, resume 0 || failed timeout paused
        resuming + ended -> - || Off | failed no-media-server off
        resuming + lost -> recovering | start 1 | Off |
        resuming + moved -> recovering | stop 0, start 1 | Off |
        resuming + leaves -> resuming ||| failed anchor-gone paused
        resuming + call-ends -> resuming ||| failed call-ended paused
        resuming + shutdown -> resuming ||| failed shutdown paused
        resuming + limit -> resuming |||
        resuming + limit-resume -> resuming |||
        resuming + limit-stop -> resuming |||

        stopping + start -> stopping |||
        stopping + pause -> 1161
        stopping + resume -> 1161
        stopping + stop -> 1161
        stopping + confirmed -> - || Off | done off
        stopping + refused -> stopping | stop 0 ||
        stopping + unproved -> stopping | stop 0 ||
        stopping + unanswered -> - | stop 0, stop 0 | Off | failed timeout off
        stopping + ended -> - || Off | done off
        stopping + lost -> - || Off | done off
        stopping + moved -> stopping |||
        stopping + leaves -> stopping |||
        stopping + call-ends -> stopping ||| failed call-ended on
        stopping + shutdown -> stopping ||| failed shutdown on
        stopping + limit -> stopping |||
        stopping + limit-resume -> stopping |||
        stopping + limit-stop -> stopping |||

        recovering + start -> 43
        recovering + pause -> recovering |||
        recovering + resume -> 43
        recovering + stop -> - | stop 1 || done off
        recovering + confirmed -> on || On |
        recovering + refused -> recovering | start 0 ||
        recovering + unproved -> recovering | stop 1, start 0 ||
        recovering + unanswered -> recovering | start 1, start 1, stop 1, start 0 ||
        recovering + ended -> recovering | start 0 ||
        recovering + lost -> recovering | start 0 ||
        recovering + moved -> recovering | stop 1 ||
        recovering + leaves -> - | stop 1 ||
        recovering + call-ends -> - | stop 1 ||
        recovering + shutdown -> - | stop 1 ||
        recovering + limit -> recovering |||
        recovering + limit-resume -> recovering |||
        recovering + limit-stop -> recovering |||

        - + start -> starting | start 0 ||
        - + pause -> 1161
        - + resume -> 1161
        - + stop -> 1161
        - + confirmed -> - |||
        - + refused -> - |||
        - + ended -> - |||
        - + lost -> - |||
        - + moved -> - |||
        - + leaves -> - |||
        - + call-ends -> - |||
        - + shutdown -> - |||
        - + limit -> - |||
        - + limit-resume -> - |||
        - + limit-stop -> - |||
        """

    static let lines = course.split(separator: "\n").map(String.init).filter { !$0.isEmpty }

    @Test(arguments: lines)
    func `what happens to a recording`(line: String) throws {
        let place = try #require(line.firstRange(of: " -> "))
        let words = line[..<place.lowerBound].split(separator: " ")
        let scene = try #require(Self.reach(String(words[0]), action(of: String(words[2]))))
        #expect((scene.phase.map { "\($0)" } ?? "-") == words[0])
        let outcomes = try #require(Self.happen(String(words[2]), to: scene))
        #expect("\(words[0]) + \(words[2]) -> \(Self.render(outcomes, scene))" == line)
    }

    @Test func `a late answer changes nothing and is counted`() throws {
        for state in ["armed", "on", "paused", "-"] {
            let scene = try #require(Self.reach(state))
            let notices = scene.notices
            for event: MediaReport.Event in [
                .confirmed(.init(rawValue: 900)), .refused(.init(rawValue: 901), .refused),
            ] {
                let outcome = scene.report(event, of: RecordingID("one"), from: 0)
                #expect(outcome.unexpectedReports == 1 && outcome.events.isEmpty && outcome.media.isEmpty)
            }
            #expect(scene.notices == notices)
        }
    }
}

extension EveryStateTests {
    /// What `limit` in a line does; `limit-resume` and `limit-stop` say so.
    private func action(of event: String) -> RecordingOptions.PauseLimitAction {
        event.firstRange(of: "-").flatMap { .init(rawValue: String(event[$0.upperBound...])) } ?? .warn
    }

    /// The scene in that state, with nothing but the last command in its record of what was sent.
    private static func reach(
        _ state: String, _ action: RecordingOptions.PauseLimitAction = .warn
    ) -> CallFixture? {
        let start: KeyValueList = ["id": "one", "dn": "5001"]
        let scene = CallFixture {
            $0.pauseLimit = 20
            $0.pauseLimitAction = action
        }
        if state == "armed" {
            scene.ring().join("5002").report(.media("5001", .first))
            scene.ask(.start, start)
            return scene
        }
        scene.talk().join("5002").report(.media("5001", .first))
        switch state {
        case "starting": scene.ask(.start, start)
        case "on": _ = scene.record()
        case "pausing": scene.record().ask(.pause)
        case "paused": _ = scene.record().pause()
        case "resuming": scene.record().pause().ask(.resume)
        case "stopping": scene.record().ask(.stop)
        case "recovering": scene.record().report(.lost)
        case "-":
            scene.record().ask(.stop)
            scene.confirm()
        default: return nil
        }
        return scene
    }

    private static func happen(_ event: String, to scene: CallFixture) -> [CallOutcome]? {
        let last = scene.sent.last
        if let verb = RecordingVerb(rawValue: event) {
            return [scene.ask(verb, verb == .start ? ["dn": "5001"] : [:])]
        }
        switch event {
        case "established": return [scene.report(.established("5001"))]
        case "confirmed":
            guard let last else { return [scene.report(.confirmed(.init(rawValue: 9)), of: .one, from: 0)] }
            return [last.order == nil || scene.phase != .on ? scene.confirm(last) : scene.report(.confirmed(last.id))]
        case "refused":
            guard let last else { return [scene.report(.refused(.init(rawValue: 9), .refused), of: .one, from: 0)] }
            return [scene.refuse(last)]
        case "unproved": return [scene.refuse(last, .notProved)]
        case "unanswered": return scene.advance(by: .seconds(6))
        case "ended": return [scene.report(.ended, of: .one, from: last?.server ?? 0)]
        case "lost": return [scene.report(.lost, of: .one, from: last?.server ?? 0)]
        case "moved": return [scene.report(.media("5001", .second))]
        case "leaves": return [scene.report(.released("5001", .ok))]
        case "call-ends": return [scene.report(.released("5002", .ok)), scene.report(.released("5001", .ok))]
        case "shutdown": return [scene.step(.shutdown)]
        case "limit", "limit-resume", "limit-stop": return scene.reachPauseLimit(in: .seconds(20))
        default: return nil
        }
    }

    private static func render(_ outcomes: [CallOutcome], _ scene: CallFixture) -> String {
        if let refusal = outcomes.first?.refusal { return "\(refusal.rawValue)" }
        let parts = [outcomes.flatMap(\.commands), outcomes.flatMap(\.lamps), outcomes.flatMap(\.verdicts)]
        var text = scene.phase.map { "\($0)" } ?? "-"
        for part in parts { text += " | " + part.joined(separator: ", ") }
        // Written as the drawing is: empty parts close up.
        return text.split(separator: "|", omittingEmptySubsequences: false)
            .map { $0.split(separator: " ").joined(separator: " ") }
            .reduce(into: "") { whole, part in
                if whole.isEmpty {
                    whole = String(part)
                } else {
                    whole += (whole.hasSuffix("|") ? "|" : " |") + (part.isEmpty ? "" : " " + part)
                }
            }
    }
}

extension MediaSession {
    /// Two sessions of a party, one after the other.
    static let first = MediaSession(callID: "one", fromTag: "a", toTag: "b")
    static let second = MediaSession(callID: "two", fromTag: "a", toTag: "b")
}

extension RecordingID {
    /// The recording that a scene begins first.
    static var one: RecordingID? { RecordingID("one") }
}
