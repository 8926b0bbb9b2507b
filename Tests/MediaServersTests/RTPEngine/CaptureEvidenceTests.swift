import CallModel
import TLibrary
import Testing

@testable import MediaServers

/// What a course tells of capture, by the growth of its file.
@Suite struct CaptureEvidenceTests {
    private func recording(_ traits: ServerCapabilities = RTPEngineCallFixture.release10) throws -> RTPEngineCallFixture
    {
        var stage = try RTPEngineCallFixture(traits)
        stage.record()
        return stage
    }

    /// Looks every half second; the file has that size then.
    private func look(_ stage: inout RTPEngineCallFixture, _ sizes: [Int]) -> [RTPEngineCallFixture.Edge] {
        sizes.flatMap { size in
            stage.pass(.milliseconds(500))
            stage.take(.spool(.size(size)))
            return stage.edges
        }
    }

    @Test func `Capture begins at the look before the file grew, and ends when the server has stopped`() throws {
        var stage = try recording()
        #expect(look(&stage, [24, 24, 4_120, 8_216]) == [.began(1)])
        stage.pass(.milliseconds(200))
        stage.order(.stop)
        stage.take(RTPEngineCallFixture.reply())
        stage.pass(.milliseconds(100))
        stage.close()
        #expect(stage.edges == [.ended(2.2)])
        #expect(stage.event != nil, "told with the stop's confirmation, and before it")
    }

    @Test func `Capture of a lost server ended at the last growth`() throws {
        var stage = try recording()
        #expect(look(&stage, [4_120, 8_216, 8_216]) == [.began(0)])
        stage.pass(.milliseconds(300))
        stage.take(.serverLost)
        #expect(stage.edges == [.ended(1)])
        #expect(stage.event == .lost)
    }

    @Test func `The time of change of the file says when it last grew`() throws {
        var stage = try recording()
        stage.pass(.milliseconds(500))
        stage.take(.spool(.size(4_120, age: .milliseconds(350))))
        #expect(stage.edges == [.began(0)])
        stage.take(.serverLost)
        #expect(stage.edges == [.ended(0.15)])
    }

    @Test(arguments: [Duration.seconds(3_600), .seconds(-3_600)])
    func `A time of change by another clock says nothing`(age: Duration) throws {
        var stage = try recording()
        stage.pass(.milliseconds(500))
        stage.take(.spool(.size(4_120, age: age)))
        stage.take(.serverLost)
        #expect(stage.edges == [.ended(0.5)])
    }

    @Test func `A file that stands still ends capture at its last growth, and growth begins it again`() throws {
        var stage = try recording()
        #expect(look(&stage, [4_120] + Array(repeating: 4_120, count: 3)) == [.began(0)])
        #expect(look(&stage, [4_120]) == [.ended(0.5)])
        #expect(look(&stage, [4_120, 8_216]) == [.began(3)])
    }

    @Test func `Packets that the server has not written yet keep capture going`() throws {
        var stage = try recording()
        #expect(look(&stage, [4_120]) == [.began(0)])
        for packets in stride(from: 2, through: 20, by: 2) {
            #expect(look(&stage, [4_120]).isEmpty)
            stage.take(RTPEngineCallFixture.reply(packets: packets))
        }
        #expect(stage.course.isLive)
    }

    @Test func `A stretch too short to be looked at is measured once the file is closed`() throws {
        var stage = try recording()
        stage.pass(.milliseconds(300))
        let stop = stage.order(.stop)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(.spool(.closed(original: RTPEngineCallFixture.file().original)))
        #expect(stage.event == nil)
        #expect(stage.outcome.orders == [.look(RTPEngineCallFixture.file())])
        stage.pass(.milliseconds(1))
        stage.take(.spool(.size(2_000)))
        #expect(stage.edges == [.began(0), .ended(0.3)])
        #expect(stage.event == .confirmed(stop))
    }

    @Test(arguments: [24, nil] as [Int?])
    func `An empty file, or none in time, shows no capture`(size: Int?) throws {
        var stage = try recording()
        let stop = stage.order(.stop)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(.spool(.closed(original: RTPEngineCallFixture.file().original)))
        if let size { stage.take(.spool(.size(size))) } else { stage.take(.deadline) }
        #expect(stage.edges == [])
        #expect(stage.event == .confirmed(stop))
    }

