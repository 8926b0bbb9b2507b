import CallModel
import TLibrary
import Testing

@testable import Switches

@Suite struct `A call that a peer tells of` {
    @Test func `rings, is answered, is held and ends`() {
        let scene = FeedFixture()
        #expect(scene.hear(FeedFixture.rings) == [.placed(from: "T1", to: "5001", state: .ringing)])
        #expect(scene.hear(FeedFixture.isAnswered) == [.established("5001"), .established("T1")])
        #expect(scene.hear(FeedFixture.event("held", "5001")) == [.held("5001")])
        #expect(scene.hear(FeedFixture.event("retrieved", "5001")) == [.retrieved("5001")])
        #expect(scene.hear(FeedFixture.ends) == [.released("T1", .ok), .released("5001", .ok)])
        #expect(scene.calls == 0 && scene.faults.isEmpty)
    }

    @Test func `waits at a routing point or a queue, and leaves it of its own accord`() {
        let scene = FeedFixture()
        #expect(
            scene.hear(FeedFixture.queued) == [
                .placed(from: "T1", to: "9000", state: .queued), .routeRequested(at: "9000"),
            ])
        #expect(
            scene.hear(#"{"event":"diverted","call":"A","from":"9000","to":"8000"}"#) == [
                .diverted(from: "9000", to: "8000")
            ])
        #expect(
            scene.hear(FeedFixture.event("ringing", "8000")) == [.joined("8000", role: .destination, state: .queued)])
        #expect(scene.hear(FeedFixture.event("answered", "8000")).isEmpty && scene.faults == [.wrongState])
        #expect(
            scene.hear(
                #"{"event":"diverted","call":"A","from":"8000","to":"5001"}"#, FeedFixture.event("ringing", "5001"),
                FeedFixture.isAnswered) == [
                    .diverted(from: "8000", to: "5001"), .joined("5001", role: .destination, state: .ringing),
                    .established("5001"), .established("T1"),
                ])
    }

    @Test func `may begin established, and be answered by whom nobody saw ring`() {
        let scene = FeedFixture()
        let begin = #"{"event":"begin","call":"A","type":"internal","from":"5001","to":"5002","state":"established"}"#
        #expect(
            scene.hear(begin) == [
                .placed(from: "5001", to: "5002", state: .ringing), .established("5002"), .established("5001"),
            ])
        #expect(
            scene.hear(FeedFixture.event("answered", "5003")) == [
                .joined("5003", role: .destination, state: .established)
            ])
    }

    @Test func `is told once, whatever the peer repeats`() {
        let scene = FeedFixture.talking()
        let repeated = scene.hear(
            FeedFixture.isAnswered, FeedFixture.event("ringing", "5001"), FeedFixture.event("retrieved", "5001"))
        #expect(repeated.isEmpty)
        #expect(scene.hear(FeedFixture.event("held", "T1"), FeedFixture.event("held", "T1")) == [.held("T1")])
        #expect(scene.faults.isEmpty)
    }

    @Test func `is over with fewer than two parties, and not before`() {
        let scene = FeedFixture.talking()
        scene.hear(FeedFixture.event("answered", "5002"))
        #expect(scene.hear(FeedFixture.event("released", "5001")) == [.released("5001", .ok)])
        #expect(
            scene.hear(FeedFixture.event("released", "T1")) == [
                .released("T1", .ok), .released("5002", .remoteRelease),
            ])
        // Both ends may be said of a call that is over.
        #expect(scene.hear(FeedFixture.event("released", "5002"), FeedFixture.ends).isEmpty)
        #expect(scene.faults.isEmpty)
    }

    @Test(arguments: [
        ("ok", CallState.ok), ("no-answer", .noAnswer), ("remote-release", .remoteRelease), ("struck", .unknown),
    ])
    func `says why a party left, and a word that nobody knows is no reason to stay`(word: String, state: CallState) {
        let scene = FeedFixture.talking()
        let told = scene.hear(#"{"event":"released","call":"A","dn":"5001","state":"\#(word)"}"#)
        #expect(told == [.released("5001", state), .released("T1", state == .ok ? .remoteRelease : .ok)])
    }

    @Test func `ends for one side by the other, whatever the peer says of it behind`() {
        let scene = FeedFixture.talking()
        let told = scene.hear(
            FeedFixture.event("released", "T1"),
            #"{"event":"released","call":"A","dn":"5001","state":"remote-release"}"#, FeedFixture.ends)
        #expect(told == [.released("T1", .ok), .released("5001", .remoteRelease)])
    }

    @Test func `whose destination is busy lets its caller hear so`() {
        let scene = FeedFixture()
        scene.hear(FeedFixture.rings)
        #expect(
            scene.hear(#"{"event":"released","call":"A","dn":"5001","state":"busy"}"#) == [
                .destinationBusy("T1"), .released("5001", .busy), .released("T1", .busy),
            ])
    }

    @Test func `that nobody answers ends so for its caller, too`() {
        let scene = FeedFixture()
        scene.hear(FeedFixture.rings)
        #expect(
            scene.hear(#"{"event":"released","call":"A","dn":"5001","state":"no-answer"}"#) == [
                .released("5001", .noAnswer), .released("T1", .noAnswer),
            ])
    }

    /// A call that was routed to 5001, whose telephone has not rung.
    private func routed() throws -> FeedFixture {
        let scene = FeedFixture()
        scene.hear(FeedFixture.queued)
        scene.hear(#"{"event":"done","id":\#(try scene.ask(.route(from: "9000", to: "5001", .unknown)))}"#)
        return scene
    }

    @Test(arguments: ["busy", "no-answer"])
    func `comes back to its routing point from a target that it has not reached`(state: String) throws {
        let scene = try routed()
        let told = scene.hear(
            FeedFixture.event("ringing", "9000"),
            #"{"event":"released","call":"A","dn":"5001","state":"\#(state)"}"#)
        #expect(
            told == [.joined("9000", role: .destination, state: .queued), .routeRequested(at: "9000")]
                + (state == "busy" ? [.destinationBusy("T1")] : []) + [.targetFailed("5001")])
        #expect(scene.hear(FeedFixture.event("released", "5001")).isEmpty, "it counts once")
        scene.hear(#"{"event":"done","id":\#(try scene.ask(.route(from: "9000", to: "5002", .unknown)))}"#)
        #expect(scene.hear(FeedFixture.event("ringing", "5002")).count == 1 && scene.faults.isEmpty)
    }

    @Test func `comes back before the route is answered`() throws {
        for isBack in [true, false] {
            let scene = FeedFixture()
            scene.hear(FeedFixture.queued)
            let id = try scene.ask(.route(from: "9000", to: "5001", .unknown))
            if isBack { #expect(scene.hear(FeedFixture.event("ringing", "9000")).isEmpty) }
            let told = scene.hear([#"{"event":"released","call":"A","dn":"5001","state":"busy"}"#])
            let route: [SwitchReport.Event] = [
                .routeUsed(at: "9000", to: "5001"), .diverted(from: "9000", to: "5001"),
            ]
            let back: [SwitchReport.Event] = [
                .joined("9000", role: .destination, state: .queued), .routeRequested(at: "9000"),
            ]
            let end: [SwitchReport.Event] = [.destinationBusy("T1"), .targetFailed("5001")]
            #expect(told.events == route + (isBack ? back + end : end + [.released("T1", .busy)]))
            #expect(told.answers == [1])
            #expect(scene.hear(#"{"event":"done","id":\#(id)}"#).isEmpty && scene.faults.isEmpty)
        }
    }

    @Test func `stays where it waits if its route is refused`() throws {
        let scene = FeedFixture()
        scene.hear(FeedFixture.queued)
        let id = try scene.ask(.route(from: "9000", to: "5001", .unknown))
        scene.hear(FeedFixture.event("ringing", "9000"))
        #expect(scene.hear([#"{"event":"refused","id":\#(id)}"#]).refusals == [.unsupportedOperation])
        #expect(scene.hear(FeedFixture.event("released", "5001")).isEmpty && scene.calls == 1)
    }

    @Test func `comes back from a telephone that rang`() throws {
        let scene = try routed()
        scene.hear(FeedFixture.event("ringing", "5001"))
        let told = scene.hear(
            FeedFixture.event("ringing", "9000"), #"{"event":"released","call":"A","dn":"5001","state":"no-answer"}"#)
        #expect(
            told == [
                .joined("9000", role: .destination, state: .queued), .routeRequested(at: "9000"),
                .released("5001", .noAnswer),
            ])
    }

    @Test func `is over where it has nowhere to come back to`() throws {
        let scene = try routed()
        #expect(
            scene.hear(#"{"event":"released","call":"A","dn":"5001","state":"busy"}"#) == [
                .destinationBusy("T1"), .targetFailed("5001"), .released("T1", .busy),
            ])
        #expect(scene.calls == 0)
        let diverted = FeedFixture()
        diverted.hear(FeedFixture.queued, #"{"event":"diverted","call":"A","from":"9000","to":"5001"}"#)
        diverted.hear(#"{"event":"released","call":"A","dn":"5002","state":"busy"}"#)
        #expect(diverted.calls == 1, "5002 is not its target")
        diverted.hear(#"{"event":"released","call":"A","dn":"5001","state":"general-error"}"#)
        #expect(diverted.calls == 0)
    }

    @Test func `whose caller gives up is abandoned where it rang or waited`() {
        let scene = FeedFixture()
        scene.hear(FeedFixture.queued)
        #expect(scene.hear(FeedFixture.event("released", "T1")) == [.released("T1", .ok), .abandoned("9000")])
        scene.hear(FeedFixture.rings)
        #expect(scene.hear(FeedFixture.ends) == [.released("T1", .ok), .abandoned("5001")])
    }

    @Test func `tells where its media is, and where it is no more`() throws {
        let scene = FeedFixture()
        scene.hear(FeedFixture.rings)
        let session = try #require(MediaSession(callID: "m", fromTag: "f", toTag: "t"))
        let told = scene.hear(
            #"{"event":"media","call":"A","dn":"5001","call-id":"m","from-tag":"f","to-tag":"t"}"#,
            #"{"event":"media","call":"A","dn":"5001","call-id":null}"#)
        #expect(told == [.media("5001", session), .media("5001", nil)])
    }

    @Test(arguments: [
        (#"{"event":"ringing","call":"A","dn":"4711"}"#, FeedProtocolError.unknownDN),
        (#"{"event":"ringing","call":"B","dn":"5002"}"#, .unknownCall),
        (#"{"event":"held","call":"A","dn":"5002"}"#, .unknownParty),
        (#"{"event":"media","call":"A","dn":"5002","call-id":"m","from-tag":"f"}"#, .unknownParty),
        (#"{"event":"diverted","call":"A","from":"5001","to":"5002"}"#, .wrongState),
        (#"{"event":"diverted","call":"A","from":"9000","to":"5002"}"#, .unknownParty),
        (#"{"event":"begin","call":"A","type":"inbound","from":"T1","to":"5001"}"#, .liveCall),
        (#"{"event":"begin","call":"B","type":"inbound","from":"T1","to":"T1"}"#, .wrongState),
        (#"{"event":"begin","call":"B","type":"inbound","from":"9000","to":"5001"}"#, .wrongState),
        (#"{"event":"begin","call":"B","type":"inbound","from":"T1","to":"1"}"#, .unknownDN),
        (#"{"event":"synced"}"#, .wrongState), (#"{"event":"done","id":1}"#, .strayAnswer),
    ])
    func `stays as it is where what is told makes no sense`(text: String, fault: FeedProtocolError) {
        let scene = FeedFixture.talking()
        #expect(scene.hear(text).isEmpty)
        #expect(scene.faults == [fault])
        #expect(scene.hear(FeedFixture.ends).count == 2)
    }

    @Test func `does not ring before it is held`() {
        let scene = FeedFixture()
        scene.hear(FeedFixture.rings)
        #expect(scene.hear(FeedFixture.event("held", "5001")).isEmpty && scene.faults == [.wrongState])
    }

    @Test func `has sixteen parties at most`() {
        let numbers = (0..<20).map { DirectoryNumber("6\($0)") }
        let directory = Directory(numbers.map { .init(number: $0, type: .extension) })
        var book = FeedCallTable(directory, commandLimit: 1)
        var outcome = FeedEffects()
        var faults = 0
        func say(_ text: String) {
            do throws(FeedProtocolError) {
                try book.take(
                    try FeedEvent(line: Array(text.utf8)), begin: { _ in ConnectionID(rawValue: 1) }, &outcome)
            } catch {
                #expect(error == .tooManyParties)
                faults += 1
            }
        }
        say(#"{"event":"begin","call":"A","type":"internal","from":"60","to":"61"}"#)
        for number in numbers { say(FeedFixture.event("answered", number.text)) }
        #expect(book.calls.values.first?.parties.count == 16 && faults == 4)
    }

    @Test func `that is one too many is not taken, and its peer is told`() {
        let scene = FeedFixture()
        scene.room = 0
        #expect(scene.hear(FeedFixture.rings).isEmpty)
        #expect(scene.faults == [.tooManyCalls] && scene.calls == 0)
        #expect(
            String(decoding: scene.lines.last?.bytes ?? [], as: UTF8.self)
                == #"{"call":"A","code":166,"notice":"not-taken","text":"The server has as many calls as it may have."}"#
                + "\n")
    }
}
