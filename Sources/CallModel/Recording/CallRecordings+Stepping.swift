import EventLoops
import TLibrary

/// A recording's step, and what it asks for.
extension CallRecordings {
    mutating func step(
        _ place: Int, _ stimulus: RecordingInput, because reason: RecordingReason = .refused, _ call: inout CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        effects.recordingsChange(live)
        live[place].take(stimulus, because: reason, &effects.recording, &around, environment)
        apply(of: place, &call, environment, &effects)
    }

    mutating func step(
        _ place: Int, _ wish: Intent, _ call: inout CallInfo, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        effects.recordingsChange(live)
        live[place].take(wish, &effects.recording, &around, environment)
        apply(of: place, &call, environment, &effects)
    }

    mutating func apply(
        of place: Int, _ call: inout CallInfo, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        live[place].count(in: &effects.tally)
        if around.leftPause != nil { forgetLeftPause(limitHasActed: effects.recording.limitTarget != nil) }
        if !effects.recording.changes.isEmpty {
            var changes = TinyArray<RecordingChange>()
            swap(&changes, &effects.recording.changes)
            changes.forEach { indicate($0, of: place, &call, environment, &effects) }
        }
        if !effects.recording.results.isEmpty {
            let results = effects.recording.results
            results.forEach { settle($0, of: place, call, environment, &effects) }
        }
        if let server = effects.recording.leaves {
            effects.seats.append(CapacityChange(server: server, isTaken: false))
        }
        if let server = effects.recording.takes {
            effects.seats.append(CapacityChange(server: server, isTaken: true))
        }
        if effects.recording.hasFailed { effects.failedStarts += 1 }
        if let server = effects.recording.cleanUp {
            cleanUp(live[place].name, at: server, &call, environment, &effects)
        }
        if let target = effects.recording.limitTarget {
            effects.record(
                .wished(.init(target: target, cause: .limit)), of: live[place].id, in: live[place].call, environment)
        }
        if let command = effects.recording.send {
            effects.record(.sent(.init(command)), of: live[place].id, in: live[place].call, environment)
            effects.media.append(mediaCommand(command, of: place, call, environment))
        }
        if let id = effects.recording.awaits {
            expect(id, of: live[place].call.connection, environment, &effects)
        }
        if let search = effects.recording.searchBegan {
            live[place].searchEnd = environment.moment.monotonic + environment.policy.recording.mediaRecovery
            effects.deadlines.append((.search(search), after: environment.policy.recording.mediaRecovery))
        }
        if let look = effects.recording.look {
            effects.deadlines.append((.pauseLimit(look.number), after: look.at - environment.moment.monotonic))
        }
        let ending = effects.recording.ended
        effects.recording.reset()
        if let ending { remove(at: place, ending, &call, environment, &effects) }
    }

    func expect(
        _ command: MediaCommand.ID, of origin: ConnectionID, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        effects.deadlines.append((.command(command, of: origin), after: environment.policy.recording.timeout))
    }

    private mutating func remove(
        at place: Int, _ ending: RecordingEffects.Ending, _ call: inout CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        let id = live[place].id
        effects.record(.over(.init(ending)), of: id, in: live[place].call, environment)
        if live[place].call.connection != call.identity.connection {
            effects.interCall.append(.forget(live[place].name))
        }
        effects.endedPaths.append(id)
        effects.tally.move(from: live[place].counted, to: nil)
        effects.recordingsChange(live)
        used.append(id)
        live.remove(at: place)
        guard let successor = live.firstIndex(where: { $0.waitsFor == id }) else { return }
        switch ending {
        case .stopped:
            live[successor].waitsFor = nil
            step(successor, .ready, &call, environment, &effects)
        case .notStopped:
            step(successor, .barred, because: .previousNotStopped, &call, environment, &effects)
        }
    }

    private mutating func mediaCommand(
        _ command: RecordingEffects.Command, of place: Int, _ call: borrowing CallInfo,
        _ environment: borrowing CallEnvironment
    ) -> MediaCommand {
        let verb: MediaCommand.Verb
        switch command.verb {
        case .start(let paused):
            if live[place].proposedFile.isEmpty {
                live[place].proposedFile = fileName(for: live[place], call, environment)
            }
            live[place].session = sessions[live[place].anchor]
            let sources = sources(of: live[place].anchor, among: call.parties)
            verb = .start(live[place].order(paused: paused, sources: sources))
        case .pause: verb = .pause
        case .resume: verb = .resume
        case .stop: verb = .stop
        }
        return MediaCommand(
            id: command.id, connection: live[place].call.connection, recording: live[place].id,
            server: command.server, verb: verb)
    }

    private mutating func fileName(
        for recording: Recording, _ call: borrowing CallInfo, _ environment: borrowing CallEnvironment
    ) -> String {
        fileNames.next(
            like: environment.policy.recording.fileName.name(
                FileNamePattern.Values(
                    uuid: recording.call.uuid, ani: recording.call.ani, dnis: recording.call.dnis,
                    connection: recording.call.connection.description, agentID: recording.agentID,
                    agentDN: recording.anchorDN.text, time: environment.moment.wallMicroseconds)))
    }

    private mutating func indicate(
        _ change: borrowing RecordingChange, of place: Int, _ call: inout CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        let state = effective
        indication = state
        let word = state.indicated(as: environment.policy.recording.indicationValues)
        call.indicate(word, newFile: change.hasNewFile ? live[place].info.file : nil, &effects)
        effects.record(
            .changed(.init(change, file: live[place].file)), of: live[place].id, in: live[place].call, environment)
        let thirdParty = change.thirdParty.map { DirectoryNumber($0) }
        let all = live.span
        // Field by field: a function of the recording would be given a copy of it.
        let isShown =
            all[place].info.state == change.state && all[place].info.cause == change.cause
            && all[place].info.reason == change.reason && all[place].info.warning == change.warning
            && all[place].info.warningSides == change.warningSides
        if isShown {
            effects.appendChange(
                CallEvent(
                    .eventAttachedDataChanged, to: .everyParty, thirdParty: thirdParty, changedBy: .live(place)))
        } else {
            effects.append(
                CallEvent(
                    .eventAttachedDataChanged, to: .everyParty, thirdParty: thirdParty,
                    changedBy: .earlier(change.shown(of: live[place].info))))
        }
    }

    private mutating func settle(
        _ result: borrowing IntentResult, of place: Int, _ call: borrowing CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        let settled = ledger.settle(
            result, of: live.span[place].id, among: live,
            spare: &effects.spareRequests)
        guard let settled else { return }
        effects.settled.append(CompletedRequest(accepted: settled.accepted, result: settled.result.result))
        guard environment.policy.recording.outcomeEvents else { return }
        effects.results.append(settled.result)
    }
}
