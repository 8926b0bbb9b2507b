import EventLoops

/// Whose audio is expected in a recording, and from where.
extension CallRecordings {
    func server(of id: RecordingID) -> Int {
        live.first { $0.id == id }?.server ?? 0
    }

    /// Where an anchor's audio comes from, and that of who talks to it: of several who do, nobody knows.
    func sources(of anchor: Party.ID?, among parties: [Party]) -> MediaSources {
        guard !sources.isEmpty else { return MediaSources() }
        var others = parties.lazy.filter { $0.id != anchor && $0.state.hasMedia }.makeIterator()
        let other = others.next()
        return MediaSources(
            anchor: anchor.flatMap { sources[$0] },
            other: others.next() == nil ? other.flatMap { sources[$0.id] } : nil)
    }

    /// Audio is expected from both sides of a recording that is on while its anchor talks to somebody: who holds the call,
    /// or is held, need not send any.
    mutating func followHolds(
        _ call: inout CallInfo, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        for place in live.indices {
            let isExpected = live[place].effective == .on && call.talks(live[place].anchor)
            guard isExpected != live[place].audio.isExpected else { continue }
            let before = live[place].audio.missing
            live[place].audio.expect(
                isExpected, proof: environment.policy.recording.mediaProof, now: environment.moment.monotonic)
            guard live[place].effective != .off, live[place].audio.missing != before else { continue }
            effects.recordingsChange(live)
            live[place].changeOfAudio(since: before, &effects.recording)
            apply(of: place, &call, environment, &effects)
        }
    }
}

extension CallInfo {
    /// Whether a party is established, and another one with it. Copies no party: it is asked in each step.
    fileprivate func talks(_ anchor: Party.ID) -> Bool {
        var (anchorTalks, othersTalk) = (false, false)
        for place in parties.indices where parties[place].state == .established {
            if parties[place].id == anchor { anchorTalks = true } else { othersTalk = true }
        }
        return anchorTalks && othersTalk
    }
}
