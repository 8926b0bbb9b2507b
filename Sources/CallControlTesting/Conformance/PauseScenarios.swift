import CallModel

extension ConformanceScenario {
    static let pausing = [
        ConformanceScenario("A pause ends capture, and a resume begins it again") { run in
            guard run.stand.canPause else { return }
            var recording = try await run.newRecording()
            try await run.start(&recording)
            try await run.expect(recording, captures: true, "after a confirmed start")
            for round in 1...2 {
                let before = recording
                try await run.pause(recording)
                try await run.expect(recording, captures: false, "after confirmed pause \(round)")
                try await run.resume(&recording)
                try await run.expectFile(before.file, "after resume \(round)")
                try await run.expectFile(recording.file, "after resume \(round)")
                try await run.expect(recording, captures: true, "after confirmed resume \(round)")
            }
        },
        ConformanceScenario("A pause that cannot be had is refused, and the recording goes on") { run in
            guard !run.stand.canPause else { return }
            var recording = try await run.newRecording()
            try await run.start(&recording)
            try await run.refused(.pause, recording, "a pause that cannot be had")
            try await run.expect(recording, captures: true, "after a refused pause")
        },
        ConformanceScenario("A pause and a resume that come again are answered again and done once") { run in
            guard run.stand.canPause else { return }
            var recording = try await run.newRecording()
            try await run.start(&recording)
            let pause = try await run.pause(recording)
            try await run.confirmed(.pause, recording, again: pause, "a pause that comes again")
            try await run.expect(recording, captures: false, "after a pause that came again")
            let resume = try await run.resume(&recording)
            let files = try await run.stand.files()
            let answer = try await run.ask(.resume, to: recording, again: resume, "a resume that comes again")
            switch answer {
            case .confirmed: break
            case .resumed(_, recording.file, _): break
            case .started, .resumed, .refused, .ended, .lost, .audio, .evidence, .source, .undecoded:
                throw ConformanceViolation("a resume that comes again is answered with \(answer.word), differently")
            }
            guard try await run.stand.files() == files else {
                throw ConformanceViolation("a resume that comes again makes another file")
            }
            try await run.expect(recording, captures: true, "after a resume that came again")
        },
        ConformanceScenario("A pause of what is paused is confirmed") { run in
            guard run.stand.canPause else { return }
            var recording = try await run.newRecording()
            try await run.start(&recording)
            try await run.pause(recording)
            try await run.pause(recording)
            try await run.expect(recording, captures: false, "after a second pause")
            try await run.resume(&recording)
            try await run.expect(recording, captures: true, "after two pauses and a resume")
        },
        ConformanceScenario("What is paused can be stopped") { run in
            guard run.stand.canPause else { return }
            var recording = try await run.newRecording()
            try await run.start(&recording)
            try await run.pause(recording)
            try await run.stop(recording)
            try await run.expect(recording, captures: false, "after the stop of what was paused")
            try await run.expectFile(recording.file, "after the stop of what was paused")
            try await run.expectClosed(recording.file, "after the stop of what was paused")
        },
        ConformanceScenario("What is not there cannot be paused or resumed") { run in
            let recording = try await run.newRecording()
            try await run.refused(.pause, recording, "a pause of what is not there")
            try await run.refused(.resume, recording, "a resume of what is not there")
        },
        ConformanceScenario("What was stopped cannot be paused or resumed, and stays stopped") { run in
            var recording = try await run.newRecording()
            try await run.start(&recording)
            try await run.stop(recording)
            try await run.refused(.pause, recording, "a pause of what was stopped")
            try await run.refused(.resume, recording, "a resume of what was stopped")
            try await run.expect(recording, captures: false, "after a resume of what was stopped")
        },
    ]
}
