import TLibrary
import Testing

@testable import CallModel

/// How long a recording may stay paused (Recording contract, "Limits of a pause").
struct PauseLimitTests {
    private func scene(
        limit: Int = 60, _ action: RecordingOptions.PauseLimitAction = .warn,
        _ servers: [MediaCapabilities] = [.able, .able]
    ) -> CallFixture {
        CallFixture(servers: servers, keepsRecords: true) {
            $0.pauseLimit = limit
            $0.pauseLimitAction = action
        }.talk().record()
    }

    // MARK: - When it is reached

    @Test func `a pause that goes on past the option warns once, and stays a pause`() throws {
        let scene = scene().pause()
        #expect(scene.advance(by: .milliseconds(59_999)).flatMap(\.events).isEmpty)
        let change = try #require(scene.advance(by: .milliseconds(1)).flatMap(\.changes).first)
        let notice = try #require(change.recording)
        #expect(notice.warning == .pauseLimit && notice.cause == .limit && notice.state == .paused)
        #expect(change.thirdParty == nil && change.asker == nil && notice.reason == nil)
        #expect(scene.lamp == "Paused" && scene.phase == .paused)
        #expect(scene.advance(by: .seconds(600)).flatMap(\.events).isEmpty && scene.deadlines.isEmpty)
        #expect(scene.notices.first?.warning == .pauseLimit, "as snapshots and queries tell it")
    }

    @Test(arguments: [(60, 20, 20), (20, 60, 20), (0, 40, 40), (40, 0, 40), (0, 0, 0), (86_400, 86_400, 86_400)])
    func `the shorter of the option and max-pause holds`(option: Int, longest: Int, expected: Int) {
        let scene = scene(limit: option)
        scene.ask(.pause, longest == 0 ? [:] : ["MAX-Pause": .integer(Int32(longest))])
        scene.advance(by: .seconds(1))
        let began = scene.now
        scene.confirm()
        var warned: Duration?
        scene.witness = { _, outcome in
            if outcome.notices.contains(where: { $0.warning == .pauseLimit }) { warned = warned ?? scene.now }
        }
        scene.advance(by: .seconds(100_000))
        #expect(warned.map { $0 - began } == (expected == 0 ? nil : .seconds(expected)), "from the confirmed pause on")
    }

    @Test func `what ends the pause ends the warning, and the next pause has its own limit`() {
        for (verb, lamp) in [(RecordingVerb.resume, "On"), (.stop, "Off")] {
            let scene = scene().pause()
            scene.advance(by: .seconds(60))
            #expect(scene.ask(verb).changes.isEmpty)
            let change = scene.confirm()
            #expect(change.lamps == [lamp] && change.notices[0].warning == nil && change.notices[0].cause == .request)
            guard verb == .resume else { continue }
            scene.advance(by: .seconds(100))
            _ = scene.pause()
            #expect(scene.advance(by: .milliseconds(59_999)).flatMap(\.events).isEmpty)
            #expect(scene.advance(by: .milliseconds(1)).flatMap(\.notices).map(\.warning) == [.pauseLimit])
        }
    }

    @Test func `a limit whose pause has ended is harmless`() {
        for action in RecordingOptions.PauseLimitAction.allCases {
            let scene = scene(action).pause()
            scene.advance(by: .seconds(59))
            scene.ask(.resume)
            scene.confirm()
            let sent = scene.clear().advance(by: .seconds(100))
            #expect(sent.flatMap(\.events).isEmpty && scene.commands.isEmpty && scene.phase == .on)
        }
    }

    @Test func `clients that pause and resume without end leave no deadlines behind`() {
        let scene = scene(limit: 86_400)
        for number in 0..<1_000 {
            scene.ask(.pause, ["max-pause": .integer(number % 2 == 0 ? 1_000 : 5)])
            scene.confirm()
            scene.ask(.resume)
            scene.confirm()
            scene.advance(by: .milliseconds(100))
        }
        let looks = scene.deadlines.count { if case .pauseLimit = $0.deadline { true } else { false } }
        #expect(looks <= 35, "one on its way for the shortest, and what that replaced for at most 30 seconds")
    }

    // MARK: - What it does

    @Test func `resume: as a wish of the limit, told as one`() throws {
        let scene = scene(.resume).pause().clear()
        #expect(scene.advance(by: .seconds(60)).flatMap(\.events).isEmpty, "not before it is confirmed")
        #expect(scene.commands == ["resume 0"])
        let change = try #require(scene.confirm().changes.first)
        #expect(change.recording?.state == .on && change.recording?.cause == .limit && change.thirdParty == nil)
        #expect(change.recording?.warning == nil && scene.lamp == "On")
        #expect(scene.limitWishes == [.on])
    }

    @Test func `stop: as a wish of the limit, and it is final`() throws {
        let scene = scene(.stop).pause().clear()
        scene.advance(by: .seconds(60))
        #expect(scene.commands == ["stop 0"] && scene.ask(.resume).refusal == .incorrectObjectState)
        let change = try #require(scene.confirm().changes.first)
        #expect(change.recording?.state == .off && change.recording?.cause == .limit)
        #expect(scene.lamp == "Off" && scene.notices.isEmpty && scene.limitWishes == [.off])
    }

