import TLibrary
import Testing

@testable import CallModel

/// A recording follows its anchor's media from one session of its media server to another.
struct FollowingTests {
    private func recorded(servers: [MediaCapabilities] = [.able]) -> CallFixture {
        let scene = CallFixture(servers: servers).talk()
        scene.report(.media("5001", .first))
        return scene.record().clear()
    }

    @Test func `it is stopped there and goes on here, under its id and in a new file`() throws {
        let scene = recorded()
        let file = scene.file
        let moved = scene.report(.media("5001", .second))
        #expect(moved.lamps == ["Off"] && moved.notices.map(\.cause) == [.transfer])
        #expect(scene.commands == ["stop 0"], "the same server must have stopped first")
        scene.confirm()
        #expect(scene.commands == ["stop 0", "start 0"], "and is asked at once when it has")
        let order = try #require(scene.lastCommand.order)
        #expect(order.session == .second)
        let gone = scene.confirm()
        #expect(gone.lamps == ["On"] && gone.notices.map(\.cause) == [.recovery] && scene.file != file)
        #expect(scene.notices.map(\.id.text) == ["one"])
    }

    @Test func `another media server takes it at once`() {
        let scene = recorded(servers: [.able, .able])
        scene.report(.media("5001", .second))
        #expect(scene.commands == ["stop 0", "start 1"])
    }

    @Test func `the only server is not asked before it has stopped, however long that takes`() {
        let scene = recorded()
        scene.report(.media("5001", .second))
        let stop = scene.lastCommand
        scene.advance(by: .seconds(20))
        #expect(!scene.commands.contains("start 0"), "a start would be stopped with what was recorded before")
        scene.confirm(stop)
        #expect(scene.commands.last == "start 0" && scene.confirm().lamps == ["On"])
    }

    @Test func `paused it stays paused, and a stop ends it`() {
        let paused = recorded().pause().clear()
        paused.report(.media("5001", .second))
        paused.confirm()
        #expect(paused.commands == ["stop 0", "start-paused 0"])
        #expect(paused.confirm().lamps == ["Paused"])

        let stopped = recorded()
        stopped.report(.media("5001", .second))
        #expect(stopped.ask(.stop).verdicts == ["done off"])
        stopped.confirm()
        #expect(stopped.commands == ["stop 0"])
    }

    @Test func `a start that is under way is made again, and one that is stopped meanwhile is not`() {
        let scene = CallFixture(servers: [.able]).talk()
        scene.report(.media("5001", .first))
        scene.ask(.start)
        scene.report(.media("5001", .second))
        #expect(scene.commands == ["start 0", "stop 0"])
        scene.confirm()
        #expect(scene.commands == ["start 0", "stop 0", "start 0"])
        #expect(scene.confirm().verdicts == ["done on"])

        let stopped = CallFixture(servers: [.able]).talk()
        stopped.report(.media("5001", .first))
        stopped.ask(.start)
        stopped.report(.media("5001", .second))
        #expect(stopped.ask(.stop).verdicts == ["superseded off", "done off"])
        stopped.confirm(stopped.command(1))
        #expect(stopped.commands == ["start 0", "stop 0"] && stopped.notices.isEmpty)
    }

    @Test func `who is at the far end does not matter, nor what is nowhere`() {
        let scene = recorded()
        scene.report(.media("5001", MediaSession(callID: "one", fromTag: "a", toTag: "c")))
        scene.report(.media("5001", nil))
        scene.report(.media("T1", .second))
        #expect(scene.commands.isEmpty && scene.lamp == "On")
    }
}
