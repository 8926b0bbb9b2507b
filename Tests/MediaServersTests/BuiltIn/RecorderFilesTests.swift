import CallModel
import Foundation
import Logging
import TLibrary
import Testing

@testable import MediaServers

@Suite struct RecorderFilesTests {
    private let recording: RecordingID

    init() throws {
        recording = try #require(RecordingID("rec-1"))
    }

    @Test func `A name that is taken gets a tail and the old file stays as it is`() async throws {
        try await RecordingFixture.open { [recording] room in
            try Data("old".utf8).write(to: URL(fileURLWithPath: room.path("call")))
            try Data("older".utf8).write(to: URL(fileURLWithPath: room.path("call_2")))
            let (_, file, _) = try await room.start(recording, file: "call")
            #expect(file == "call_3")
            _ = try await room.desk.ask(.stop, recording)
            #expect(try Data(contentsOf: URL(fileURLWithPath: room.path("call"))) == Data("old".utf8))
            #expect(try room.files == ["call.wav", "call_2.wav", "call_3.wav"])
        }
    }

    @Test func `Once a stop is confirmed the file is closed and its ports are free`() async throws {
        try await RecordingFixture.open { [recording] room in
            let (_, _, intake) = try await room.start(recording, file: "call")
            #expect(try room.openFiles == 1)
            #expect(await !room.desk.isFree(intake.anchor))
            _ = try await room.desk.ask(.stop, recording)
            #expect(try room.openFiles == 0)
            #expect(await room.desk.isFree(intake.anchor))
            #expect(await room.desk.isFree(intake.other))
        }
    }

    @Test func `Where the directory is gone a start is refused, and accepted once it is back`() async throws {
        try await RecordingFixture.open { [recording] room in
            try FileManager.default.removeItem(atPath: room.directory)
            let (answer, _) = try await room.desk.ask(room.order("call"), recording)
            guard case .refused(_, .refused) = answer else { throw RecordingFixture.Refused(answer: answer) }
            try FileManager.default.createDirectory(atPath: room.directory, withIntermediateDirectories: false)
            let again = try #require(RecordingID("rec-2"))
            #expect(try await room.start(again, file: "call").file == "call")
        }
    }

    @Test(arguments: ["", "../up", ".hidden"])
    func `A name that leads out of the directory is refused`(name: String) async throws {
        try await RecordingFixture.open { [recording] room in
            let (answer, _) = try await room.desk.ask(room.order(name), recording)
            guard case .refused(_, .refused) = answer else { throw RecordingFixture.Refused(answer: answer) }
            #expect(try room.files.isEmpty)
        }
    }

    @Test func `A directory that cannot be written is told at once, in one sentence`() throws {
        let file = NSTemporaryDirectory() + "no-directory-\(UInt64.random(in: .min ... .max))"
        try Data().write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        for directory in [file, file + "/recordings", "/proc/recordings"] {
            let error = #expect(throws: MediaServerError.self) {
                try BuiltInRecorder(
                    directory: directory, mediaProof: .zero,
                    logger: Logger(label: "") { _ in SwiftLogNoOpLogHandler() })
            }
            #expect(error?.code == .directory)
            let beginning = "recordings cannot be written to the directory \(directory): "
            #expect(error?.description.hasPrefix(beginning) == true)
        }
    }

    @Test func `A probe leaves nothing behind`() async throws {
        try await RecordingFixture.open { room in
            let files = try room.files
            #expect(files.isEmpty)
        }
    }

    @Test func `A hanging disk delays answers and blocks nobody, and its recording keeps its length`() async throws {
        try await RecordingFixture.open { [recording] room in
            let (started, _, _) = try await room.start(recording, file: "call")
            let disk = DispatchSemaphore(value: 0)
            for lane in room.recorder.pool.lanes {
                lane.run { disk.wait() }
            }
            let paused = try await room.desk.answer(to: room.desk.order(.pause, recording).id, recording)
            guard case .confirmed = paused else { throw RecordingFixture.Refused(answer: paused) }
            try await Task.sleep(for: WriterThread.patience * 1.2)
            let before = room.desk.events(of: recording).count
            let (stop, stopped) = await room.desk.order(.stop, recording)
            let other = try #require(RecordingID("rec-2"))
            let (refusal, _) = try await room.desk.ask(room.order("other"), other)
            guard case .refused = refusal else { throw RecordingFixture.Refused(answer: refusal) }
            #expect(room.desk.events(of: recording).count == before)

            for _ in room.recorder.pool.lanes {
                disk.signal()
            }
            _ = try await room.desk.answer(to: stop, recording)
            #expect(try room.read("call").frameCount == frames(started, stopped))
        }
    }

    @Test func `However many names are taken, a start finds a free one`() async throws {
        try await RecordingFixture.open { [recording] room in
            for number in 1...10_050 {
                let name = number == 1 ? "call" : "call_\(number)"
                try #require(FileManager.default.createFile(atPath: room.path(name), contents: nil))
            }
            #expect(try await room.start(recording, file: "call").file == "call_10051")
            _ = try await room.desk.ask(.stop, recording)
        }
    }
}
