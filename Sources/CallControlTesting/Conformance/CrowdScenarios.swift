import CallModel
import TLibrary

extension ConformanceScenario {
    static let crowds = [
        ConformanceScenario("Many recordings at once keep apart") { run in
            var all: [FixtureRecording] = []
            for _ in 0..<run.stand.crowd { all.append(try await run.newRecording()) }
            try await startAtOnce(&all, run)
            try await run.expectApart(all)
            if run.stand.canPause { try await pauseHalf(of: &all, run) }
            // One of each kind is looked at; looking at all takes long where audio is real.
            try await run.expect(all[0], captures: !run.stand.canPause, "where every other recording is paused")
            try await run.expect(all[1], captures: true, "where every other recording is paused")
            try await stopAtOnce(all, run)
            for recording in all { try await run.expectClosed(recording.file, "after many were stopped at once") }
        },
        ConformanceScenario("Two recordings of one call keep apart, or the second is refused") { run in
            var first = try await run.newRecording()
            try await run.start(&first)
            var second = run.recording(id: "rec-2", of: first.connection, first.session)
            let answer = try await run.ask(
                ConformanceRun.order("second", second), to: second, "a second start in a call")
            if case .refused = answer {
                return try await run.expect(first, captures: true, "after another start in its call was refused")
            }
            try await run.accept(answer, of: &second)
            if run.stand.canPause {
                try await run.pause(first)
                try await run.expect(first, captures: false, "after its pause, while another one of its call goes on")
                try await run.expect(second, captures: true, "after the pause of another one in its call")
            }
            try await run.stop(first)
            try await run.expect(second, captures: true, "after the stop of another one in its call")
        },
    ]

    private static func startAtOnce(_ all: inout [FixtureRecording], _ run: ConformanceRun) async throws {
        var starts: [MediaCommand.ID] = []
        for recording in all { starts.append(await run.give(ConformanceRun.order("call", recording), to: recording)) }
        for (place, start) in starts.enumerated().reversed() {
            let answer = try await run.answer(to: start, of: all[place], "a start of many")
            try await run.accept(answer, of: &all[place])
        }
    }

    /// The others are paused and resumed meanwhile.
    private static func pauseHalf(of all: inout [FixtureRecording], _ run: ConformanceRun) async throws {
        var pauses: [MediaCommand.ID] = []
        for recording in all { pauses.append(await run.give(.pause, to: recording)) }
        for (place, pause) in pauses.enumerated() {
            guard case .confirmed = try await run.answer(to: pause, of: all[place], "a pause of many") else {
                throw ConformanceViolation("a pause of many is not confirmed")
            }
        }
        for place in all.indices where !place.isMultiple(of: 2) { try await run.resume(&all[place]) }
    }

    private static func stopAtOnce(_ all: [FixtureRecording], _ run: ConformanceRun) async throws {
        var stops: [MediaCommand.ID] = []
        for recording in all { stops.append(await run.give(.stop, to: recording)) }
        for (recording, stop) in zip(all, stops) {
            guard case .confirmed = try await run.answer(to: stop, of: recording, "a stop of many") else {
                throw ConformanceViolation("a stop of many is not confirmed")
            }
            run.note(recording, lives: false)
        }
    }
}
