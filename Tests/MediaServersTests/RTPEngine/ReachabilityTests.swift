import CallModel
import TLibrary
import Testing

@testable import MediaServers

@Suite struct ReachabilityTests {
    private var reachability = Reachability(
        Reachability.Limits(patience: .seconds(6), silence: .milliseconds(2_500)))

    private mutating func check(at now: Duration, hasRecordings: Bool = false) -> Reachability.Change? {
        reachability.check(at: now, hasRecordings: hasRecordings)
    }

    @Test mutating func `A server that nothing was heard of for all tries is lost once, and back at its first answer`()
    {
        #expect(reachability.isReachable)
        reachability.sent(at: .seconds(1))
        reachability.sent(at: .seconds(5))
        #expect(check(at: .seconds(6)) == nil)
        #expect(check(at: .seconds(7)) == .lost)
        #expect(check(at: .seconds(8)) == nil)
        #expect(!reachability.isReachable)
        #expect(reachability.heard(at: .seconds(9)) == .back)
        #expect(reachability.heard(at: .seconds(9)) == nil)
        #expect(reachability.isReachable)
    }

    @Test mutating func `Anything heard counts as life`() {
        reachability.sent(at: .seconds(1))
        #expect(reachability.heard(at: .seconds(1)) == nil)
        #expect(check(at: .seconds(60), hasRecordings: true) == nil)
        reachability.sent(at: .seconds(60))
        #expect(check(at: .seconds(65)) == nil)
        #expect(check(at: .seconds(66)) == .lost)
    }

    @Test mutating func `A program that stood still itself blames nobody`() {
        reachability.sent(at: .seconds(1))
        reachability.stoodStill(until: .seconds(100))
        #expect(check(at: .seconds(100), hasRecordings: true) == nil)
        #expect(check(at: .seconds(106)) == .lost)
    }

    @Test mutating func `A server with recordings is lost by a shorter silence, since it was last heard`() {
        _ = reachability.heard(at: .seconds(10))
        reachability.sent(at: .milliseconds(10_500))
        #expect(check(at: .milliseconds(12_499), hasRecordings: true) == nil)
        #expect(check(at: .milliseconds(12_500)) == nil, "commands alone have all their tries")
        #expect(check(at: .milliseconds(12_500), hasRecordings: true) == .lost)
    }

    @Test mutating func `Silence counts only where something was asked`() {
        _ = reachability.heard(at: .seconds(10))
        #expect(check(at: .seconds(60), hasRecordings: true) == nil)
        reachability.sent(at: .seconds(60))
        #expect(check(at: .seconds(61), hasRecordings: true) == nil)
        #expect(check(at: .seconds(62), hasRecordings: true) == .lost)
    }

    @Test mutating func `Two refusals a tenth of a second apart are a loss, and one is not`() {
        #expect(reachability.refused(at: .seconds(1)) == nil)
        #expect(reachability.refused(at: .milliseconds(1_050)) == nil)
        #expect(reachability.pingInterval(hasRecordings: false) == .milliseconds(100))
        #expect(reachability.refused(at: .milliseconds(1_100)) == .lost)
        #expect(reachability.refused(at: .milliseconds(1_300)) == nil)
        #expect(reachability.pingInterval(hasRecordings: false) == .seconds(1))
    }

    @Test mutating func `A refusal before an answer counts no more`() {
        #expect(reachability.refused(at: .seconds(1)) == nil)
        #expect(reachability.heard(at: .seconds(2)) == nil)
        #expect(reachability.refused(at: .seconds(3)) == nil)
    }

    @Test func `A server with recordings is pinged so often that a kill is noticed within a second`() {
        let usual = Reachability(Reachability.Limits(patience: .seconds(6), silence: .milliseconds(2_500)))
        #expect(usual.pingInterval(hasRecordings: false) == .seconds(1))
        #expect(usual.pingInterval(hasRecordings: true) == .milliseconds(500))
        let hasty = Reachability(Reachability.Limits(patience: .seconds(6), silence: .milliseconds(500)))
        #expect(hasty.pingInterval(hasRecordings: true) == .milliseconds(100))
        let lazy = Reachability(
            Reachability.Limits(patience: .seconds(6), silence: .seconds(60), ping: .seconds(3_600)))
        #expect(lazy.pingInterval(hasRecordings: true) == .milliseconds(500))
    }
}

@Suite struct RecentAnswersTests {
    private let recording: RecordingID

    init() throws {
        recording = try #require(RecordingID("r"))
    }

    private func command(_ id: UInt32, _ connection: UInt64 = 1) -> MediaCommand {
        MediaCommand(
            id: MediaCommand.ID(rawValue: id), connection: ConnectionID(rawValue: connection), recording: recording,
            server: 0, verb: .stop)
    }

    @Test func `A command that is repeated after its answer gets the same answer`() {
        var recent = RecentAnswers()
        let answer = MediaReport.Event.confirmed(command(5).id)
        recent.note(answer, for: ConnectionID(rawValue: 1))
        #expect(recent.answer(to: command(5)) == answer)
        #expect(recent.answer(to: command(6)) == nil)
        #expect(recent.answer(to: command(5, 2)) == nil)
    }

    @Test func `The oldest answers are forgotten`() {
        var recent = RecentAnswers()
        for id in 1...UInt32(RecentAnswers.limit + 1) {
            recent.note(.confirmed(command(id).id), for: ConnectionID(rawValue: 1))
        }
        #expect(recent.answer(to: command(1)) == nil)
        #expect(recent.answer(to: command(2)) != nil)
    }

    @Test func `Only so many call-ids are remembered`() {
        var recent = RecentCallIDs()
        for number in 0...RecentCallIDs.limit { recent.insert("\(number)") }
        #expect(!recent.contains("0"))
        #expect(recent.contains("1"))
    }
}

@Suite struct SpoolFileTests {
    @Test(arguments: [
        ("abc-._~019", "abc-._~019"), ("t1 call/1@x", "t1%20call%2F1%40x"), ("ü%", "%C3%BC%25"), ("../..", "..%2F.."),
    ])
    func `A call-id stands in a file's name as the server writes it`(_ callID: String, _ name: String) {
        #expect(SpoolFile.escaped(callID) == name)
    }

    @Test func `A name of the server's own is a call-id, a hyphen and 16 hex digits`() {
        #expect(SpoolFile.stem(of: "a%40b-92ee78ec126ecd9d") == "a%40b")
        #expect(SpoolFile.stem(of: "a-b-92ee78ec126ecd9d") == "a-b")
        for name in ["", "-92ee78ec126ecd9d", "a-92EE78ec126ecd9d", "a_92ee78ec126ecd9d", "a-92ee78ec126ecd9", "file1"]
        {
            #expect(SpoolFile.stem(of: name) == nil, "\(name)")
        }
    }
}
