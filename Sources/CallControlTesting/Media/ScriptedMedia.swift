import CallControl
import CallModel
import TLibrary

/// The inside of a ``ScriptedMediaServer``: its recordings, its script, its log.
final class ScriptedMedia {
    private struct Key: Hashable {
        var connection: ConnectionID
        var recording: RecordingID
    }

    private struct CommandKey: Hashable {
        var connection: ConnectionID
        var id: MediaCommand.ID
    }

    fileprivate struct Recording {
        var state: MediaLog.State?
        /// The engine has been told that it began.
        var isKnown = false
        /// That the server is lost is on its way to the engine.
        var isLosing = false
        /// Since when the engine has been told that it is over.
        var overSince: Duration?
        var shard: Int
    }

    private struct Command {
        var command: MediaCommand
        var sent: Duration
        var answer: MediaReport.Event?
        var isTold = false
    }

    let world: SimulatorState
    var script: MediaScript
    private let capabilities: MediaCapabilities
    private var server: Int?
    private var reports: MediaReports?
    private var recordings: [Key: Recording] = [:]
    private var order: [Key] = []
    private var commands: [CommandKey: Command] = [:]
    private var fileNames: Set<String> = []
    private var held: [CommandKey] = []
    var log = MediaLog()
    var violations: [String] = []
    var isLost = false
    private var lostAt: Duration?
    var isShutDown = false

    init(world: SimulatorState, script: MediaScript, capabilities: MediaCapabilities) {
        self.world = world
        self.script = script
        self.capabilities = capabilities
    }

    var live: [(connection: ConnectionID, recording: RecordingID)] {
        order.filter { recordings[$0]?.isOpen == true }.map { ($0.connection, $0.recording) }
    }

    func attach(server: Int, reports: MediaReports) {
        if let known = self.server, known != server { violations.append("attached as \(known) and as \(server)") }
        self.server = server
        self.reports = reports
    }

    func perform(_ command: MediaCommand, shard: Int) {
        log.sendings.append(MediaLog.Sending(time: world.now, place: world.trace.count, command: command))
        let key = CommandKey(connection: command.connection, id: command.id)
        if let known = commands[key], known.command != command {
            violations.append("\(command): its id has been used for \(known.command.verb)")
        }
        if command.server != server { violations.append("\(command): for another server") }
        commands[key, default: Command(command: command, sent: .zero)].sent = world.now
        let recording = Key(connection: command.connection, recording: command.recording)
        if recordings[recording] == nil {
            judgeFirst(command)
            recordings[recording] = Recording(shard: shard)
            order.append(recording)
        }
        guard !isLost else { return tellLost(recording, after: .microseconds(100)) }
        follow(script.choose(command, &world.seed), key, recording)
    }

    private func follow(_ behaviour: MediaBehaviour, _ key: CommandKey, _ recording: Key) {
        switch behaviour {
        case .confirm(let delay):
            execute(key, recording)
            answer(key, after: delay)
        case .confirmTwice(let delay, let again):
            execute(key, recording)
            answer(key, after: delay)
            answer(key, after: delay + again)
        case .refuse(let delay, let failure):
            if commands[key]?.answer == nil { commands[key]?.answer = .refused(key.id, failure) }
            answer(key, after: delay)
        case .loseCommand:
            break
        case .loseAnswer:
            execute(key, recording)
        case .hold:
            execute(key, recording)
            held.append(key)
        }
    }

    func answerHeld() {
        for key in held { answer(key, after: .zero) }
        held = []
    }

    // MARK: What is asked

    private func judgeFirst(_ command: MediaCommand) {
        switch command.verb {
        case .start, .stop: break
        case .pause, .resume: violations.append("\(command): this server was never told to start it")
        }
    }

    /// Does it, the first time.
    private func execute(_ key: CommandKey, _ recording: Key) {
        guard let command = commands[key]?.command, commands[key]?.answer == nil else { return }
        let isOpen = recordings[recording]?.isOpen == true
        switch command.verb {
        case .start(let order):
            if isOpen { violations.append("\(command): it is being recorded already") }
            if order.startsPaused, !capabilities.startsPaused {
                violations.append("\(command): this server cannot start paused")
            }
            recordings[recording]?.state = order.startsPaused ? .paused : .on
            recordings[recording]?.overSince = nil
            recordings[recording]?.isKnown = false
            commands[key]?.answer = .started(key.id, file: take(order.fileName), intake: nil, proof: .simulated)
            if capabilities.evidence != nil {
                tellEvidence(recording.connection, recording.recording, isCapturing: true)
            }
        case .pause, .resume:
            // In the very moment of its end, the engine may not have read its inbox yet.
            if let since = recordings[recording]?.overSince, since < world.now {
                violations.append("\(command): the engine knows that it is over")
            }
            guard isOpen else {
                commands[key]?.answer = .refused(key.id, .refused)
                return
            }
            recordings[recording]?.state = command.verb == .pause ? .paused : .on
            commands[key]?.answer = .confirmed(key.id)
        case .stop:
            recordings[recording]?.state = .off
            commands[key]?.answer = .confirmed(key.id)
        }
    }

