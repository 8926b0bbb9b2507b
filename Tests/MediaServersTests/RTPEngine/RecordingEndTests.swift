import CallModel
import TLibrary
import Testing

@testable import MediaServers

@Suite struct RecordingEndTests {
    @Test(arguments: [.ok, .refused(.unknownCall)] as [NGReply.Result])
    func `A stop is confirmed where the server stopped, and where it has no such call`(_ result: NGReply.Result) throws
    {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.record()
        let stop = stage.order(.stop)
        #expect(stage.sent == .stop)
        stage.take(RTPEngineCallFixture.reply(result))
        if result == .ok { stage.close() } else { stage.measure() }
        #expect(stage.event == .confirmed(stop))
        #expect(stage.course.isOver)
    }

    @Test func `A stop whose file stays open is not confirmed`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.record()
        let stop = stage.order(.stop)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(.deadline)
        #expect(stage.event == .refused(stop, .notProved))
        let again = stage.order(.stop)
        stage.take(RTPEngineCallFixture.reply())
        stage.close()
        #expect(stage.event == .confirmed(again))
    }

    @Test func `A start that is answered after its stop was sent is stopped once more`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.order(stage.start)
        stage.order(.stop)
        let step = stage.course.stepNumber
        stage.take(.answeredLate)
        #expect(stage.sent == .stop)
        #expect(stage.course.stepNumber != step)
    }

    @Test func `A lost server's recording is told lost once, and stopped when the server is back`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.record()
        stage.take(.serverLost)
        #expect(stage.event == .lost)
        stage.take(.serverLost)
        #expect(stage.event == nil)
        #expect(!stage.course.isOver)
        stage.take(.serverBack)
        #expect(stage.sent == .stop)
        stage.take(.unanswered)
        #expect(stage.sent == .stop)
        stage.take(RTPEngineCallFixture.reply(.refused(.unknownCall)))
        #expect(stage.course.isOver)
    }

    @Test func `A start waits until what is nobody's has been stopped`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.record()
        stage.take(.serverLost)
        stage.take(.serverBack)
        stage.order(stage.start)
        #expect(stage.sent == nil)
        stage.take(RTPEngineCallFixture.reply())
        #expect(stage.sent == .start)
    }

    @Test func `What lived before the engine is looked at, stopped and told`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release26)
        stage.take(.inherited)
        #expect(stage.sent == .query)
        stage.take(RTPEngineCallFixture.reply(.ok, .on, metadata: true))
        #expect(stage.sent == .stop)
        #expect(stage.outcome.notes == [.inherited])
        stage.take(RTPEngineCallFixture.reply())
        #expect(stage.course.isOver)
    }

    @Test func `What an old release records of an inherited call nobody can see, so it is stopped unseen`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.take(.inherited)
        stage.take(RTPEngineCallFixture.reply())
        #expect(stage.sent == .stop)
        #expect(stage.outcome.notes.isEmpty)
    }

    @Test func `An inherited call of which nothing is recorded is left alone`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release26)
        stage.take(.inherited)
        stage.take(RTPEngineCallFixture.reply())
        #expect(stage.sent == nil)
        #expect(stage.course.isOver)
    }
}
