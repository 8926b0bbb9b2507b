import CallModel
import TLibrary

extension ConformanceScenario {
    static let starting = [
        ConformanceScenario("A start is confirmed once there is something to show for it") { run in
            var recording = try await run.newRecording()
            try await run.start(&recording)
            try await run.expectFile(recording.file, "when a start is confirmed")
            try await run.expect(recording, captures: true, "after a confirmed start")
        },
        ConformanceScenario("A start that comes again is answered again and done once") { run in
            var recording = try await run.newRecording()
            let verb = ConformanceRun.order("call", recording)
            let id = try await run.start(&recording)
            let files = try await run.stand.files()
            for _ in 0..<2 {
                let answer = try await run.ask(verb, to: recording, again: id, "a start that comes again")
                guard case .started(_, recording.file, _, _) = answer else {
                    throw ConformanceViolation("a start that comes again is answered differently")
                }
            }
            guard try await run.stand.files() == files else {
                throw ConformanceViolation("a start that comes again makes another file")
            }
            try await run.expect(recording, captures: true, "after a start that came again")
        },
        ConformanceScenario("A start that comes twice at once makes one recording") { run in
            var recording = try await run.newRecording()
            let verb = ConformanceRun.order("call", recording)
            let files = try await run.stand.files()
            let id = await run.give(verb, to: recording)
            await run.give(verb, to: recording, again: id)
            try await run.accept(try await run.answer(to: id, of: recording, "a start"), of: &recording)
            try await run.expect(recording, captures: true, "after a start that came twice")
            if let now = try await run.stand.files(), now.count != (files?.count ?? 0) + 1 {
                throw ConformanceViolation("a start that came twice made \(now.count - (files?.count ?? 0)) files")
            }
        },
        ConformanceScenario("A second start of a live recording is refused, and the first goes on") { run in
            var recording = try await run.newRecording()
            try await run.start(&recording)
            try await run.refused(
                ConformanceRun.order("other", recording), recording, "a second start of a live recording")
            try await run.expect(recording, captures: true, "after a second start was refused")
        },
        ConformanceScenario("A start after a stop makes a new file, under the same id and under another one") { run in
            var first = try await run.newRecording()
            try await run.start(&first)
            try await run.stop(first)
            guard run.stand.canRecordAgain else {
                let again = run.recording(id: "rec-2", of: first.connection, first.session)
                return try await run.refused(ConformanceRun.order("again", again), again, "a start after a stop")
            }
            var again = run.recording(id: "rec-1", of: first.connection, first.session)
            try await run.start(&again)
            try await run.stop(again)
            var other = run.recording(id: "rec-2", of: first.connection, first.session)
            try await run.start(&other)
            try await run.expectApart([first, again, other])
            for recording in [first, again, other] {
                try await run.expectFile(recording.file, "after another start")
            }
            try await run.expect(other, captures: true, "after a start that followed a stop")
        },
        ConformanceScenario("A recording that starts paused captures nothing before its resume") { run in
            guard run.capabilities.startsPaused else { return }
            var recording = try await run.newRecording()
            try await run.start(&recording, startsPaused: true)
            try await run.expect(recording, captures: false, "after a start that began paused")
            try await run.resume(&recording)
            try await run.expect(recording, captures: true, "after the resume of a start that began paused")
        },
        ConformanceScenario("A call that is not there is not recorded") { run in
            let known = try await run.newRecording()
            guard known.session != nil else { return }
            let strange = run.recording(
                id: "rec-2", of: known.connection, MediaSession(callID: "nobody's call", fromTag: "a", toTag: "b"))
            let nowhere = run.recording(id: "rec-3", of: known.connection, nil)
            try await run.refused(
                ConformanceRun.order("strange", strange), strange, "a start of a call that is not there")
            try await run.refused(ConformanceRun.order("nowhere", nowhere), nowhere, "a start without a media session")
        },
        ConformanceScenario("What lived before the engine did is stopped, and recorded anew") { run in
            var old = try await run.newRecording()
            guard let session = old.session else { return }
            try await run.start(&old)
            try await run.changeDriver()
            await run.inherit(session, of: old.connection)
            var new = run.recording(id: "rec-2", of: old.connection, session)
            try await run.start(&new, file: "new")
            try await run.expectClosed(old.file, "after a new engine has taken its call over")
            try await run.expect(new, captures: true, "after a start of a call that lived before")
        },
    ]
}
