import TLibrary

/// Starts that were given up, and what media servers start that nobody waits for.
extension CallRecordings {
    /// A start that nobody waits for: that recording is stopped there, unless it is the one that goes on there. A start
    /// of it that is under way there would be stopped, too, and is given up.
    mutating func handleUnexpectedStart(
        _ report: MediaReport, at place: Int?, _ call: inout CallInfo, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        effects.unexpectedReports += 1
        if let place, live[place].effective != .off { return }
        let name = RecordingKey(origin: report.connection, recording: report.recording)
        if !around.cleanUps.covers(name, at: report.server) {
            cleanUp(name, at: report.server, &call, environment, &effects)
        }
        if let place, live[place].command?.isPostponed == false {
            step(place, .refused, &call, environment, &effects)
        }
    }

    mutating func cleanUp(
        _ name: RecordingKey, at server: Int, _ call: inout CallInfo, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        let cleanUp = OrphanedStarts.OrphanedStart(
            origin: name.origin, recording: name.recording, server: server, command: around.nextCommand(),
            triesLeft: environment.policy.recording.tries)
        around.cleanUps.add(cleanUp)
        if let place = live.firstIndex(where: { $0.name == name }) {
            effects.record(
                .sent(.init(id: cleanUp.command, verb: .stop, server: server)), of: name.recording,
                in: live[place].call, environment
            )
        }
        send(cleanUp, &call, environment, &effects)
    }

    func send(
        _ cleanUp: OrphanedStarts.OrphanedStart, _ call: inout CallInfo, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        effects.media.append(
            MediaCommand(
                id: cleanUp.command, connection: cleanUp.origin, recording: cleanUp.recording,
                server: cleanUp.server, verb: .stop))
        expect(cleanUp.command, of: cleanUp.origin, environment, &effects)
    }
}
