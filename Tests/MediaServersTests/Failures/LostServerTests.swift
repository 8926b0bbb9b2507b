import CallControl
import CallControlTesting
import CallModel
import MediaServers
import TLibrary
import Testing

/// What a T-Client sees when a media server hangs, dies, forgets, or does what nobody asked for.
@Suite struct LostServerTests {
    private typealias Change = FailureFixture.Change

    private func started(
        servers: Int = 1, configure: (inout EngineConfiguration) -> Void = { _ in }
    ) throws -> (FailureFixture, FailureFixture.Subject) {
        let stage = try FailureFixture(servers: servers, configure: configure)
        let subject = try stage.call()
        #expect(stage.ask(.start, subject) == .done("on"))
        #expect(stage.lamp(of: subject) == "On")
        return (stage, subject)
    }

    @Test func `A server that hangs beyond all tries starts nothing, also when it goes on`() throws {
        let stage = try FailureFixture()
        let subject = try stage.call()
        stage.server.freeze()
        let outcome = try #require(stage.ask(.start, subject, for: .seconds(20)))
        #expect(outcome.result == "failed")
        #expect(["timeout", "no-media-server"].contains(outcome.reason))
        stage.thaw(stage.server)
        stage.simulation.advance(by: .seconds(20))
        #expect(stage.changes(of: subject) == [Change(lamp: "Off", cause: "request", reason: outcome.reason)])
        #expect(stage.capturing(subject) == [false])

        #expect(stage.ask(.start, subject) == .done("on"))
        #expect(stage.capturing(subject) == [true])
        #expect(stage.violations == [])
    }

    @Test func `Nobody waits for a server that is known not to answer`() throws {
        let stage = try FailureFixture()
        let subject = try stage.call()
        stage.server.freeze()
        stage.simulation.advance(by: .seconds(5))
        let outcome = stage.ask(.start, subject, for: .milliseconds(50))
        #expect(outcome == .failed("no-media-server"))
        #expect(stage.server.commands(of: subject.session.callID) == [])
    }

    @Test func `A recording of a server that hangs goes dark, and is stopped when it goes on`() throws {
        let (stage, subject) = try started()
        stage.server.freeze()
        stage.simulation.advance(by: .seconds(20))
        let changes = stage.changes(of: subject)
        #expect(changes.map(\.lamp) == ["On", "Off", "Off"])
        #expect(changes.map(\.cause) == ["request", "media-failure", "recovery"])
        #expect(changes.last?.reason == "no-media-server")
        #expect(stage.capturing(subject) == [true])

        stage.thaw(stage.server)
        stage.simulation.advance(by: .seconds(20))
        #expect(stage.capturing(subject) == [false])
        #expect(stage.changes(of: subject) == changes)
        #expect(stage.violations == [])
    }

    /// With the default times.
    private func startedAtLeisure() throws -> (FailureFixture, FailureFixture.Subject) {
        let stage = try FailureFixture(
            adjust: { settings in
                settings = RTPEngine.Settings(address: settings.address)
            },
            configure: { configuration in
                configuration.recording.timeout = .seconds(2)
                configuration.recording.tries = 3
            })
        let subject = try stage.call()
        #expect(stage.ask(.start, subject) == .done("on"))
        return (stage, subject)
    }

    @Test func `A killed server is noticed within a second`() throws {
        let (stage, subject) = try startedAtLeisure()
        stage.kill(stage.server)
        stage.simulation.advance(by: .seconds(1))
        #expect(stage.lamp(of: subject) == "Off")
        #expect(stage.changes(of: subject).last?.cause == "media-failure")
    }

    @Test func `A frozen server is noticed after 2,5 s, and a pause meanwhile fails`() throws {
        let (stage, subject) = try startedAtLeisure()
        stage.server.freeze()
        stage.simulation.advance(by: .milliseconds(1_500))
        let outcome = stage.ask(.pause, subject, for: .milliseconds(1_500))
        #expect(stage.lamp(of: subject) == "Off")
        #expect(outcome?.result == "failed")
        stage.thaw(stage.server)
        stage.simulation.advance(by: .seconds(5))
        #expect(stage.capturing(subject) == [false])
        #expect(stage.violations == [])
    }

    @Test func `A server that hangs for two seconds is not lost`() throws {
        let (stage, subject) = try startedAtLeisure()
        stage.server.freeze()
        stage.simulation.advance(by: .seconds(2))
        stage.thaw(stage.server)
        stage.simulation.advance(by: .seconds(10))
        #expect(stage.changes(of: subject).map(\.lamp) == ["On"])
    }

