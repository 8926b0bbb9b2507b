import CallModel

extension ConformanceScenario {
    static let stopping = [
        ConformanceScenario("A stop is confirmed once the file is closed, and the file stays") { run in
            var recording = try await run.newRecording()
            try await run.start(&recording)
            try await run.expect(recording, captures: true, "after a confirmed start")
            try await run.stop(recording)
            try await run.expectClosed(recording.file, "when a stop is confirmed")
            try await run.expect(recording, captures: false, "after a confirmed stop")
            try await run.expectFile(recording.file, "after a confirmed stop")
        },
        ConformanceScenario("A stop that comes again is confirmed again") { run in
            var recording = try await run.newRecording()
            try await run.start(&recording)
            let stop = try await run.stop(recording)
            try await run.confirmed(.stop, recording, again: stop, "a stop that comes again")
            try await run.confirmed(.stop, recording, "a stop of what was stopped")
        },
        ConformanceScenario("A stop of what is not there is confirmed") { run in
            let recording = try await run.newRecording()
            try await run.confirmed(.stop, recording, "a stop of what is not there")
        },
        ConformanceScenario("A stop that follows its start at once is the last word") { run in
            let recording = try await run.newRecording()
            await run.give(ConformanceRun.order("call", recording), to: recording)
            let stop = await run.give(.stop, to: recording)
            guard case .confirmed = try await run.answer(to: stop, of: recording, "a stop") else {
                throw ConformanceViolation("a stop that follows its start at once is not confirmed")
            }
            // The start may have been answered before, or not at all: nobody waits for it any more.
            var started = recording
            for case .started(_, let file, _, _) in run.events(of: recording) {
                started.file = file
                try await run.expectClosed(file, "after the stop that followed its start at once")
            }
            try await run.expectSilence(of: started, "after the stop that followed its start at once")
            try await run.refused(.pause, recording, "a pause of what was stopped at once")
        },
        ConformanceScenario("A driver that is shut down leaves its files as they were stopped") { run in
            var recording = try await run.newRecording()
            try await run.start(&recording)
            try await run.stop(recording)
            await run.close()
            try await run.expectFile(recording.file, "after the driver was shut down")
            try await run.expectClosed(recording.file, "after the driver was shut down")
        },
    ]
}
