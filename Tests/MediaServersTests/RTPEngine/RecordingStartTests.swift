import CallModel
import TLibrary
import Testing

@testable import MediaServers

@Suite struct RecordingStartTests {
    @Test func `A start is confirmed once its file is seen, by the name that it has`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        let id = stage.order(stage.start)
        #expect(stage.sent == .start)
        #expect(stage.outcome.send?.file == "")
        #expect(stage.outcome.send?.metadata == "connid:0000000000000007|recording:r1|file:name")
        #expect(stage.outcome.orders == [.expect(exact: nil)])
        stage.take(RTPEngineCallFixture.reply())
        #expect(stage.event == nil)
        stage.take(.spool(.found(RTPEngineCallFixture.file())))
        #expect(stage.event == .started(id, file: "call%401-92ee78ec126ecd9d", intake: nil, proof: .file))
        #expect(stage.course.isLive)
    }

    @Test func `A file that is seen before the server's yes is not told before it`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        let id = stage.order(stage.start)
        stage.take(.spool(.found(RTPEngineCallFixture.file())))
        #expect(stage.event == nil)
        stage.take(RTPEngineCallFixture.reply())
        #expect(stage.event == .started(id, file: "call%401-92ee78ec126ecd9d", intake: nil, proof: .file))
    }

    @Test func `A server that takes names is told a free one`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release26)
        let id = stage.order(stage.start)
        #expect(stage.outcome.orders == [.name("name")])
        #expect(stage.sent == nil)
        stage.take(.spool(.named("name_2")))
        #expect(stage.outcome.send?.file == "/spool/pcaps/name_2.pcap")
        stage.take(RTPEngineCallFixture.reply())
        stage.take(.spool(.found(RTPEngineCallFixture.file("name_2", asProposed: true))))
        #expect(stage.event == .started(id, file: "name_2", intake: nil, proof: .file))
    }

    @Test func `A server that would write the next recording over this one has its file renamed`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release12)
        let id = stage.order(stage.start)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(.spool(.found(RTPEngineCallFixture.file())))
        #expect(stage.outcome.orders == [.rename(RTPEngineCallFixture.file(), to: "name")])
        var file = RTPEngineCallFixture.file()
        file.name = "name"
        stage.take(.spool(.renamed(file, isDone: true)))
        #expect(stage.event == .started(id, file: "name", intake: nil, proof: .file))
    }

    @Test func `Yes without a file is not proved`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        let id = stage.order(stage.start)
        stage.take(RTPEngineCallFixture.reply())
        stage.pass(.seconds(2))
        stage.take(.deadline)
        #expect(stage.event == .refused(id, .notProved))
        stage.take(.spool(.found(RTPEngineCallFixture.file())))
        #expect(stage.event == nil)
        let stop = stage.order(.stop)
        #expect(stage.sent == .stop)
        stage.take(RTPEngineCallFixture.reply())
        #expect(stage.event == .confirmed(stop))
        #expect(stage.course.isOver)
    }

    @Test func `A server that does not write where it is told to is let name the file itself`() throws {
        var stage = try RTPEngineCallFixture(
            ServerCapabilities(pause: .served, keepsState: true, namesFiles: nil, showsMetadata: true))
        let id = stage.order(stage.start)
        stage.take(.spool(.named("name")))
        stage.take(RTPEngineCallFixture.reply())
        stage.take(.deadline)
        #expect(stage.sent == .stop)
        stage.take(RTPEngineCallFixture.reply())
        #expect(stage.sent == .start)
        #expect(stage.outcome.send?.file == "")
        stage.take(RTPEngineCallFixture.reply())
        stage.take(.spool(.found(RTPEngineCallFixture.file())))
        #expect(stage.outcome.notes == [.namesFilesItself])
        #expect(stage.event == .started(id, file: "call%401-92ee78ec126ecd9d", intake: nil, proof: .file))
        #expect(stage.around.traits.namesFiles == false)
    }

    @Test func `An error is a refusal, and the call-id is free again`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        let id = stage.order(stage.start)
        stage.take(RTPEngineCallFixture.reply(.refused(.unknownCall)))
        #expect(stage.event == .refused(id, .refused))
        #expect(stage.course.isOver)
    }

    @Test func `Without a spool the server's own state is the proof`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release26, spool: false)
        let id = stage.order(stage.start)
        stage.take(RTPEngineCallFixture.reply())
        #expect(stage.sent == .query)
        stage.take(RTPEngineCallFixture.reply(.ok, .on, metadata: true))
        #expect(stage.event == .started(id, file: "name", intake: nil, proof: .query))
    }

    @Test(arguments: [nil, .paused] as [NGReply.Recording?])
    func `A server that tells what it records and not this has not begun`(_ recording: NGReply.Recording?) throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release26, spool: false)
        let id = stage.order(stage.start)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(RTPEngineCallFixture.reply(.ok, recording, packets: 100, metadata: true))
        #expect(stage.event == .refused(id, .notProved))
    }

    @Test func `Without spool and state packets are counted until more have come`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10, spool: false)
        let id = stage.order(stage.start)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(RTPEngineCallFixture.reply(packets: 5))
        #expect(stage.event == nil)
        stage.take(.deadline)
        #expect(stage.sent == .query)
        stage.take(RTPEngineCallFixture.reply(packets: 5))
        #expect(stage.event == nil)
        stage.take(.deadline)
        stage.take(RTPEngineCallFixture.reply(packets: 6))
        #expect(stage.event == .started(id, file: "name", intake: nil, proof: .packets))
    }

    @Test func `Packets that do not come within the time prove nothing`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10, spool: false)
        let id = stage.order(stage.start)
        stage.take(RTPEngineCallFixture.reply())
        stage.take(RTPEngineCallFixture.reply(packets: 5))
        stage.pass(.seconds(2))
        stage.take(.deadline)
        stage.take(RTPEngineCallFixture.reply(packets: 5))
        #expect(stage.event == .refused(id, .notProved))
    }

    @Test func `A second recording of a call-id is refused while one lives`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        stage.record()
        let other = try #require(RecordingID("r2"))
        let id = MediaCommand.ID(rawValue: 99)
        stage.take(
            .command(
                MediaCommand(
                    id: id, connection: ConnectionID(rawValue: 7), recording: other, server: 0, verb: stage.start)))
        #expect(stage.event == .refused(id, .refused))
        #expect(stage.outcome.notes == [.callIDIsTaken])
        #expect(stage.course.isLive)
    }

    @Test func `A start that would write over a file that cannot be renamed is refused`() throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release12)
        stage.course = RTPEngineCall(callID: "call@1", leftUnnamed: true)
        let id = stage.order(stage.start)
        #expect(stage.event == .refused(id, .refused))
        #expect(stage.outcome.notes == [.wouldOverwrite])
        #expect(stage.sent == nil)
    }

    @Test(arguments: [(73, []), (74, [RTPEngineWarning.callIDTooLong(222)])])
    func `A call-id that is too long for a file's name is told`(count: Int, notes: [RTPEngineWarning]) throws {
        var stage = try RTPEngineCallFixture(RTPEngineCallFixture.release10)
        let callID = String(repeating: "@", count: count)
        stage.course = RTPEngineCall(callID: callID)
        stage.order(
            .start(
                StartParameters(
                    fileName: "name", anchor: "5001", callUUID: "U",
                    session: MediaSession(callID: callID, fromTag: "a"))))
        stage.take(RTPEngineCallFixture.reply())
        stage.pass(.seconds(2))
        stage.take(.deadline)
        #expect(stage.outcome.notes == notes)
    }
}
