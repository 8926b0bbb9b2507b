import CallControl
import CallModel
import Foundation
import TLibrary
import Testing

@testable import MediaServers

/// What a recorder says where a disk fails it.
@Suite struct RecorderDiskTests {
    private let recording: RecordingID

    init() throws {
        recording = try #require(RecordingID("rec-1"))
    }

    @Test func `A file that is removed ends its recording, and says why`() async throws {
        try await RecordingFixture.open { [recording] room in
            let (_, file, intake) = try await room.start(recording, file: "call")
            try await room.speak(anchor: 440, other: 1_000, recording, intake)
            try await room.desk.wait(for: recording) { $0.isBeginOfCapture }
            try FileManager.default.removeItem(atPath: room.path(file))
            try await room.desk.wait(for: .ended, recording)
            #expect(room.desk.reports(of: recording).last?.failure == .disk)
            #expect(room.desk.events(of: recording).suffix(2).first?.isEndOfCapture == true)
            // The engine knows by then; one that crossed it on the way is told, too.
            let (answer, _) = try await room.desk.ask(.stop, recording)
            guard case .confirmed = answer else { throw RecordingFixture.Refused(answer: answer) }
            let (paused, _) = try await room.desk.ask(.pause, recording)
            guard case .refused = paused else { throw RecordingFixture.Refused(answer: paused) }
        }
    }

    @Test func `A stop whose file is gone says so`() async throws {
        try await RecordingFixture.open { [recording] room in
            let (_, file, _) = try await room.start(recording, file: "call")
            // The lanes are held, so that the stop is there before the next look at the file.
            let lanes = DispatchSemaphore(value: 0)
            for lane in room.recorder.pool.lanes { lane.run { lanes.wait() } }
            try FileManager.default.removeItem(atPath: room.path(file))
            let (stop, _) = await room.desk.order(.stop, recording)
            for _ in room.recorder.pool.lanes { lanes.signal() }
            _ = try await room.desk.answer(to: stop, recording)
            #expect(room.desk.reports(of: recording).last?.failure == .disk)
            #expect(!room.desk.events(of: recording).contains(.ended))
        }
    }

    @Test func `A resume of a file that is gone is refused, and the recording ends`() async throws {
        try await SimulatedRecorderFixture.run { room in
            let (file, _) = try room.start(recording)
            room.pass(.milliseconds(100))
            _ = try room.ask(.pause, recording)
            try FileManager.default.removeItem(atPath: room.path(file))
            let answer = try room.ask(.resume, recording)
            guard case .refused(_, .disk) = answer else {
                throw SimulatedRecorderFixture.UnexpectedAnswer(answer: answer)
            }
            #expect(room.reports(of: recording).last?.event == .ended)
            #expect(room.reports(of: recording).last?.failure == .disk)
            room.pass(.milliseconds(100))
        }
    }

    @Test func `A resume is confirmed once the disk has taken what came before it`() async throws {
        try await RecordingFixture.open { [recording] room in
            _ = try await room.start(recording, file: "call")
            _ = try await room.desk.ask(.pause, recording)
            let lanes = DispatchSemaphore(value: 0)
            for lane in room.recorder.pool.lanes { lane.run { lanes.wait() } }
            let (resume, _) = await room.desk.order(.resume, recording)
            try await Task.sleep(for: .milliseconds(200))
            #expect(!room.desk.events(of: recording).contains(.confirmed(resume)))
            for _ in room.recorder.pool.lanes { lanes.signal() }
            #expect(try await room.desk.answer(to: resume, recording) == .confirmed(resume))
            _ = try await room.desk.ask(.stop, recording)
        }
    }

    @Test func `A start that is given up while the disk hangs leaves no file`() async throws {
        try await RecordingFixture.open { [recording] room in
            let lanes = DispatchSemaphore(value: 0)
            for lane in room.recorder.pool.lanes { lane.run { lanes.wait() } }
            let (start, _) = await room.desk.order(room.order("call"), recording)
            try await Task.sleep(for: .milliseconds(100))
            let (stop, _) = await room.desk.order(.stop, recording)
            for _ in room.recorder.pool.lanes { lanes.signal() }
            #expect(try await room.desk.answer(to: stop, recording) == .confirmed(stop))
            guard case .refused = try await room.desk.answer(to: start, recording) else {
                Issue.record("a start that was given up is confirmed")
                return
            }
            #expect(try room.files.isEmpty)
        }
    }

    @Test func `The edges of capture surround what is in the file`() async throws {
        try await SimulatedRecorderFixture.run { room in
            let started = room.now
            let (file, intake) = try room.start(recording)
            try room.speak(anchor: 440, other: 1_000, recording, intake)
            room.pass(.milliseconds(900))
            let paused = room.now
            _ = try room.ask(.pause, recording)
            room.pass(.milliseconds(300))
            let resumed = room.now
            _ = try room.ask(.resume, recording)
            room.pass(.milliseconds(400))
            let stopped = room.now
            _ = try room.ask(.stop, recording)

            let events = room.events(of: recording)
            let edges = events.compactMap(\.edge)
            try #require(edges.map(\.isBegin) == [true, false, true, false])
            let times = edges.map(\.time)
            // A packet of 20 ms is up to 3 ms on its way.
            let latest = Duration.milliseconds(23)
            #expect(times[0] >= started && times[0] <= started + latest)
            #expect(times[1] <= paused && times[1] >= paused - latest)
            #expect(times[2] >= resumed && times[2] <= resumed + latest)
            #expect(times[3] <= stopped && times[3] >= stopped - latest)
            // Each end is reported before what it belongs to.
            let places = events.indices.filter { events[$0].isEndOfCapture }
            #expect(places.allSatisfy { if case .confirmed = events[$0 + 1] { true } else { false } })

            let sound = try room.read(file).channel(1)
            #expect(sound.count == frames(started, stopped))
            #expect(sound[frames(started, paused)..<frames(started, resumed)].isSilent)
            #expect(sound[frames(started, times[0])..<frames(started, times[1]) - 160].isTone(of: 440))
            #expect(sound[frames(started, times[2])..<frames(started, times[3]) - 160].isTone(of: 440))
        }
    }
}

extension MediaReport.Event {
    fileprivate var edge: CaptureEvidence.Edge? {
        if case .evidence(let evidence) = self { evidence.edge } else { nil }
    }

    fileprivate var isBeginOfCapture: Bool { edge?.isBegin == true }
    fileprivate var isEndOfCapture: Bool { edge?.isBegin == false }
}

extension CaptureEvidence.Edge {
    fileprivate var isBegin: Bool {
        if case .began = self { true } else { false }
    }

    fileprivate var time: Duration {
        switch self {
        case .began(let time), .ended(let time): time
        }
    }
}
