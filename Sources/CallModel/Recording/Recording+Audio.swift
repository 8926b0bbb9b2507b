/// What is known of a recording's audio, and what of it people are told (Recording contract, "No audio").
struct RecordingAudio: Sendable, Equatable {
    /// The sides that people are told of, for no audio arrives from them though it should.
    var missing: MediaSides = []
    /// What the media server said last.
    var reported: MediaSides = []
    /// It is on, and its parties talk.
    var isExpected = false
    /// Nothing counts as missing before; `nil`: audio was never expected. The media server alone counts from the start.
    private(set) var due: Duration?

    /// Audio is expected from now on, or is not.
    mutating func expect(_ isExpected: Bool, proof: Duration, now: Duration) {
        self.isExpected = isExpected
        if isExpected {
            due = due == nil ? .zero : now + proof
        } else {
            forget()
        }
    }

    mutating func forget() {
        missing = []
        reported = []
    }

    /// Takes what the media server says.
    mutating func report(_ sides: MediaSides, now: Duration) {
        reported = sides
        if !isExpected {
            missing = []
        } else if let due, now < due {
            missing.formIntersection(sides)
        } else {
            missing = sides
        }
    }
}

extension Recording {
    /// Audio stays away from some sides, or has come after all.
    mutating func audio(missing sides: MediaSides, now: Duration, _ effects: inout RecordingEffects) {
        guard effective != .off else { return }
        let before = audio.missing
        audio.report(sides, now: now)
        changeOfAudio(since: before, &effects)
    }

    /// The sides from which no audio arrives are others than before: clients are told.
    mutating func changeOfAudio(since before: MediaSides, _ effects: inout RecordingEffects) {
        // Past its limit a pause warns of that.
        guard audio.missing != before, !isPastPauseLimit else { return }
        cause = .mediaReport
        change(&effects)
    }
}
