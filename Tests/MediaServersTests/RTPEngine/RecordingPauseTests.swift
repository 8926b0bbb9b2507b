import CallModel
import TLibrary
import Testing

@testable import MediaServers

@Suite struct RecordingPauseTests {
    @Test func `Where there is no pause it is a stop, and the resume a start with a file of its own`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.record()
        let pause = stage.order(.pause)
        #expect(stage.sent == .stop)
        stage.take(RTPEngineCallFixture.reply())
        #expect(stage.event == nil)
        #expect(stage.outcome.orders == [.awaitClosed(RTPEngineCallFixture.file())])
        stage.close()
        #expect(stage.event == .confirmed(pause))
        let resume = stage.order(.resume)
        #expect(stage.sent == .start)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(.spool(.found(RTPEngineCallFixture.file("call%401-0000000000000002"))))
        #expect(stage.event == .resumed(resume, file: "call%401-0000000000000002", proof: .file))
    }

    @Test func `A resume that is not proved leaves nothing recorded behind`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.record()
        stage.order(.pause)
        stage.take(RTPEngineCallFixture.reply())
        stage.close()
        let resume = stage.order(.resume)
        stage.take(RTPEngineCallFixture.reply())
        stage.pass(.seconds(2))
        stage.take(.deadline)
        #expect(stage.event == .refused(resume, .notProved))
        #expect(stage.sent == .stop)
        stage.take(.unanswered)
        #expect(stage.sent == .stop)
    }

    @Test func `A true pause is confirmed when the server says that it is paused`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release26)
        stage.record()
        let pause = stage.order(.pause)
        #expect(stage.sent == .pause)
        stage.take(RTPEngineCallFixture.reply())
        #expect(stage.sent == .query)
        stage.take(RTPEngineCallFixture.reply(.ok, .paused, metadata: true))
        #expect(stage.event == .confirmed(pause))
        let resume = stage.order(.resume)
        #expect(stage.sent == .start)
        #expect(stage.outcome.send?.file == "")
        stage.take(RTPEngineCallFixture.reply())
        stage.take(RTPEngineCallFixture.reply(.ok, .on, metadata: true))
        #expect(stage.event == .confirmed(resume))
    }

    @Test func `A pause that the server does not know of is not proved`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release26)
        stage.record()
        let pause = stage.order(.pause)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(RTPEngineCallFixture.reply(.ok, .on, metadata: true))
        #expect(stage.event == .refused(pause, .notProved))
    }

    @Test func `A server that writes while it says that it is paused is stopped for the pause`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release12)
        stage.record()
        let pause = stage.order(.pause)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(RTPEngineCallFixture.reply(.ok, .paused))
        #expect(stage.event == nil)
        stage.take(.spool(.size(4_096)))
        stage.take(.spool(.size(8_192)))
        #expect(stage.outcome.notes == [.writesWhilePaused])
        #expect(stage.sent == .stop)
        #expect(stage.around.traits.pause == .missing)
        stage.take(RTPEngineCallFixture.reply())
        stage.close()
        #expect(stage.event == .confirmed(pause))
    }

    @Test func `The first pause is confirmed when audio went on and the file did not`() throws {
        var traits = RTPEngineCallFixture.release26
        traits.pause = .served
        var stage = try RTPEngineCallFixture(traits)
        stage.record()
        let pause = stage.order(.pause)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(RTPEngineCallFixture.reply(.ok, .paused, packets: 10, metadata: true))
        stage.take(.spool(.size(4_096)))
        stage.take(.deadline)
        #expect(stage.sent == .query)
        stage.take(RTPEngineCallFixture.reply(.ok, .paused, packets: 20, metadata: true))
        #expect(stage.event == nil)
        stage.take(.spool(.size(4_096)))
        stage.take(.deadline)
        stage.take(RTPEngineCallFixture.reply(.ok, .paused, packets: 100, metadata: true))
        #expect(stage.event == .confirmed(pause))
        #expect(stage.around.traits.pause == .seen)
    }

    @Test func `Without a spool a pause is refused of a release that may write on`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release12, spool: false)
        stage.record()
        let pause = stage.order(.pause)
        #expect(stage.event == .refused(pause, .notProved))
        #expect(stage.outcome.notes == [.pauseIsNotShown])
    }

    @Test func `A resume that is not answered is taken back`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release26)
        stage.record()
        stage.order(.pause)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(RTPEngineCallFixture.reply(.ok, .paused, metadata: true))
        stage.order(.resume)
        stage.take(.unanswered)
        #expect(stage.sent == .pause)
    }
}