    private func take(_ name: String) -> String {
        var taken = name
        var tail = 1
        while !fileNames.insert(taken).inserted {
            tail += 1
            taken = "\(name)-\(tail)"
        }
        return taken
    }

    // MARK: What is told

    private func answer(_ key: CommandKey, after delay: Duration) {
        guard let answer = commands[key]?.answer, let command = commands[key]?.command else { return }
        send(answer, about: Key(connection: key.connection, recording: command.recording), after: delay, key)
    }

    private func send(_ event: MediaReport.Event, about key: Key, after delay: Duration, _ command: CommandKey? = nil) {
        world.agenda.add(
            "media answer", after: delay, lane: world.agenda.makeLane(), shard: recordings[key]?.shard
        ) { [self] in
            tell(key.connection, key.recording, event, command)
        }
    }

    func tell(_ connection: ConnectionID, _ recording: RecordingID, _ event: MediaReport.Event) {
        let key = Key(connection: connection, recording: recording)
        guard recordings[key] != nil else { return }
        send(event, about: key, after: world.seed.draw(world.options.latency))
    }

    private func tell(
        _ connection: ConnectionID, _ recording: RecordingID, _ event: MediaReport.Event, _ command: CommandKey?
    ) {
        let key = Key(connection: connection, recording: recording)
        let report = MediaReport(
            connection: connection, recording: recording, server: server ?? 0, event: event)
        let known = command.flatMap { commands[$0] }
        // What was on its way when the server was lost never arrives.
        if let sent = known?.sent, let lost = lostAt, sent <= lost, event != .lost { return }
        let state = told(event, command, recordings[key])
        if state == .off, recordings[key]?.overSince == nil { recordings[key]?.overSince = world.now }
        if case .started = event { recordings[key]?.isKnown = true }
        if event == .lost { recordings[key]?.isLosing = false }
        log.entries.append(
            MediaLog.Entry(
                time: world.now, place: world.trace.count, report: report, state: state,
                isRepeated: known?.isTold ?? false, asked: known?.sent))
        if let command { commands[command]?.isTold = true }
        reports?.report(report)
    }

    /// What the recording is by this report; `nil`: an answer that something else has overtaken, or none that says it.
    private func told(_ event: MediaReport.Event, _ command: CommandKey?, _ recording: Recording?) -> MediaLog.State? {
        switch event {
        case .started, .resumed, .confirmed:
            guard let given = command.flatMap({ commands[$0] }), !given.isTold, let recording else { return nil }
            return switch given.command.verb {
            case .start(let order): recording.isOpen ? (order.startsPaused ? .paused : .on) : nil
            case .pause: recording.isOpen ? .paused : nil
            case .resume: recording.isOpen ? .on : nil
            case .stop: recording.isOpen ? nil : .off
            }
        case .ended, .lost: return .off
        case .refused, .audio, .evidence, .source, .undecoded: return nil
        }
    }

    // MARK: What nobody asked for

    func tellEvidence(_ connection: ConnectionID, _ recording: RecordingID, isCapturing: Bool) {
        let edge = isCapturing ? CaptureEvidence.Edge.began(world.now) : .ended(world.now)
        tell(connection, recording, .evidence(CaptureEvidence(kind: .bytes, resolution: .zero, edge: edge)))
    }

    func end(_ connection: ConnectionID, _ recording: RecordingID) {
        let key = Key(connection: connection, recording: recording)
        guard let open = recordings[key], open.isOpen, open.isKnown else { return }
        recordings[key]?.state = .off
        tell(connection, recording, .ended)
    }

    func lose() {
        isLost = true
        lostAt = world.now
        for key in order where recordings[key]?.overSince == nil {
            recordings[key]?.state = .off
            tellLost(key, after: world.seed.draw(world.options.latency))
        }
    }

    /// Once for each loss: a second word of it would be about what the engine has done since.
    private func tellLost(_ key: Key, after delay: Duration) {
        guard recordings[key]?.isLosing == false else { return }
        recordings[key]?.isLosing = true
        send(.lost, about: key, after: delay)
    }
}

extension ScriptedMedia.Recording {
    fileprivate var isOpen: Bool { state == .on || state == .paused }
}