    @Test func `A pause ends capture before it is confirmed, and what follows begins it`() throws {
        var stage = try recording()
        #expect(look(&stage, [4_120]) == [.began(0)])
        let pause = stage.order(.pause)
        stage.take(RTPEngineCallFixture.reply())
        stage.close()
        #expect(stage.edges == [.ended(0.5)])
        #expect(stage.event == .confirmed(pause))
        stage.pass(.seconds(4))
        stage.order(.resume)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(.spool(.found(RTPEngineCallFixture.file("call%401-0000000000000002"))))
        #expect(look(&stage, [4_120]) == [.began(4.5)])
    }

    @Test func `Where no file is seen packets are the evidence`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release26, spool: false)
        stage.record()
        for (packets, edges) in [(5, []), (9, [RTPEngineCallFixture.Edge.began(2)]), (14, [])] {
            stage.pass(.seconds(2))
            stage.take(RTPEngineCallFixture.reply(.ok, .on, packets: packets, metadata: true))
            #expect(stage.edges == edges)
        }
        stage.take(.serverLost)
        #expect(stage.edges == [.ended(6)])
    }
}

/// Audio that stays away on one side.
@Suite struct MissingSideTests {
    private func reply(anchor: Int, other: Int) -> RTPEngineInput {
        func tag(_ name: String, _ packets: Int) -> String {
            let stream = "d5:flagsl3:RTPe5:statsd7:packetsi\(packets)eee"
            return "1:\(name)d6:mediasld4:type5:audio7:streamsl\(stream)eeee"
        }
        let totals = "6:totalsd3:RTPd7:packetsi\(anchor + other)eee"
        let text = "d6:result2:ok4:tagsd\(tag("a", anchor))\(tag("b", other))e\(totals)e"
        guard let reply = NGReply(Array(text.utf8).span) else { preconditionFailure("it is a reply") }
        return .answered(reply)
    }

    /// Looks with a query at the same moment. The file grows while somebody speaks.
    private func look(_ stage: inout RTPEngineCallFixture, anchor: Int, other: Int) -> MediaReport.Event? {
        stage.pass(.milliseconds(2_500))
        stage.take(.spool(.size(24 + 200 * (anchor + other))))
        #expect(stage.sent == .query)
        stage.take(reply(anchor: anchor, other: other))
        return stage.event
    }

    @Test func `The side from which nothing comes is named, also when it fell silent later`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.record()
        #expect(look(&stage, anchor: 100, other: 0) == nil)
        #expect(look(&stage, anchor: 200, other: 0) == .audio(missing: .other))
        #expect(look(&stage, anchor: 300, other: 0) == .audio(missing: .other), "repeated while it lasts")
        #expect(look(&stage, anchor: 400, other: 50) == .audio(missing: []))
        #expect(look(&stage, anchor: 400, other: 150) == nil)
        #expect(look(&stage, anchor: 400, other: 250) == .audio(missing: .anchor))
        #expect(look(&stage, anchor: 400, other: 250) == .audio(missing: .anchor))
        #expect(look(&stage, anchor: 400, other: 250) == .audio(missing: .both))
    }
}

/// A server that does not know a call any more.
@Suite struct VanishedCallTests {
    @Test func `A hang-up at the moment of a pause is a stop, where the call's end follows`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.record()
        stage.order(.pause)
        stage.take(RTPEngineCallFixture.reply(.refused(.unknownCall)))
        #expect(stage.event == nil)
        stage.pass(.milliseconds(400))
        let stop = stage.order(.stop)
        stage.take(RTPEngineCallFixture.reply(.refused(.unknownCall)))
        stage.measure()
        #expect(stage.event == .confirmed(stop))
        #expect(stage.course.isOver)
    }

    @Test func `Where none follows within a second the recording has ended by itself`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.record()
        stage.order(.pause)
        stage.take(RTPEngineCallFixture.reply(.refused(.unknownCall)))
        #expect(stage.course.deadline == .seconds(101))
        stage.pass(.seconds(1))
        stage.take(.deadline)
        #expect(stage.event == .ended)
        #expect(stage.course.isOver)
    }
}
