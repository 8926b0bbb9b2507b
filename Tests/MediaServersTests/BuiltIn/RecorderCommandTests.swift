import CallControl
import CallModel
import EventLoops
import RTPAudio
import TLibrary
import Testing

@Suite struct RecorderCommandTests {
    private let recording: RecordingID

    init() throws {
        recording = try #require(RecordingID("rec-1"))
    }

    @Test func `A command that comes again is answered again and done once`() async throws {
        try await RecordingFixture.open { [self] room in
            let (first, at) = try await room.desk.ask(room.order("call"), recording)
            guard case .started(let start, _, _, _) = first else { throw RecordingFixture.Refused(answer: first) }
            #expect(try await room.desk.ask(room.order("call"), recording, again: start).answer == first)

            guard case (.confirmed(let pause), _) = try await room.desk.ask(.pause, recording) else { return }
            _ = try await room.desk.ask(.resume, recording)
            // Long answered: it must not pause what was resumed since.
            _ = try await room.desk.ask(.pause, recording, again: pause)
            let intake = try #require(self.intake(in: first))
            let spoke = try await room.speak(anchor: 440, other: 1_000, recording, intake)
            try await room.desk.talk(20)

            let (answer, stopped) = try await room.desk.ask(.stop, recording)
            guard case .confirmed(let stop) = answer else { throw RecordingFixture.Refused(answer: answer) }
            #expect(try await room.desk.ask(.stop, recording, again: stop).answer == answer)
            #expect(try room.files == ["call.wav"])
            let wave = try room.read("call")
            #expect(wave.isAsLong(as: frames(at, stopped)))
            #expect(wave.channel(1)[frames(at, spoke) + 400..<wave.frameCount - 400].sounds(like: 440))
        }
    }

    private func intake(in event: MediaReport.Event) -> RTPEndpoints? {
        guard case .started(_, _, let intake, _) = event else { return nil }
        return intake
    }

    @Test func `A recording that is not there is stopped, and cannot be paused or resumed`() async throws {
        try await RecordingFixture.open { [recording] room in
            for (verb, isRefused) in [(MediaCommand.Verb.stop, false), (.pause, true), (.resume, true)] {
                switch try await room.desk.ask(verb, recording).answer {
                case .refused: #expect(isRefused)
                case .confirmed: #expect(!isRefused)
                case .started, .resumed, .ended, .lost, .audio, .evidence, .source, .undecoded:
                    Issue.record("another answer than was asked for")
                }
            }
        }
    }

    @Test func `A second start of a live recording is refused and the first goes on`() async throws {
        try await RecordingFixture.open { [recording] room in
            _ = try await room.start(recording, file: "call")
            let (answer, _) = try await room.desk.ask(room.order("call"), recording)
            guard case .refused = answer else { throw RecordingFixture.Refused(answer: answer) }
            #expect(try room.files == ["call.wav"])
            _ = try await room.desk.ask(.stop, recording)
        }
    }

    @Test func `Audio that stays away is told of each side, again and again, and its coming once`() async throws {
        try await RecordingFixture.open(mediaProof: .milliseconds(200)) { [recording] room in
            let (_, _, intake) = try await room.start(recording, file: "call")
            try await room.desk.wait(for: .audio(missing: .both), recording)
            let telephone = try await room.desk.openTelephone()
            await room.desk.speak(440, to: intake.anchor, recording, .anchor, by: telephone)
            try await room.desk.wait(for: .audio(missing: .other), recording)
            try await room.desk.talk(30)
            #expect(room.desk.events(of: recording).count { $0 == .audio(missing: .other) } > 1)
            await room.desk.speak(1_000, to: intake.other, recording, .other, by: telephone)
            try await room.desk.wait(for: .audio(missing: []), recording)
            await room.desk.hush(recording, .anchor, by: telephone)
            try await room.desk.wait(for: .audio(missing: .anchor), recording)
        }
    }

    @Test func `Nothing is missed in a pause, and a resume begins the time anew`() async throws {
        try await RecordingFixture.open(mediaProof: .milliseconds(300)) { [recording] room in
            _ = try await room.start(recording, file: "call", startsPaused: true)
            try await Task.sleep(for: .milliseconds(700))
            #expect(room.desk.events(of: recording).count == 1)
            let (_, resumed) = try await room.desk.ask(.resume, recording)
            try await room.desk.wait(for: .audio(missing: .both), recording)
            #expect(await room.desk.now - resumed >= .milliseconds(300))
        }
    }

