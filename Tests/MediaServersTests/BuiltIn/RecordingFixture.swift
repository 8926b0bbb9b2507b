import CallControl
import CallModel
import Foundation
import LibuvEventLoops
import Logging
import MediaServers
import RTPAudio
import TLibrary
import Testing

/// A built-in recorder on a loop of its own, with a directory of its own, for one test.
struct RecordingFixture {
    let directory: String
    let recorder: BuiltInRecorder
    let desk: MediaFixture

    static func open(
        mediaProof: Duration = .zero, sourceSilence: Duration = .seconds(30),
        _ body: @Sendable (RecordingFixture) async throws -> Void
    ) async throws {
        let directory = NSTemporaryDirectory() + "recordings-\(UInt64.random(in: .min ... .max))/new"
        defer { try? FileManager.default.removeItem(atPath: (directory as NSString).deletingLastPathComponent) }
        let logger = Logger(label: "recordings") { _ in SwiftLogNoOpLogHandler() }
        let recorder = try BuiltInRecorder(
            directory: directory, mediaProof: mediaProof, sourceSilence: sourceSilence, logger: logger)
        try await LibuvEventLoop.withLoops(count: 1, name: "recorder", logger: logger) { loops in
            let loop = try #require(loops.first)
            let desk = MediaFixture(loop: loop, server: recorder)
            await desk.attach()
            let room = RecordingFixture(directory: directory, recorder: recorder, desk: desk)
            try await body(room)
            await recorder.shutDown()
        }
    }

    func order(
        _ file: String, startsPaused: Bool = false, sources: MediaSources = MediaSources()
    ) -> MediaCommand.Verb {
        .start(
            StartParameters(
                fileName: file, anchor: "5001", callUUID: "U", sources: sources, startsPaused: startsPaused))
    }

    /// Starts a recording: when, under what name, and where it takes media.
    func start(
        _ recording: RecordingID, file: String, startsPaused: Bool = false, sources: MediaSources = MediaSources()
    ) async throws -> (at: Duration, file: String, intake: RTPEndpoints) {
        let (answer, at) = try await desk.ask(order(file, startsPaused: startsPaused, sources: sources), recording)
        guard case .started(_, let file, let intake?, _) = answer else {
            throw Refused(answer: answer)
        }
        return (at, file, intake)
    }

    /// Lets both sides speak by one telephone; says when they began.
    @discardableResult
    func speak(
        anchor: Int, other: Int, _ recording: RecordingID, _ intake: RTPEndpoints
    ) async throws -> Duration {
        let telephone = try await desk.openTelephone()
        await desk.speak(other, to: intake.other, recording, .other, by: telephone)
        return await desk.speak(anchor, to: intake.anchor, recording, .anchor, by: telephone)
    }

    struct Refused: Error {
        var answer: MediaReport.Event
    }

    func path(_ file: String) -> String { "\(directory)/\(file).wav" }

    func read(_ file: String) throws -> WaveReading { try WaveReading(path(file)) }

    /// How many of its files this process holds open.
    var openFiles: Int {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { descriptor in
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
                return target?.hasPrefix(directory) == true
            }
        }
    }

    var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: directory).sorted() }
    }
}

extension WaveReading {
    /// Whether it is as long as its recording was, or longer by audio that came in a burst and late.
    func isAsLong(as frames: Int) -> Bool { (frames...frames + 32_000).contains(frameCount) }
}

/// The frames between two moments of the loop's clock.
func frames(_ from: Duration, _ to: Duration) -> Int {
    Int((to - from) / .milliseconds(1)) * 8
}
