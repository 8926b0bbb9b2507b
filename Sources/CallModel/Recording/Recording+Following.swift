/// What a recording does where its anchor's media goes elsewhere: it follows (Recording contract, "When the call moves").
extension Recording {
    /// Whether a start that named the one session records the other, too. Who is at the far end does not matter.
    func records(_ session: MediaSession) -> Bool {
        guard let own = self.session else { return true }
        return own.callID == session.callID && own.fromTag == session.fromTag
    }

    /// Nothing of the anchor is captured any more. Another media server can take it at once, the same one once it has
    /// stopped what it records.
    mutating func follow(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        markNotCapturing(.transfer, &effects)
        effects.cleanUp = server
        failOver(mayReturn: false, &effects, &around, environment)
    }

    /// The same while a start is under way, or waits.
    mutating func startAgain(
        _ effects: inout RecordingEffects, _ around: inout RecordingEnvironment,
        _ environment: borrowing CallEnvironment
    ) {
        guard let given = command, !given.isPostponed else { return }
        effects.cleanUp = given.server
        send(given.verb, for: nil, postponed: true, &effects, &around, environment)
        command?.keepReason(of: given)
    }
}

extension CallRecordings {
    /// The switch tells where a party's media is carried; `nil`: nowhere, so what is recorded of it stays as it is.
    mutating func carry(
        _ party: Party, in session: MediaSession?, _ call: inout CallInfo, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        sessions[party.id] = session
        guard let session else { return }
        for place in live.indices.reversed() where live[place].anchor == party.id && !live[place].records(session) {
            step(place, .mediaMoved, &call, environment, &effects)
        }
    }

    /// A media server has stopped what it recorded: a start that waited for that waits no more.
    mutating func stopped(
        _ cleaned: RecordingKey, at server: Int, _ call: inout CallInfo, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        guard !around.cleanUps.covers(cleaned, at: server),
            let place = live.firstIndex(where: { $0.name == cleaned }),
            let command = live[place].command, command.isPostponed
        else { return }
        switch live[place].phase {
        case .starting, .recovering:
            effects.recordingsChange(live)
            live[place].deadline(of: command.id, &effects.recording, &around, environment)
            apply(of: place, &call, environment, &effects)
        case .armed, .on, .pausing, .paused, .resuming, .stopping, .over: break
        }
    }
}
