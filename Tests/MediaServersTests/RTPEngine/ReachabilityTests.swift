import CallModel
import TLibrary
import Testing

@testable import MediaServers

@Suite struct ReachabilityTests {
    @Test func `A server that nothing was heard of for all tries is lost once, and back at its first answer`() {
        var reachability = Reachability(patience: .seconds(6))
        #expect(reachability.isReachable)
        reachability.sent(at: .seconds(1))
        reachability.sent(at: .seconds(5))
        #expect(reachability.check(at: .seconds(6)) == nil)
        #expect(reachability.check(at: .seconds(7)) == .lost)
        #expect(reachability.check(at: .seconds(8)) == nil)
        #expect(!reachability.isReachable)
        #expect(reachability.heard() == .back)
        #expect(reachability.heard() == nil)
        #expect(reachability.isReachable)
    }

    @Test func `Anything heard counts as life`() {
        var reachability = Reachability(patience: .seconds(6))
        reachability.sent(at: .seconds(1))
        #expect(reachability.heard() == nil)
        #expect(reachability.check(at: .seconds(60)) == nil)
        reachability.sent(at: .seconds(60))
        #expect(reachability.check(at: .seconds(65)) == nil)
        #expect(reachability.check(at: .seconds(66)) == .lost)
    }

    @Test func `A program that stood still itself blames nobody`() {
        var reachability = Reachability(patience: .seconds(6))
        reachability.sent(at: .seconds(1))
        reachability.stoodStill(until: .seconds(100))
        #expect(reachability.check(at: .seconds(100)) == nil)
        #expect(reachability.check(at: .seconds(106)) == .lost)
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