    @Test func `Only the source that the switch has told is heard`() async throws {
        try await SimulatedRecorderFixture.run { [recording] room in
            let telephone = try room.openTelephone()
            let stray = try room.openTelephone()
            let started = room.now
            let (file, intake) = try room.start(
                recording, sources: MediaSources(anchor: room.address(of: telephone)))
            room.speak(700, to: intake.anchor, recording, .anchor, by: stray)
            room.pass(.milliseconds(200))
            let spoke = room.speak(440, to: intake.anchor, recording, .anchor, by: telephone)
            room.pass(.milliseconds(400))
            _ = try room.ask(.stop, recording)
            let sound = try room.read(file).channel(1)
            #expect(sound[0..<frames(started, spoke)].isSilent)
            #expect(sound[frames(started, spoke) + 400..<sound.count - 400].sounds(like: 440))
        }
    }

    @Test func `Where the switch tells of another speaker, the next source is heard at once`() async throws {
        try await SimulatedRecorderFixture.run { [recording] room in
            let telephones = [try room.openTelephone(), try room.openTelephone()]
            let started = room.now
            let (file, intake) = try room.start(recording)
            room.follow("5001", recording, intake)
            room.speak(440, to: intake.anchor, recording, .anchor, by: telephones[0])
            room.pass(.milliseconds(300))
            room.hush(recording, .anchor, by: telephones[0])
            room.follow("5002", recording, intake)
            let spoke = room.speak(700, to: intake.anchor, recording, .anchor, by: telephones[1])
            room.pass(.milliseconds(500))
            _ = try room.ask(.stop, recording)
            let sound = try room.read(file).channel(1)
            #expect(sound[frames(started, spoke) + 400..<sound.count - 400].sounds(like: 700))
            #expect(room.events(of: recording).contains(.source(.anchor, room.address(of: telephones[1]))))
        }
    }

    @Test func `Ports rest after a recording`() async throws {
        try await RecordingFixture.open { room in
            var ports: Set<UInt16> = []
            for turn in 0..<100 {
                let id = try #require(RecordingID("rec-\(turn)"))
                let (_, _, intake) = try await room.start(id, file: "call-\(turn)")
                for address in [intake.anchor, intake.other] {
                    #expect(ports.insert(address.port).inserted, "a port is given out again at once")
                }
                _ = try await room.desk.ask(.stop, id)
            }
        }
    }

    @Test func `Audio that comes in time is not worth a word`() async throws {
        try await RecordingFixture.open(mediaProof: .seconds(3)) { room in
            for attempt in 0..<100 {
                let recording = try #require(RecordingID("rec-\(attempt)"))
                let began = ContinuousClock.now
                let (_, _, intake) = try await room.start(recording, file: "call-\(attempt)")
                try await room.speak(anchor: 440, other: 1_000, recording, intake)
                // On a machine that is busy elsewhere the first packet may be late itself.
                guard ContinuousClock.now - began < .seconds(1) else { continue }
                try await room.desk.talk(110)
                #expect(room.desk.events(of: recording).allSatisfy { $0 != .audio(missing: .both) })
                return
            }
            Issue.record("No voice came within half of the time that it had, in a hundred attempts.")
        }
    }

    @Test func `Twenty recordings at once have a file of their own length each`() async throws {
        try await RecordingFixture.open { room in
            let ids = try (0..<20).map { try #require(RecordingID("rec-\($0)")) }
            var starts: [Duration] = []
            var stops: [Duration] = []
            for id in ids {
                starts.append(try await room.start(id, file: "call").at)
            }
            for id in ids {
                stops.append(try await room.desk.ask(.stop, id).at)
            }
            #expect(try Set(room.files).count == 20)
            for (id, (started, stopped)) in zip(ids, zip(starts, stops)) {
                guard case .started(_, let file, _, _)? = room.desk.events(of: id).first else {
                    Issue.record("a recording without a file")
                    return
                }
                #expect(try room.read(file).frameCount == frames(started, stopped))
            }
        }
    }
}
