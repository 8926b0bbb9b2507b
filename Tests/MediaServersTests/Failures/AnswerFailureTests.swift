import CallControl
import CallControlTesting
import CallModel
import TLibrary
import Testing

/// What a T-Client sees when the answers of a media server fail: none, late, twice, mixed up, broken, or untrue.
@Suite struct AnswerFailureTests {
    private typealias Change = FailureFixture.Change

    /// The server misbehaves with one command: each time, or the first time that a datagram of it comes.
    private func stage(
        _ command: String, _ misbehaviour: Misbehaviour, onlyOnce: Bool = false,
        configure: (inout EngineConfiguration) -> Void = { _ in }
    ) throws -> FailureFixture {
        let stage = try FailureFixture(configure: configure)
        stage.server.follow { given in
            guard given.name == command else { return nil }
            return onlyOnce && (given.before > 0 || given.isRepeat) ? nil : misbehaviour
        }
        return stage
    }

    @Test(arguments: [Misbehaviour.silence, .loseAnswer, .cutShort, .notBencode])
    func `A start that is never answered fails, lights no lamp, and is stopped`(misbehaviour: Misbehaviour) throws {
        let stage = try stage("start recording", misbehaviour)
        let subject = try stage.call()
        #expect(stage.ask(.start, subject) == .failed("timeout"))
        #expect(stage.changes(of: subject) == [Change(lamp: "Off", cause: "request", reason: "timeout")])
        #expect(stage.capturing(subject) == [false])
        #expect(stage.violations == [])
    }

    @Test(arguments: [Misbehaviour.silence, .loseAnswer, .cutShort, .notBencode, .answerTwice, .strangeCookie])
    func `What goes wrong once is made good`(misbehaviour: Misbehaviour) throws {
        for command in ["start recording", "pause recording", "stop recording", "query"] {
            let stage = try stage(command, misbehaviour, onlyOnce: true)
            let subject = try stage.call()
            #expect(stage.ask(.start, subject) == .done("on"), "\(command)")
            #expect(stage.capturing(subject) == [true], "\(command)")
            #expect(stage.ask(.pause, subject) == .done("paused"), "\(command)")
            #expect(stage.capturing(subject) == [false], "\(command)")
            #expect(stage.ask(.resume, subject) == .done("on"), "\(command)")
            #expect(stage.ask(.stop, subject) == .done("off"), "\(command)")
            #expect(stage.capturing(subject) == [false], "\(command)")
            #expect(stage.changes(of: subject).map(\.lamp) == ["On", "Paused", "On", "Off"], "\(command)")
            #expect(stage.violations == [])
        }
    }

    @Test(arguments: [Misbehaviour.answerAfter(.seconds(20)), .hang(.seconds(20))])
    func `A late answer lights no lamp, and a late start is stopped there`(misbehaviour: Misbehaviour) throws {
        let stage = try stage("start recording", misbehaviour)
        let subject = try stage.call()
        #expect(stage.ask(.start, subject) == .failed("timeout"))
        stage.simulation.advance(by: .seconds(60))
        #expect(stage.changes(of: subject) == [Change(lamp: "Off", cause: "request", reason: "timeout")])
        #expect(stage.capturing(subject) == [false])
        #expect(stage.violations == [])
    }

    @Test func `Answers in any order reach their own recordings`() throws {
        let stage = try FailureFixture()
        stage.server.follow { command in
            .answerAfter(.milliseconds(command.callID.utf8.reduce(command.name.count) { ($0 * 31 + Int($1)) % 120 }))
        }
        let subjects = try (0..<10).map { _ in try stage.call() }
        for subject in subjects { stage.client.ask(4_013, of: subject.call, as: FailureFixture.dn) }
        stage.simulation.advance(by: .seconds(5))
        for (place, subject) in subjects.enumerated() where place.isMultiple(of: 2) {
            stage.client.ask(4_015, of: subject.call, as: FailureFixture.dn)
        }
        stage.simulation.advance(by: .seconds(5))
        for (place, subject) in subjects.enumerated() {
            #expect(stage.lamp(of: subject) == (place.isMultiple(of: 2) ? "Paused" : "On"))
            #expect(stage.capturing(subject) == [!place.isMultiple(of: 2)])
        }
        #expect(Set(subjects.flatMap(stage.files)).count == 10)
        #expect(stage.violations == [])
    }

