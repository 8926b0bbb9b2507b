import CallModel
import TLibrary
import Testing

@testable import MediaServers

@Suite struct RecordingLookTests {
    private func look(_ stage: inout RTPEngineCallFixture, packets: Int, _ recording: NGReply.Recording? = nil) {
        stage.take(RTPEngineCallFixture.reply(.ok, recording, packets: packets))
    }

    @Test func `A file that stands still without packets is told as no audio, and again when it grows`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.record()
        stage.take(.spool(.size(24)))
        stage.pass(.seconds(3))
        stage.take(.spool(.size(24)))
        #expect(stage.sent == .query)
        look(&stage, packets: 9)
        stage.pass(.seconds(3))
        stage.take(.spool(.size(24)))
        look(&stage, packets: 9)
        #expect(stage.event == .audio(missing: .both))
        stage.pass(.seconds(1))
        stage.take(.spool(.size(4_120)))
        #expect(stage.event == .audio(missing: []))
    }

    @Test func `A file that stands still while packets come has ended, and is stopped`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.record()
        stage.take(.spool(.size(24)))
        stage.pass(.seconds(3))
        stage.take(.spool(.size(24)))
        look(&stage, packets: 0)
        stage.pass(.seconds(1))
        stage.take(.spool(.size(24)))
        look(&stage, packets: 100)
        #expect(stage.event == .ended)
        #expect(stage.outcome.notes == [.notWritten])
        #expect(stage.sent == .stop)
    }

    @Test func `A file that the server closes, or that is gone, has ended`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.record()
        stage.take(.spool(.size(24)))
        stage.take(.spool(.closed(original: RTPEngineCallFixture.file().original)))
        stage.take(.spool(.size(24)))
        #expect(stage.sent == .query)
        look(&stage, packets: 5)
        #expect(stage.event == .ended)

        var other = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        other.record()
        other.take(.spool(.size(nil)))
        #expect(other.event == .ended)
        #expect(other.sent == .stop)
    }

    @Test func `A file that is not watched any more has not ended by that`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.record()
        stage.take(.spool(.size(24)))
        stage.take(.spool(.unwatched(original: RTPEngineCallFixture.file().original)))
        stage.take(.spool(.size(24)))
        #expect(stage.sent == nil)
        #expect(stage.course.isLive)
    }

    @Test func `A call that the server does not know any more is not recorded any more`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10, spool: false)
        stage.order(stage.start)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(RTPEngineCallFixture.reply(packets: 1))
        stage.take(RTPEngineCallFixture.reply(packets: 2))
        stage.take(RTPEngineCallFixture.reply(.refused(.unknownCall)))
        #expect(stage.event == nil, "the call's end may be on its way")
        stage.take(.deadline)
        #expect(stage.event == .ended)
        #expect(stage.course.isOver)
    }

    @Test(arguments: [nil, .paused] as [NGReply.Recording?])
    func `A server that tells that it does not record has ended the recording`(
        _ recording: NGReply.Recording?
    ) throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release26, spool: false)
        stage.record()
        look(&stage, packets: 5, recording)
        #expect(stage.event == .ended)
        #expect(stage.sent == .stop)
    }

    @Test func `A paused recording whose file grows is an alarm`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release26)
        stage.record()
        stage.order(.pause)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(RTPEngineCallFixture.reply(.ok, .paused, metadata: true))
        stage.take(.spool(.size(4_096)))
        #expect(stage.event == nil)
        stage.take(.spool(.size(8_192)))
        #expect(stage.event == .ended)
        #expect(stage.sent == .stop)
        #expect(stage.outcome.notes == [.resumedByOthers])
    }
}
