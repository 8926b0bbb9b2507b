import CallModel
import EventLoops
import TLibrary
import Testing

@testable import Switches

@Suite struct `A list of live calls` {
    private static let sync = #"{"event":"sync"}"#
    private static let synced = #"{"event":"synced"}"#
    private static let talks =
        #"{"event":"begin","call":"A","type":"inbound","from":"T1","to":"5001","state":"established"}"#

    private static func media(_ dn: String, _ callID: String = "m", call: String = "A") -> String {
        #"{"event":"media","call":"\#(call)","dn":"\#(dn)","call-id":"\#(callID)","from-tag":"\#(dn)"}"#
    }

    private func session(_ dn: String, _ callID: String = "m") throws -> MediaSession {
        try #require(MediaSession(callID: callID, fromTag: dn))
    }

    @Test func `that says what is known changes nothing`() {
        let scene = FeedFixture.talking()
        scene.hear(FeedFixture.event("held", "5001"))
        #expect(scene.hear(Self.sync, Self.talks, FeedFixture.event("held", "5001"), Self.synced).isEmpty)
        #expect(
            scene.hear(
                Self.sync, FeedFixture.rings, FeedFixture.isAnswered, FeedFixture.event("held", "5001"), Self.synced
            )
            .isEmpty)
        #expect(scene.faults.isEmpty)
    }

    @Test func `media may say from where a party sends, with a session or alone`() throws {
        let scene = FeedFixture.talking()
        let told = scene.hear(
            #"{"event":"media","call":"A","dn":"5001","rtp":"10.0.0.7:4000"}"#,
            #"{"event":"media","call":"A","dn":"T1","rtp":"[fd00::1]:0","call-id":"m","from-tag":"T1"}"#,
            #"{"event":"media","call":"A","dn":"5001","rtp":null}"#)
        #expect(
            told == [
                .source("5001", SocketAddress(host: "10.0.0.7", port: 4_000)),
                .source("T1", SocketAddress(host: "fd00::1", port: 0)), .media("T1", try session("T1")),
                .source("5001", nil),
            ])
        scene.hear(#"{"event":"media","call":"A","dn":"5001","rtp":"somewhere"}"#)
        scene.hear(#"{"event":"media","call":"A","dn":"5002","rtp":"10.0.0.7:4000"}"#)
        #expect(scene.faults == [.malformed, .unknownParty])
    }

    @Test func `ends the calls that it does not name`() {
        let scene = FeedFixture.talking()
        #expect(scene.hear(Self.sync).isEmpty)
        #expect(scene.hear(Self.synced) == [.released("T1", .ok), .released("5001", .ok)])
        #expect(scene.calls == 0)
    }

    @Test func `ends nothing where it does not come to its end`() {
        let scene = FeedFixture.talking()
        scene.hear(Self.sync)
        _ = scene.lose()
        #expect(scene.hear(Self.synced).isEmpty && scene.faults == [.wrongState])
        #expect(scene.calls == 1)
    }

    @Test func `brings states on, and takes parties out of hold`() {
        let ringing = FeedFixture()
        ringing.hear(FeedFixture.rings)
        #expect(ringing.hear(Self.sync, Self.talks, Self.synced) == [.established("5001"), .established("T1")])

        let held = FeedFixture.talking()
        held.hear(FeedFixture.event("held", "5001"), FeedFixture.event("held", "T1"))
        #expect(
            held.hear(Self.sync, Self.talks, FeedFixture.event("held", "5001"), Self.synced) == [.retrieved("T1")])
    }

    @Test func `does not let an answered call ring again`() {
        let scene = FeedFixture.talking()
        #expect(scene.hear(Self.sync, FeedFixture.rings, Self.synced).isEmpty)
    }

    @Test func `lets parties that it does not name leave, and new ones come`() {
        let scene = FeedFixture.talking()
        let other = #"{"event":"begin","call":"A","type":"inbound","from":"T1","to":"5002","state":"established"}"#
        #expect(
            scene.hear(Self.sync, other, Self.synced) == [
                .joined("5002", role: .destination, state: .ringing), .established("5002"), .released("5001", .ok),
            ])
    }

    @Test func `diverts a call that has left its routing point meanwhile`() {
        let scene = FeedFixture()
        scene.hear(FeedFixture.queued)
        #expect(
            scene.hear(Self.sync, FeedFixture.rings, FeedFixture.isAnswered, Self.synced) == [
                .joined("5001", role: .destination, state: .ringing), .established("5001"), .established("T1"),
                .diverted(from: "9000", to: "5001"),
            ])
    }

    @Test func `says of a new call that its media is inherited, until a recording could have begun`() throws {
        let scene = FeedFixture()
        let told = scene.hear(
            Self.sync, FeedFixture.rings, Self.media("5001"), Self.media("T1"), FeedFixture.isAnswered,
            Self.media("T1"), Self.media("T1", "n"), Self.synced, Self.media("5001", "o"))
        #expect(
            told == [
                .placed(from: "T1", to: "5001", state: .ringing), .inherited("5001", try session("5001")),
                .inherited("T1", try session("T1")), .established("5001"), .established("T1"),
                .media("T1", try session("T1")), .inherited("T1", try session("T1", "n")),
                .media("5001", try session("5001", "o")),
            ])
    }

    @Test func `lets the parties of an established call talk behind the media that follows`() throws {
        let scene = FeedFixture()
        let told = scene.hear(Self.sync, Self.talks, Self.media("T1"), Self.media("5001"), Self.synced)
        #expect(
            told == [
                .placed(from: "T1", to: "5001", state: .ringing), .inherited("T1", try session("T1")),
                .inherited("5001", try session("5001")), .established("5001"), .established("T1"),
            ])
        let next = #"{"event":"begin","call":"B","type":"inbound","from":"T1","to":"5002","state":"established"}"#
        #expect(
            scene.hear(Self.sync, Self.talks, next, Self.synced) == [
                .placed(from: "T1", to: "5002", state: .ringing), .established("5002"), .established("T1"),
            ])
    }

    @Test func `says so once: in the next list the call is known`() throws {
        let scene = FeedFixture()
        scene.hear(Self.sync, FeedFixture.rings, Self.synced)
        let told = scene.hear(Self.sync, FeedFixture.rings, Self.media("5001"), Self.synced)
        #expect(told == [.media("5001", try session("5001"))])
    }

    @Test func `leaves calls alone that begin after it`() {
        let scene = FeedFixture()
        scene.hear(Self.sync, Self.synced)
        scene.hear(FeedFixture.rings)
        #expect(scene.hear(Self.sync, FeedFixture.rings, Self.synced).isEmpty)
        #expect(scene.calls == 1)
    }

    @Test func `names calls by their bytes`() {
        let scene = FeedFixture()
        // The same letter, as one scalar and as two.
        for name in ["\u{e9}", "e\u{301}"] {
            scene.hear(#"{"event":"begin","call":"\#(name)","type":"inbound","from":"T1","to":"5001"}"#)
        }
        #expect(scene.calls == 2 && scene.faults.isEmpty)
    }
}
