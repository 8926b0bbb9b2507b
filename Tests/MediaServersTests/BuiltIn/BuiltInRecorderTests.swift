import CallControl
import CallModel
import Foundation
import Logging
import RTPAudio
import TLibrary
import Testing

@testable import MediaServers

@Suite struct BuiltInRecorderTests {
    private let recording: RecordingID

    init() throws {
        recording = try #require(RecordingID("rec-1"))
    }

    @Test func `Two tones go in and a file with a tone in each channel comes out`() async throws {
        try await RecordingFixture.open { [recording] room in
            let (started, file, intake) = try await room.start(recording, file: "call")
            #expect(file == "call")
            let spoke = try await room.speak(anchor: 440, other: 1_000, recording, intake)
            try await room.desk.talk(40)
            let (answer, stopped) = try await room.desk.ask(.stop, recording)
            guard case .confirmed = answer else { throw RecordingFixture.Refused(answer: answer) }

            let wave = try room.read(file)
            #expect(wave.format == 1 && wave.channels == 2 && wave.frameRate == 8_000 && wave.bitsPerSample == 16)
            #expect(wave.isAsLong(as: frames(started, stopped)))
            let talk = frames(started, spoke) + 400..<wave.frameCount - 400
            #expect(wave.channel(1)[talk].sounds(like: 440))
            #expect(wave.channel(2)[talk].sounds(like: 1_000))
        }
    }

    @Test func `A pause is silence in both channels and its length stays in the file`() async throws {
        try await RecordingFixture.open { [recording] room in
            let (started, file, intake) = try await room.start(recording, file: "call")
            let spoke = try await room.speak(anchor: 440, other: 1_000, recording, intake)
            try await room.desk.talk(30)
            let paused = try await room.desk.ask(.pause, recording).at
            try await room.desk.talk(25)
            let resumed = try await room.desk.ask(.resume, recording).at
            try await room.desk.talk(30)
            let stopped = try await room.desk.ask(.stop, recording).at

            let wave = try room.read(file)
            #expect(wave.isAsLong(as: frames(started, stopped)))
            let pause = frames(started, paused)..<frames(started, resumed)
            for (channel, pitch) in [(1, 440), (2, 1_000)] {
                let sound = wave.channel(channel)
                #expect(sound[pause].isSilent)
                #expect(sound[frames(started, spoke) + 400..<pause.lowerBound - 400].sounds(like: pitch))
                #expect(sound[pause.upperBound + 400..<sound.count - 400].sounds(like: pitch))
            }
        }
    }

    @Test func `A recording without audio is silence of its length`() async throws {
        try await RecordingFixture.open { [recording] room in
            let (started, file, _) = try await room.start(recording, file: "call")
            try await Task.sleep(for: .milliseconds(300))
            let stopped = try await room.desk.ask(.stop, recording).at
            let wave = try room.read(file)
            #expect(wave.frameCount == frames(started, stopped))
            #expect(wave.channel(1).isSilent && wave.channel(2).isSilent)
        }
    }

    @Test func `A recording that begins paused captures nothing until its resume`() async throws {
        try await RecordingFixture.open { [recording] room in
            let (started, file, intake) = try await room.start(recording, file: "call", startsPaused: true)
            try await room.speak(anchor: 440, other: 1_000, recording, intake)
            try await room.desk.talk(15)
            let resumed = try await room.desk.ask(.resume, recording).at
            try await room.desk.talk(30)
            _ = try await room.desk.ask(.stop, recording)
            let sound = try room.read(file).channel(1)
            let resume = frames(started, resumed)
            #expect(sound[0..<resume].isSilent)
            #expect(sound[resume + 400..<sound.count - 400].sounds(like: 440))
        }
    }

    @Test func `The file is valid while it is written`() async throws {
        try await SimulatedRecorderFixture.run { room in
            let started = room.now
            let (file, intake) = try room.start(recording)
            try room.speak(anchor: 440, other: 1_000, recording, intake)
            // The writer takes half a second at once; the last 100 ms wait for packets that are on their way.
            let behind = 8 * 620
            for _ in 0..<30 {
                room.pass(.milliseconds(100))
                let copy = try room.read(file)
                let passed = frames(started, room.now)
                #expect((max(0, passed - behind)...passed).contains(copy.frameCount))
                guard copy.frameCount > 400 else { continue }
                #expect(copy.channel(1)[400..<copy.frameCount].isTone(of: 440))
                #expect(copy.channel(2)[400..<copy.frameCount].isTone(of: 1_000))
            }
            #expect(!room.events(of: recording).contains(.ended))
            _ = try room.ask(.stop, recording)
            #expect(try room.read(file).frameCount == frames(started, room.now))
        }
    }

    @Test func `Another stream to the same place is not mixed in`() async throws {
        try await RecordingFixture.open { [recording] room in
            let (started, file, intake) = try await room.start(recording, file: "call")
            let spoke = try await room.speak(anchor: 440, other: 1_000, recording, intake)
            try await room.desk.talk(10)
            let stray = try await room.desk.openTelephone()
            await room.desk.speak(700, to: intake.anchor, recording, .anchor, by: stray)
            try await room.desk.talk(30)
            _ = try await room.desk.ask(.stop, recording)
            let sound = try room.read(file).channel(1)
            #expect(sound[frames(started, spoke) + 400..<sound.count - 400].sounds(like: 440))
        }
    }

    @Test func `A shutdown closes the files with what was handed to them`() async throws {
        try await RecordingFixture.open { [recording] room in
            let (_, file, _) = try await room.start(recording, file: "call")
            try await Task.sleep(for: .milliseconds(300))
            await room.recorder.shutDown()
            #expect(try room.read(file).frameCount > 0)
            let next = try #require(RecordingID("rec-2"))
            let (answer, _) = try await room.desk.ask(room.order("later"), next)
            guard case .refused = answer else { throw RecordingFixture.Refused(answer: answer) }
        }
    }
}