    @Test func `a resume that the limit cannot have warns, and says why`() throws {
        for failure in [MediaFailure.refused, .notProved] {
            let scene = scene(.resume).pause()
            scene.advance(by: .seconds(60))
            let notice = try #require(scene.refuse(nil, failure).notices.first)
            #expect(notice.state == .paused && notice.warning == .pauseLimit && notice.cause == .limit)
            #expect(notice.reason == failure.reason && scene.lamp == "Paused" && scene.phase == .paused)
            #expect(scene.clear().advance(by: .seconds(600)).flatMap(\.events).isEmpty)
            #expect(scene.commands.isEmpty, "it is not tried without end")
            scene.ask(.resume)
            let change = scene.confirm()
            #expect(
                change.notices[0].warning == nil && change.notices[0].reason == nil && change.verdicts == ["done on"])
        }
        let scene = scene(.resume).pause()
        scene.advance(by: .seconds(60))
        #expect(scene.advance(by: .seconds(6)).flatMap(\.notices).map(\.reason) == [.timeout])
    }

    @Test func `a request that ends the pause has the last word; where that is refused, the limit acts`() {
        for (action, command) in [(RecordingOptions.PauseLimitAction.resume, "resume 0"), (.stop, "stop 0")] {
            let scene = scene(action).pause()
            scene.advance(by: .seconds(59))
            scene.ask(.resume)
            #expect(scene.clear().reachPauseLimit(in: .seconds(1)).flatMap(\.commands).isEmpty)
            let refused = scene.refuse()
            #expect(refused.verdicts == ["failed refused paused"] && refused.commands == [command])
            #expect(scene.confirm().notices.map(\.cause) == [.limit])
        }
        for isRefused in [false, true] {
            let scene = scene(.warn).pause()
            scene.advance(by: .seconds(59))
            scene.ask(.resume)
            #expect(scene.reachPauseLimit(in: .seconds(1)).flatMap(\.events).isEmpty)
            let warning = isRefused ? scene.refuse().notices : scene.confirm().notices
            #expect(warning.map(\.warning) == [isRefused ? .pauseLimit : nil])
        }
    }

    @Test func `a PAUSE behind a RESUME ends the max-pause of the one before it at once, and not the option's limit`() {
        for action in RecordingOptions.PauseLimitAction.allCases {
            let scene = scene(limit: 40, action)
            scene.ask(.pause, ["max-pause": 30])
            scene.confirm()
            scene.advance(by: .milliseconds(29_500))
            scene.ask(.resume)
            scene.ask(.pause)
            #expect(scene.clear().reachPauseLimit(in: .milliseconds(500)).flatMap(\.events).isEmpty)
            #expect(scene.limitWishes.isEmpty && scene.refuse().verdicts == ["failed refused paused", "done paused"])
            #expect(scene.advance(by: .milliseconds(9_999)).flatMap(\.events).isEmpty && scene.commands.isEmpty)
            let reached = scene.advance(by: .milliseconds(1))
            #expect(action == .warn ? reached.flatMap(\.notices).count == 1 : scene.limitWishes.count == 1)
        }
    }

    @Test func `a PAUSE against the limit's resume is a pause of its own`() {
        let scene = scene(.resume).pause()
        scene.advance(by: .seconds(60))
        #expect(scene.ask(.pause, ["max-pause": 10]).refusal == nil)
        scene.confirm()
        #expect(scene.confirm().verdicts == ["done paused"] && scene.lamp == "Paused")
        scene.clear().advance(by: .seconds(9))
        #expect(scene.commands.isEmpty)
        scene.advance(by: .seconds(1))
        #expect(scene.commands == ["resume 0"])
    }

    @Test func `a PAUSE that finds the pause going on counts its max-pause from then, and the option from the first`() {
        let scene = scene(limit: 60)
        scene.ask(.pause, ["max-pause": 50])
        scene.confirm()
        scene.advance(by: .seconds(30))
        scene.ask(.resume)
        scene.ask(.pause)
        #expect(scene.refuse().verdicts == ["failed refused paused", "done paused"])
        #expect(scene.advance(by: .milliseconds(29_999)).flatMap(\.events).isEmpty, "the 50 seconds ended with RESUME")
        #expect(scene.advance(by: .milliseconds(1)).flatMap(\.notices).map(\.warning) == [.pauseLimit])
    }

    @Test func `a PAUSE behind the limit's resume that fails has a limit of its own`() {
        let scene = scene(limit: 0, .resume)
        scene.ask(.pause, ["max-pause": 20])
        scene.confirm()
        scene.advance(by: .seconds(20))
        #expect(scene.limitWishes == [.on])
        #expect(scene.ask(.pause, ["max-pause": 30]).refusal == nil)
        scene.advance(by: .seconds(1))
        #expect(scene.clear().refuse().verdicts == ["done paused"] && scene.phase == .paused)
        #expect(scene.advance(by: .milliseconds(29_999)).flatMap(\.events).isEmpty && scene.commands.isEmpty)
        scene.advance(by: .milliseconds(1))
        #expect(scene.commands == ["resume 0"] && scene.limitWishes == [.on, .on])
    }

    // MARK: - Media servers that are lost meanwhile

    @Test func `a recovered pause keeps its first limit`() {
        let scene = scene().pause()
        scene.advance(by: .seconds(50))
        scene.report(.lost)
        scene.advance(by: .seconds(1))
        #expect(scene.confirm().notices.map(\.warning) == [nil] && scene.phase == .paused)
        #expect(scene.advance(by: .milliseconds(8_999)).flatMap(\.events).isEmpty)
        #expect(scene.advance(by: .milliseconds(1)).flatMap(\.notices).map(\.warning) == [.pauseLimit])
    }

    @Test func `a limit reached while another server is looked for warns once it has confirmed`() {
        let scene = scene(limit: 60).pause()
        scene.advance(by: .seconds(59))
        scene.report(.lost)
        #expect(scene.advance(by: .milliseconds(1_500)).flatMap(\.events).isEmpty)
        let recovered = scene.confirm()
        #expect(recovered.notices.map(\.cause) == [.recovery, .limit])
        #expect(recovered.notices.map(\.warning) == [nil, .pauseLimit] && recovered.lamps == ["Paused", "Paused"])
    }

    @Test func `a pause that was warned of is warned of again by the next server`() {
        let scene = scene().pause()
        scene.advance(by: .seconds(60))
        #expect(scene.report(.lost).notices.map(\.warning) == [nil])
        #expect(scene.confirm().notices.map(\.warning) == [nil, .pauseLimit])
    }

    @Test func `a RESUME during the recovery has the last word on a limit that has passed; refused, it warns`() {
        for isRefused in [false, true] {
            let scene = scene(limit: 60).pause()
            scene.advance(by: .seconds(60))
            scene.report(.lost)
            scene.ask(.resume)
            let recovered = scene.confirm()
            #expect(recovered.notices.map(\.warning) == [nil] && recovered.commands == ["resume 1"])
            let notices = isRefused ? scene.refuse().notices : scene.confirm().notices
            #expect(notices.map(\.warning) == [isRefused ? .pauseLimit : nil])
            #expect(scene.lamp == (isRefused ? "Paused" : "On"))
        }
    }

    @Test func `resume and stop act at once on what is desired, also where no server could begin paused`() {
        for servers in [[MediaCapabilities.able, .able], [.simple, .simple]] {
            let scene = scene(.resume, servers).pause()
            scene.advance(by: .seconds(59))
            scene.report(.lost)
            let commands = scene.clear().reachPauseLimit(in: .seconds(1)).flatMap(\.commands)
            #expect(commands == (servers[0] == .simple ? ["start 0"] : []), "a start paused is under way")
            scene.confirm(scene.lastCommand)
            if servers[0] == .able { scene.confirm() }
            #expect(scene.lamp == "On" && scene.limitWishes == [.on])
        }
        for servers in [[MediaCapabilities.able, .able], [.simple, .simple]] {
            let scene = scene(.stop, servers).pause()
            scene.report(.lost)
            _ = scene.reachPauseLimit(in: .seconds(60))
            #expect(scene.notices.isEmpty && scene.lamp == "Off" && scene.limitWishes == [.off])
        }
    }

    @Test func `a resume that the lost server had refused is had from the next one`() {
        let scene = scene(.resume, [.simple, .simple]).pause()
        scene.advance(by: .seconds(60))
        scene.refuse()
        #expect(scene.report(.lost).commands == ["start 1"])
        #expect(scene.confirm().lamps == ["On"])
    }

    // MARK: - Two warnings

    @Test func `no audio is expected in a pause, nor warned of beneath its limit`() {
        let scene = scene()
        #expect(scene.report(.audio(missing: .both)).notices.map(\.warning) == [.noMedia])
        scene.ask(.pause)
        #expect(scene.confirm().notices.map(\.warning) == [nil])
        #expect(scene.report(.audio(missing: .both)).events.isEmpty)
        #expect(scene.advance(by: .seconds(60)).flatMap(\.notices).map(\.warning) == [.pauseLimit])
        #expect(scene.report(.audio(missing: [])).events.isEmpty)
        scene.ask(.resume)
        #expect(scene.confirm().notices.map(\.warning) == [nil])
        #expect(scene.report(.audio(missing: .anchor)).events.isEmpty, "a resume gives it its time anew")
        scene.advance(by: .seconds(5))
        #expect(scene.report(.audio(missing: .anchor)).notices.map(\.warning) == [.noMedia])
    }
}

extension CallFixture {
    /// What the records say that a limit asked for.
    fileprivate var limitWishes: [RecordingState] {
        transitions.compactMap { transition in
            guard case .wished(let wish) = transition.event, wish.cause == .limit, wish.asker == nil else { return nil }
            return wish.target
        }
    }
}
