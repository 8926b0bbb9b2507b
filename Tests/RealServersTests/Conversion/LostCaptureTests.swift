import CallControl
import CallModel
import Foundation
import LibuvEventLoops
import Logging
import MediaServers
import TestSupport
import Testing

@testable import callcontrol

/// A real rtpengine that is killed or stopped in the midst of a recording: what is told of capture is what its file has.
@Suite(.enabled(if: SpoolingDaemon.isInstalled, "rtpengine-daemon is not installed"), .hangLimit)
struct LostCaptureTests {
    private enum Fate: String, CaseIterable {
        case killed, frozen
    }

    /// Of each fate; the environment's `LOST_CAPTURES` may ask for more.
    private static let rounds = ProcessInfo.processInfo.environment["LOST_CAPTURES"].flatMap { Int($0) } ?? 3

    /// Packets a second: of both sides.
    private static let rate = 100.0

    @Test(arguments: Fate.allCases, 0..<rounds)
    private func `Captured time is the audio in the file`(fate: Fate, round: Int) async throws {
        let logger = Logger(label: "evidence") { _ in SwiftLogNoOpLogHandler() }
        try await LibuvEventLoop.withLoops(count: 1, name: "test", logger: logger) { loops in
            let daemon = try SpoolingDaemon(format: "eth")
            defer { daemon.end() }
            var settings = RTPEngine.Settings(address: daemon.address)
            settings.spool = daemon.directory
            settings.convert = true
            let server = try RTPEngine(settings, logger: logger)
            let telephones = TwoTelephones(loop: loops[0], daemon: daemon.address)
            try await telephones.talk()
            await telephones.attach(server)
            try await Task.sleep(for: .milliseconds(500))
            _ = try await telephones.start(server, file: "lost", anchor: TwoTelephones.callerTag)
            try await Task.sleep(for: .milliseconds(.random(in: 700...2_500)))
            switch fate {
            case .killed: daemon.kill()
            case .frozen: daemon.freeze()
            }
            try await telephones.awaitLoss()
            let audio = Double(try daemon.capturedPackets()) / Self.rate
            if fate == .frozen {
                // What it writes now is in neither record nor WAV file.
                daemon.thaw()
                try await Task.sleep(for: .milliseconds(500))
            }
            await server.shutDown()
            let told = captured(telephones.events)
            #expect(abs(told.time - audio) <= told.resolution + 0.2, "told \(told.time) s, \(audio) s in the file")
            let wave = try #require(Recording(path: "\(daemon.directory)/pcaps/lost.wav"))
            #expect(abs(wave.length - told.time) <= told.resolution + 0.2)
            await telephones.hangUp()
        }
    }

    private func captured(_ events: [MediaReport.Event]) -> (time: Double, resolution: Double) {
        var (time, resolution, began) = (0.0, 0.0, Double?.none)
        for case .evidence(let evidence) in events {
            resolution = evidence.resolution / .seconds(1)
            switch evidence.edge {
            case .began(let moment): began = moment / .seconds(1)
            case .ended(let moment):
                time += moment / .seconds(1) - (began ?? moment / .seconds(1))
                began = nil
            }
        }
        return (time, resolution)
    }
}
