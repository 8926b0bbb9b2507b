import CallControl
import CallControlTesting
import CallModel
import EventLoops
import TLibraryClient
import TestSupport
import Testing

/// rtpengine hangs, dies, or does what nobody asked for: what a T-Client then sees.
@Suite(.hangLimit) struct LostDaemonTests {
    @Test func `A start that hangs beyond all tries fails, and is stopped when the daemon goes on`() async throws {
        try await DaemonFixture.withDaemon { room, daemon, stage in
            let call = try await room.call("hang", through: daemon, on: stage)
            try await daemon.freeze()
            let outcome = try await stage.start(call)
            #expect(outcome.result == "failed")
            #expect(["timeout", "no-media-server"].contains(outcome.reason))
            try await stage.desktop.see("a dark lamp", of: call) { $0.lamp == "Off" }
            daemon.thaw()
            // The start is carried out now, if it was sent at all, and stopped for good.
            if outcome.reason == "timeout" {
                try await room.eventually("the late start") { daemon.files != [] }
            }
            try await room.eventually("its end") { daemon.openFiles == [] }
            #expect(stage.desktop.lamps(of: call) == ["Off"])

            #expect(try await stage.startAgain(call).isDone)
            #expect(try await room.isCapturing(daemon))
            #expect(try await stage.stop(call).isDone)
        }
    }

    @Test func `A recording of a daemon that hangs goes dark, and is stopped when it goes on`() async throws {
        try await DaemonFixture.withDaemon { room, daemon, stage in
            let call = try await room.call("hang", through: daemon, on: stage)
            #expect(try await stage.start(call).isDone)
            try await daemon.freeze()
            try await stage.desktop.see("a dark lamp", of: call) { $0.lamp == "Off" && $0.cause == "media-failure" }
            try await stage.desktop.see("the end of the search", of: call) { $0.reason == "no-media-server" }
            daemon.thaw()
            try await room.eventually("its end") { daemon.openFiles == [] }
            #expect(stage.desktop.lamps(of: call) == ["On", "Off", "Off"])
        }
    }

    @Test func `A killed daemon darkens the lamp for good`() async throws {
        try await DaemonFixture.withDaemon { room, daemon, stage in
            let call = try await room.call("killed", through: daemon, on: stage)
            #expect(try await stage.start(call).isDone)
            daemon.kill()
            try await stage.desktop.see("a dark lamp", of: call) { $0.lamp == "Off" && $0.cause == "media-failure" }
            try await stage.desktop.see("the end of the search", of: call) { $0.reason == "no-media-server" }
            #expect(stage.desktop.lamps(of: call) == ["On", "Off", "Off"])

            let outcome = try await stage.start(call)
            #expect(outcome.reason == "no-media-server")
        }
    }

    @Test(arguments: [false, true])
    func `A killed daemon's recording moves to the next, in a new file`(isPaused: Bool) async throws {
        try await DaemonFixture.open { room in
            try await Daemon.run(by: room.client) { first in
                try await Daemon.run(by: room.client) { second in
                    let drivers = try [first, second].map { try room.driver(of: $0) }
                    try await room.stage(drivers) { stage in
                        try await recover(from: first, to: second, isPaused: isPaused, room, stage)
                    }
                }
            }
        }
    }

    private func recover(
        from first: Daemon, to second: Daemon, isPaused: Bool, _ room: DaemonFixture, _ stage: RTPEngineServerFixture
    ) async throws {
        let call = try await room.call("moved", through: first, second, on: stage)
        #expect(try await stage.start(call).isDone)
        let before = try await stage.desktop.see("the start", of: call) { $0.lamp == "On" }
        #expect(try await room.isCapturing(first))
        if isPaused { #expect(try await stage.pause(call).isDone) }
        let seen = stage.desktop.lamps(of: call).count
        first.kill()
        try await stage.desktop.see("a dark lamp", of: call, from: seen) { $0.lamp == "Off" }
        if isPaused {
            // rtpengine cannot begin paused, so nothing begins before the agent says so.
            #expect(try await room.isCapturing(second) == false)
            #expect(try await stage.resume(call).isDone)
        }
        let after = try await stage.desktop.see("a recovery", of: call, from: seen) { $0.lamp == "On" }
        #expect(after.file != before.file)
        #expect(second.files.contains(after.file))
        #expect(try await room.isCapturing(second))
        #expect(try await stage.stop(call).isDone)
        #expect(second.openFiles == [])
    }

    @Test(arguments: [RecordingOptions.PauseFailure.stop, .keepTrying])
    func `A pause that a hung daemon cannot confirm is never shown`(
        pauseFailure: RecordingOptions.PauseFailure
    ) async throws {
        try await DaemonFixture.withDaemon(configure: { $0.recording.pauseFailure = pauseFailure }) {
            room, daemon, stage in
            let call = try await room.call("pause", through: daemon, on: stage)
            #expect(try await stage.start(call).isDone)
            try await daemon.freeze()
            let outcome = try await stage.pause(call)
            // Where the daemon counts as lost before, nothing is captured that could be paused.
            #expect(outcome.result == "failed" || outcome.state == "off")
            #expect(!stage.desktop.lamps(of: call).contains("Paused"))
            daemon.thaw()
            try await room.eventually("the end of capture") { daemon.openFiles == [] }
            try await room.eventually("a lamp that is not on") { stage.desktop.lamps(of: call).last != "On" }
            #expect(daemon.openFiles == [])
        }
    }

    @Test func `What a former engine left recording is stopped, and lights no lamp`() async throws {
        try await DaemonFixture.withDaemon { room, daemon, stage in
            let session = try await room.telephones.begin("left", at: daemon.address)
            try await room.client.ask(["command": "start recording", "call-id": "left"], of: daemon.address)
            try await room.eventually("a recording") { daemon.openFiles.count == 1 }
            let call = try await stage.call(in: session)
            stage.telephony.report(.inherited(Desktop.dn, session), of: call)
            try await room.eventually("its end") { daemon.openFiles == [] }
            #expect(stage.desktop.lamps(of: call) == [])

            #expect(try await stage.start(call).isDone)
            #expect(try await room.isCapturing(daemon))
            try await stage.desktop.see("a lit lamp", of: call) { $0.lamp == "On" }
            #expect(stage.desktop.lamps(of: call) == ["On"])
        }
    }

    @Test(arguments: ["stop recording", "delete"])
    func `What others end at the daemon goes dark`(command: String) async throws {
        try await DaemonFixture.withDaemon { room, daemon, stage in
            let call = try await room.call("ended", through: daemon, on: stage)
            #expect(try await stage.start(call).isDone)
            try await room.client.ask(["command": command, "call-id": "ended"], of: daemon.address)
            let change = try await stage.desktop.see("a dark lamp", of: call, from: 1) { $0.lamp == "Off" }
            #expect(change.cause == "media-report")
            #expect(daemon.openFiles == [])
        }
    }

    @Test func `Where no daemon is a start fails`() async throws {
        try await DaemonFixture.open { room in
            try await Daemon.run(by: room.client) { daemon in
                let nobody = SocketAddress(host: daemon.host, port: 9)
                try await room.stage([try room.driver(at: nobody, spool: nil)]) { stage in
                    let call = try await room.call("nobody", through: daemon, on: stage)
                    let outcome = try await stage.start(call)
                    #expect(["timeout", "no-media-server"].contains(outcome.reason))
                    #expect(outcome.state == "off")
                    try await stage.desktop.see("a dark lamp", of: call) { $0.lamp == "Off" }
                }
            }
        }
    }
}
