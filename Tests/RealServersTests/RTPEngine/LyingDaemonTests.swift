import TLibraryClient
import TestSupport
import Testing

/// rtpengine says ok to a recording that it does not make: what a T-Client then sees.
@Suite(.hangLimit) struct LyingDaemonTests {
    static let lies: [Daemon.Settings] = [
        Daemon.Settings(spool: .lost), Daemon.Settings(spool: .none), Daemon.Settings(method: "all"),
        Daemon.Settings(method: "proc"),
    ]

    @Test(arguments: lies)
    func `A recording that is not made fails, and lights no lamp`(settings: Daemon.Settings) async throws {
        try await DaemonFixture.withDaemon(settings) { room, daemon, stage in
            let call = try await room.call("lie", through: daemon, on: stage)
            let answer = try await room.client.ask(
                ["command": "start recording", "call-id": "lie"], of: daemon.address)
            #expect(answer == "ok", "this release does not lie any more")

            let outcome = try await stage.start(call)
            #expect(outcome.result == "failed")
            #expect(outcome.reason == "not-proved")
            #expect(outcome.state == "off")
            try await stage.desktop.see("a dark lamp", of: call) { $0.lamp == "Off" && $0.reason == "not-proved" }
            #expect(stage.desktop.lamps(of: call) == ["Off"])
            #expect(daemon.openFiles == [])
        }
    }

    @Test func `A recording that goes where nobody looks fails, and is stopped`() async throws {
        try await DaemonFixture.open { room in
            try await Daemon.run(by: room.client) { daemon in
                let driver = try room.driver(at: daemon.address, spool: daemon.directory)
                try await room.stage([driver]) { stage in
                    let call = try await room.call("elsewhere", through: daemon, on: stage)
                    let outcome = try await stage.start(call)
                    #expect(outcome.reason == "not-proved")
                    try await stage.desktop.see("a dark lamp", of: call) { $0.lamp == "Off" }
                    #expect(stage.desktop.lamps(of: call) == ["Off"])
                    try await room.eventually("its end") { daemon.files != [] && daemon.openFiles == [] }
                }
            }
        }
    }

    @Test func `A full disk darkens the lamp`() async throws {
        try await DaemonFixture.withDaemon(Daemon.Settings(fileLimit: 64)) { room, daemon, stage in
            let call = try await room.call("full", through: daemon, on: stage)
            #expect(try await stage.start(call).isDone)
            try await stage.desktop.see("a lamp that goes out", of: call, from: 1) { $0.lamp == "Off" }
            #expect(stage.desktop.lamps(of: call).first == "On")
            #expect(daemon.files.allSatisfy { daemon.size(of: $0) <= 64 * 512 })
            try await room.eventually("its end") { daemon.openFiles == [] }
        }
    }

    @Test func `A disk that is full from the beginning darkens the lamp, or never lights it`() async throws {
        try await DaemonFixture.withDaemon(Daemon.Settings(fileLimit: 0)) { room, daemon, stage in
            let call = try await room.call("full", through: daemon, on: stage)
            let outcome = try await stage.start(call)
            try await stage.desktop.see("a dark lamp", of: call) { $0.lamp == "Off" }
            #expect(stage.desktop.lamps(of: call).last == "Off")
            #expect(outcome.result == "failed" || stage.desktop.lamps(of: call) == ["On", "Off"])
            try await room.eventually("its end") { daemon.openFiles == [] }
        }
    }
}