    @Test func `A start that is turned down fails`() throws {
        let stage = try stage("start recording", .refuse("Recording is not allowed"))
        let subject = try stage.call()
        #expect(stage.ask(.start, subject) == .failed("refused"))
        #expect(stage.changes(of: subject) == [Change(lamp: "Off", cause: "request", reason: "refused")])
        #expect(stage.violations == [])
    }

    @Test func `A start of a call that the server does not carry fails`() throws {
        let stage = try FailureFixture()
        let subject = try stage.call()
        stage.server.forget(subject.session.callID)
        #expect(stage.ask(.start, subject) == .failed("refused"))
        #expect(stage.lamp(of: subject) == "Off")
    }

    @Test func `A yes with nothing to show for it fails`() throws {
        let stage = try stage("start recording", .lie)
        let subject = try stage.call()
        #expect(stage.ask(.start, subject) == .failed("not-proved"))
        #expect(stage.changes(of: subject) == [Change(lamp: "Off", cause: "request", reason: "not-proved")])
        #expect(stage.violations == [])
    }

    @Test(arguments: [Misbehaviour.lie, .refuse("no"), .silence])
    func `A pause that cannot be had ends the recording`(misbehaviour: Misbehaviour) throws {
        let stage = try stage("pause recording", misbehaviour)
        let subject = try stage.call()
        #expect(stage.ask(.start, subject) == .done("on"))
        let outcome = try #require(stage.ask(.pause, subject))
        #expect((outcome.result, outcome.state) == ("failed", "off"))
        let changes = stage.changes(of: subject)
        #expect(changes.map(\.lamp) == ["On", "Off"])
        #expect(changes.last == Change(lamp: "Off", cause: "media-failure", reason: outcome.reason))
        #expect(["not-proved", "refused", "timeout"].contains(outcome.reason))
        #expect(stage.capturing(subject) == [false])
        #expect(stage.violations == [])
    }

    @Test(arguments: [Misbehaviour.lie, .refuse("no"), .silence])
    func `A pause that cannot be had is tried until it can, where the site wants that`(
        misbehaviour: Misbehaviour
    ) throws {
        let stage = try stage("pause recording", misbehaviour) { $0.recording.pauseFailure = .keepTrying }
        let subject = try stage.call()
        #expect(stage.ask(.start, subject) == .done("on"))
        let outcome = try #require(stage.ask(.pause, subject))
        #expect((outcome.result, outcome.state) == ("failed", "on"))
        #expect(stage.changes(of: subject).map(\.lamp) == ["On", "On"])
        #expect(stage.changes(of: subject).last?.reason == outcome.reason)
        #expect(stage.capturing(subject) == [true])

        stage.server.follow { _ in nil }
        stage.simulation.advance(by: .seconds(10))
        #expect(stage.changes(of: subject).map(\.lamp) == ["On", "On", "Paused"])
        #expect(stage.capturing(subject) == [false])
        #expect(stage.violations == [])
    }

    @Test func `A resume that does not come about leaves the recording paused`() throws {
        let stage = try FailureFixture()
        let subject = try stage.call()
        #expect(stage.ask(.start, subject) == .done("on"))
        #expect(stage.ask(.pause, subject) == .done("paused"))
        stage.server.follow { $0.name == "start recording" ? .lie : nil }
        #expect(stage.ask(.resume, subject) == .failed("not-proved", "paused"))
        #expect(stage.changes(of: subject).map(\.lamp) == ["On", "Paused"])
        #expect(stage.capturing(subject) == [false])
        #expect(stage.violations == [])
    }
}
