import EventLoops
import TLibrary
import Testing

@testable import CallModel

/// When audio that stays away is a fault, and what people are told of it.
struct NoAudioTests {
    private func warnings(_ outcome: CallOutcome) -> [String] {
        outcome.notices.map { "\($0.warning?.rawValue ?? "-") \($0.warningSides.word ?? "-")" }
    }

    @Test(arguments: [MediaSides.anchor, .other, .both])
    func `the warning says from which side no audio arrives`(sides: MediaSides) {
        let scene = CallFixture().talk().record()
        #expect(warnings(scene.report(.audio(missing: sides))) == ["no-media \(sides.word ?? "")"])
        #expect(scene.report(.audio(missing: sides)).events.isEmpty, "said once")
        #expect(warnings(scene.report(.audio(missing: []))) == ["- -"])
    }

    @Test func `another side is another change`() {
        let scene = CallFixture().talk().record()
        #expect(warnings(scene.report(.audio(missing: .anchor))) == ["no-media anchor"])
        #expect(warnings(scene.report(.audio(missing: .both))) == ["no-media both"])
        #expect(warnings(scene.report(.audio(missing: .other))) == ["no-media other"])
    }

    @Test(arguments: ["5001", "T1"] as [DirectoryNumber])
    func `a hold is no fault, and after it the time begins anew`(holder: DirectoryNumber) {
        let scene = CallFixture().talk().record()
        scene.advance(by: .seconds(20))
        scene.report(.held(holder))
        for _ in 0..<10 {
            scene.advance(by: .seconds(1))
            #expect(scene.report(.audio(missing: .both)).events.isEmpty)
        }
        scene.report(.retrieved(holder))
        for _ in 0..<4 {
            scene.advance(by: .seconds(1))
            #expect(scene.report(.audio(missing: .both)).events.isEmpty)
        }
        scene.advance(by: .seconds(1))
        #expect(warnings(scene.report(.audio(missing: .both))) == ["no-media both"])
    }

    @Test func `a hold ends the warning`() {
        let scene = CallFixture().talk().record()
        scene.report(.audio(missing: .other))
        #expect(warnings(scene.report(.held("5001"))).last == "- -")
        #expect(scene.notices.last?.cause == .mediaReport)
        #expect(warnings(scene.report(.retrieved("5001"))).isEmpty)
    }

    @Test func `in a conference one that holds leaves the others talking`() {
        let scene = CallFixture().talk().join("5002").record()
        scene.report(.held("T1"))
        #expect(warnings(scene.report(.audio(missing: .anchor))) == ["no-media anchor"])
        #expect(warnings(scene.report(.held("5002"))).last == "- -", "nobody is left to talk to")
        scene.report(.retrieved("5002"))
        scene.report(.held("5001"))
        scene.advance(by: .seconds(60))
        #expect(scene.report(.audio(missing: .both)).events.isEmpty, "the anchor holds the conference")
    }

    @Test func `a pause ends the warning in its own change, and nothing is expected in it`() {
        let scene = CallFixture().talk().record()
        scene.report(.audio(missing: .both))
        scene.ask(.pause)
        #expect(warnings(scene.confirm()) == ["- -"])
        scene.advance(by: .seconds(60))
        #expect(scene.report(.audio(missing: .both)).events.isEmpty)
        scene.ask(.resume)
        scene.confirm()
        scene.advance(by: .seconds(4))
        #expect(scene.report(.audio(missing: .both)).events.isEmpty)
        scene.advance(by: .seconds(1))
        #expect(warnings(scene.report(.audio(missing: .both))) == ["no-media both"])
    }

    @Test func `where a server takes over the time begins anew`() {
        let scene = CallFixture().talk().record()
        scene.report(.audio(missing: .both))
        scene.report(.lost)
        scene.confirm()
        #expect(scene.report(.audio(missing: .both)).events.isEmpty)
        scene.advance(by: .seconds(5))
        #expect(warnings(scene.report(.audio(missing: .both))) == ["no-media both"])
    }

    // MARK: - Where audio comes from

    private static let agent = SocketAddress(host: "10.0.0.1", port: 4_000)
    private static let customer = SocketAddress(host: "10.0.0.2", port: 5_000)

    @Test func `a start and its path tell where audio comes from, as far as the switch has said`() {
        let scene = CallFixture().talk()
        scene.report(.source("5001", Self.agent))
        scene.ask(.start, ["id": "one"])
        #expect(scene.lastCommand.order?.sources == MediaSources(anchor: Self.agent))
        let intake = RTPEndpoints(anchor: Self.agent, other: Self.customer)
        let started = scene.report(.started(scene.lastCommand.id, file: "f", intake: intake, proof: .file))
        #expect(started.paths.map(\.sources) == [MediaSources(anchor: Self.agent)])
        let told = scene.report(.source("T1", Self.customer))
        #expect(told.paths.map(\.sources) == [MediaSources(anchor: Self.agent, other: Self.customer)])
        let joined = scene.report(.joined("5002", role: .conferenceMember, state: .established))
        #expect(joined.paths.map(\.sources) == [MediaSources(anchor: Self.agent)], "of two nobody knows who is heard")
    }

    @Test func `a change of the source is told for the records`() {
        let scene = CallFixture(keepsRecords: true).talk().record()
        #expect(scene.report(.source(.other, Self.customer)).events.isEmpty)
        guard case .answered(let answer)? = scene.transitions.last?.event else {
            Issue.record("nothing is told")
            return
        }
        #expect(answer.word == .source(.other, Self.customer) && answer.command == nil)
    }
}

/// What a disk does to a recording.
struct DiskFailureTests {
    private func end(_ scene: CallFixture, _ event: MediaReport.Event) -> CallOutcome {
        scene.step(
            .media(
                MediaReport(
                    connection: CallFixture.connection, recording: scene.lastCommand.recording, server: 0, event: event,
                    failure: .disk)))
    }

    @Test func `a recording that a disk ended says so`() {
        let scene = CallFixture().talk().record()
        let ended = end(scene, .ended)
        #expect(ended.lamps == ["Off"] && ended.notices.map(\.reason) == [.disk])
        #expect(ended.notices.map(\.cause) == [.mediaReport])
        #expect(scene.ask(.stop).refusal == .incorrectObjectState)
    }

    @Test func `a stop whose file is cut short is not done, and what it says is off`() {
        let scene = CallFixture().talk().record()
        scene.ask(.stop)
        let stopped = end(scene, .confirmed(scene.lastCommand.id))
        #expect(stopped.lamps == ["Off"] && stopped.notices.map(\.reason) == [.disk])
        #expect(stopped.verdicts == ["failed disk off"])
    }

    @Test func `an end that crosses a stop says the same`() {
        let scene = CallFixture().talk().record()
        scene.ask(.stop)
        let ended = end(scene, .ended)
        #expect(ended.lamps == ["Off"] && ended.verdicts == ["failed disk off"])
    }

    @Test func `a start and a resume that a disk refuses say so`() {
        let scene = CallFixture(servers: [.able]).talk()
        scene.ask(.start)
        #expect(scene.refuse(nil, .disk).verdicts == ["failed disk off"])
        let paused = CallFixture().talk().record().pause()
        paused.ask(.resume)
        #expect(paused.refuse(nil, .disk).verdicts == ["failed disk paused"])
        #expect(end(paused, .ended).notices.map(\.reason) == [.disk])
    }
}
