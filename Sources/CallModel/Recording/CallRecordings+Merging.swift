import EventLoops
import TLibrary

/// What a call that becomes part of another hands over of its recordings: those that go on there, and all that belongs
/// to them (option `record-after-merge`).
struct MergedRecordings: Sendable, Equatable {
    var recordings: [Recording] = []
    /// Starts of these recordings that were given up.
    var cleanUps: [OrphanedStarts.OrphanedStart] = []
    /// Requests whose outcome is not known.
    var ledger = PendingOutcomes()
    var lastCommand: UInt32 = 0
    var sessions: [Party.ID: MediaSession] = [:]
    /// The limit of the pause in which the call was; `nil`: it was in none.
    var pause: PauseLimit?
    var sources: [Party.ID: SocketAddress] = [:]
}

extension CallRecordings {
    /// Takes out the recordings of the parties that move where they go on, and ends all others.
    mutating func handOver(
        _ moving: [Party], as order: MergeRequest, _ call: inout CallInfo, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) -> MergedRecordings {
        awaitingAgent = nil
        var handover = MergedRecordings(lastCommand: around.lastCommand, pause: pause(in: environment))
        effects.recordingsChange(live)
        if environment.policy.recording.recordsAfterMerge, !isClosed { takeOut(moving, as: order, into: &handover) }
        end(of: nil, cause: .merge, because: .callEnded, &call, environment, &effects)
        // Only those of what is handed over are left.
        swap(&ledger, &handover.ledger)
        for party in moving {
            handover.sessions[party.id] = sessions[party.id]
            handover.sources[party.id] = sources[party.id]
        }
        sessions = [:]
        sources = [:]
        // What is still to be stopped here counts on where the other call never will.
        around.lastCommand |= 1 << 30
        return handover
    }

    /// All recordings of an anchor go on together, or none of them, for one may wait for the other.
    private mutating func takeOut(
        _ moving: [Party], as order: MergeRequest, into handover: inout MergedRecordings
    ) {
        for party in moving {
            let all = live.filter { $0.anchor == party.id }
            guard handover.recordings.count + all.count <= order.room,
                !all.contains(where: { order.usedIDs.contains($0.id) })
            else { continue }
            handover.recordings += all
            live.removeAll { $0.anchor == party.id }
            for recording in all { handover.cleanUps += around.cleanUps.take(of: recording.name) }
        }
    }

    /// Goes on with what another call has handed over. `anchors` are the parties here by what they were there.
    mutating func adopt(
        _ handover: MergedRecordings, anchors: [Party.ID: Party], _ call: inout CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        for (id, session) in handover.sessions { if let anchor = anchors[id] { sessions[anchor.id] = session } }
        let pause = pause(in: environment)
        // A call without a recording of its own takes over the pause of the call that becomes part of it.
        if pause == nil, addressable.isEmpty { around.leftPause = handover.pause }
        for (id, source) in handover.sources { if let anchor = anchors[id] { sources[anchor.id] = source } }
        guard !handover.recordings.isEmpty else { return }
        around.lastCommand = max(around.lastCommand, handover.lastCommand)
        let shift = ledger.adopt(handover.ledger, by: call.identity.connection)
        for recording in handover.recordings { adopt(recording, anchors, shift, &call, environment, &effects) }
        for cleanUp in handover.cleanUps {
            around.cleanUps.add(cleanUp)
            expect(cleanUp.command, of: cleanUp.origin, environment, &effects)
        }
        indicate(handover.recordings, &call, environment, &effects)
        if let pause, environment.policy.recording.pauseCoversJoiners {
            self.pause(handover.recordings, under: pause, &call, environment, &effects)
        }
    }

    private mutating func adopt(
        _ carried: Recording, _ anchors: [Party.ID: Party], _ shift: Intent.RequestNumber, _ call: inout CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard let anchor = anchors[carried.anchor] else {
            preconditionFailure("A recording is handed over with its anchor.")
        }
        var recording = carried
        recording.anchor = anchor.id
        recording.shiftRequests(by: shift)
        begun += 1
        let identity = call.identity
        effects.record(.carried(to: identity), of: recording.id, in: recording.call, environment)
        if let command = recording.command { expect(command.id, of: recording.call.connection, environment, &effects) }
        if recording.search != nil {
            let search = around.nextSearch()
            recording.search = search
            recording.searchEnd = environment.moment.monotonic + environment.policy.recording.mediaRecovery
            effects.deadlines.append((.search(search), after: environment.policy.recording.mediaRecovery))
        }
        if let end = recording.pauseLimit.look?.at {
            let look = around.nextLook()
            recording.pauseLimit.look = PauseLimit.Look(number: look, at: end)
            effects.deadlines.append((.pauseLimit(look), after: max(.zero, end - environment.moment.monotonic)))
        }
        live.append(recording)
    }

    /// The keys follow from the recordings of the call: of those that came, too. Nothing has changed in what they do,
    /// so no change is told; the events of the parties that came carry it.
    private mutating func indicate(
        _ carried: [Recording], _ call: inout CallInfo, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        guard let latest = carried.last(where: { !$0.file.isEmpty }) else { return }
        let state = effective
        indication = state
        let word = state.indicated(as: environment.policy.recording.indicationValues)
        call.indicate(word, newFile: latest.file, &effects)
    }
}

extension Recording {
    /// The ledger that its wishes' requests stand in has become part of another.
    fileprivate mutating func shiftRequests(by shift: Intent.RequestNumber) {
        inFlightIntents = inFlightIntents.shifted(by: shift)
        failedIntents = failedIntents.map { $0.shifted(by: shift) }
        if let request = next?.request { next?.request = request &+ shift }
    }
}

extension TinyArray<Intent> {
    fileprivate func shifted(by shift: Intent.RequestNumber) -> TinyArray<Intent> {
        var shifted = TinyArray<Intent>()
        for intent in self { shifted.append(intent.shifted(by: shift)) }
        return shifted
    }
}

extension Intent {
    fileprivate func shifted(by shift: RequestNumber) -> Intent {
        var shifted = self
        if let request { shifted.request = request &+ shift }
        return shifted
    }
}
