import EventLoops
import TLibrary
import Testing

@testable import CallModel

/// Where the switch sends what parties say, for a media server that takes RTP.
struct MediaPathTests {
    private static let intake = RTPEndpoints(
        anchor: SocketAddress(host: "127.0.0.1", port: 4_000), other: SocketAddress(host: "127.0.0.1", port: 4_002))

    private func record(_ scene: CallFixture) -> CallOutcome {
        scene.ask(.start, ["id": "one"])
        return scene.report(.started(scene.lastCommand.id, file: "f", intake: Self.intake, proof: .file))
    }

    private func path(_ outcome: CallOutcome) -> [[String]] {
        outcome.paths.map { [$0.anchor?.text ?? "-", $0.other?.text ?? "-"] }
    }

    @Test func `both sides speak from the confirmed start to the stop`() {
        let scene = CallFixture().talk()
        #expect(path(record(scene)) == [["5001", "T1"]])
        scene.ask(.stop)
        let stopped = scene.confirm()
        #expect(path(stopped) == [["-", "-"]] && stopped.paths.allSatisfy { $0.intake == Self.intake })
    }

    @Test func `who holds says nothing, and who leaves no more`() {
        let scene = CallFixture().talk().join("5002")
        _ = record(scene)
        #expect(path(scene.report(.held("5001"))) == [["-", "T1"]])
        #expect(path(scene.report(.retrieved("5001"))) == [["5001", "T1"]])
        #expect(path(scene.report(.released("T1", .ok))) == [["5001", "5002"]])
        #expect(scene.report(.routeRequested(at: "8000")).paths.isEmpty)
    }

    @Test func `a media server that takes no RTP gets no path`() {
        let scene = CallFixture().talk()
        scene.ask(.start)
        #expect(scene.confirm().paths.isEmpty)
    }
}