    @Test func `A recording of a server that hangs moves to the next, and the old one is stopped`() throws {
        let (stage, subject) = try started(servers: 2)
        let before = stage.capturing(subject)
        #expect(before.count { $0 } == 1)
        let first = try #require(before.firstIndex(of: true))
        stage.servers[first].freeze()
        stage.simulation.advance(by: .seconds(20))
        let changes = stage.changes(of: subject)
        #expect(changes.map(\.lamp) == ["On", "Off", "On"])
        #expect(changes.map(\.cause) == ["request", "media-failure", "recovery"])
        #expect(Set(stage.files(of: subject)).count == 2)
        #expect(stage.capturing(subject) == [true, true])

        stage.thaw(stage.servers[first])
        stage.simulation.advance(by: .seconds(20))
        #expect(stage.capturing(subject) == before.map { !$0 })
        #expect(stage.ask(.stop, subject) == .done("off"))
        #expect(stage.capturing(subject) == [false, false])
        #expect(stage.violations == [])
    }

    @Test func `A paused recording of a lost server does not come back aloud`() throws {
        let (stage, subject) = try started(servers: 2)
        let first = try #require(stage.capturing(subject).firstIndex(of: true))
        #expect(stage.ask(.pause, subject) == .done("paused"))
        stage.servers[first].freeze()
        stage.simulation.advance(by: .seconds(20))
        #expect(stage.changes(of: subject).map(\.lamp).prefix(3) == ["On", "Paused", "Off"])
        #expect(!stage.changes(of: subject).dropFirst().map(\.lamp).contains("On"))
        #expect(stage.capturing(subject) == [false, false])

        #expect(stage.ask(.resume, subject) == .done("on"))
        #expect(stage.lamp(of: subject) == "On")
        #expect(stage.capturing(subject)[1 - first])
        stage.thaw(stage.servers[first])
        stage.simulation.advance(by: .seconds(10))
        #expect(!stage.capturing(subject)[first])
        #expect(stage.violations == [])
    }

    @Test func `A STOP while the server is away is done, and holds when it comes back`() throws {
        let (stage, subject) = try started()
        stage.server.freeze()
        stage.simulation.advance(by: .seconds(2))
        #expect(stage.lamp(of: subject) == "Off")
        #expect(stage.ask(.stop, subject, for: .seconds(1)) == .done("off"))
        stage.thaw(stage.server)
        stage.simulation.advance(by: .seconds(20))
        #expect(stage.lamp(of: subject) == "Off")
        #expect(stage.capturing(subject) == [false])
        #expect(stage.violations == [])
    }

    @Test func `A server that has started again without its calls has ended their recordings`() throws {
        let (stage, subject) = try started()
        stage.server.restart()
        stage.simulation.advance(by: .seconds(20))
        #expect(stage.lamp(of: subject) == "Off")
        let changes = stage.changes(of: subject)
        #expect(["media-report", "media-failure", "recovery"].contains(changes.last?.cause))
        #expect(stage.capturing(subject) == [false])
        #expect(stage.violations == [])
    }

    @Test func `What others stop at the server goes dark`() throws {
        let (stage, subject) = try started()
        stage.server.change(subject.session.callID) { $0.record(nil) }
        stage.simulation.advance(by: .seconds(20))
        let changes = stage.changes(of: subject)
        #expect(changes.map(\.lamp) == ["On", "Off"])
        #expect(changes.last?.cause == "media-report")
        #expect(stage.violations == [])
    }

    @Test func `What others resume at the server is not captured for long`() throws {
        let (stage, subject) = try started()
        #expect(stage.ask(.pause, subject) == .done("paused"))
        stage.server.change(subject.session.callID) { $0.record(.on) }
        stage.simulation.advance(by: .seconds(20))
        #expect(stage.capturing(subject) == [false])
        #expect(stage.lamp(of: subject) == "Off")
        #expect(stage.violations == [])
    }

    @Test func `What a former engine left recording is stopped, and lights no lamp`() throws {
        let stage = try FailureFixture()
        let subject = try stage.call()
        stage.server.change(subject.session.callID) { $0.record(.on) }
        #expect(stage.capturing(subject) == [true])
        stage.simulation.perform {
            stage.telephony.report(.inherited(FailureFixture.dn, subject.session), of: subject.call)
        }
        stage.simulation.advance(by: .seconds(5))
        #expect(stage.capturing(subject) == [false])
        #expect(stage.changes(of: subject) == [])

        #expect(stage.ask(.start, subject) == .done("on"))
        #expect(stage.capturing(subject) == [true])
        #expect(stage.violations == [])
    }

    @Test func `Without audio the lamp stays on, with a warning until audio comes`() throws {
        let stage = try FailureFixture()
        let subject = try stage.call(isSilent: true)
        #expect(stage.ask(.start, subject, for: .seconds(10)) == .done("on"))
        #expect(stage.warnings(of: subject) == ["", "no-media"])
        stage.server.change(subject.session.callID) { $0.isSilent = false }
        stage.simulation.advance(by: .seconds(10))
        #expect(stage.warnings(of: subject) == ["", "no-media", ""])
        #expect(stage.changes(of: subject).map(\.lamp) == ["On", "On", "On"])
        #expect(stage.violations == [])
    }
}
