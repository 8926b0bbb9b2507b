import CallControl
import CallModel
import EventLoops
import Logging
import RTPAudio
import TLibrary

/// The built-in recorder's part on one shard: the recordings of its calls, their sockets, and one tick for all of them.
/// Commands and packets are carried out at once; whatever touches a disk goes by a ``RecordingWriter``.
actor ShardRecorder: LoopBound {
    static let rank = 65

    struct Settings: Sendable {
        var directory: String
        var mediaProof: Duration
        var sourceSilence: Duration
        var ports: PortKeeper
        var counters: RecorderCounters
        var logger: Logger
    }

    private struct Key: Hashable {
        var connection: ConnectionID
        var recording: RecordingID
    }

    private static let tickTime = Duration.milliseconds(20)
    /// How long a packet may be on its way, counted to the tick before this one: a packet that came by then is read
    /// by now, also where the loop stood still in between.
    private static let jitterWindow = Duration.milliseconds(80)

    nonisolated let seat: ShardSeat
    private let server: Int
    private let reports: MediaReports
    private let pool: WriterThreadPool
    private let settings: Settings
    private var recordings: [Key: ActiveRecording] = [:]
    /// Stopped, and the file not closed yet.
    private var closing: [Key: RecordingWriter] = [:]
    private var isTicking = false
    private var lastTick = Duration.zero
    private var samples: [Int16] = []

    private var now: Duration { seat.shard.now }

    init(shard: any EventLoop, server: Int, reports: MediaReports, pool: WriterThreadPool, settings: Settings) {
        seat = ShardSeat(shard)
        self.server = server
        self.reports = reports
        self.pool = pool
        self.settings = settings
    }
}

// MARK: Commands

extension ShardRecorder {
    func perform(_ command: MediaCommand) {
        let key = Key(connection: command.connection, recording: command.recording)
        switch command.verb {
        case .start(let order):
            start(key, command.id, order)
        case .pause:
            pause(key, command.id)
        case .resume:
            resume(key, command.id)
        case .stop:
            stop(key, command.id)
        }
    }

    private func start(_ key: Key, _ id: MediaCommand.ID, _ order: StartParameters) {
        if let recording = recordings[key] {
            // A second recording under one id would be two files where the engine knows of one.
            recording.start == id ? recording.tape.answerStartAgain() : report(.refused(id, .refused), of: key)
            return
        }
        guard let intakes = openIntakes(for: key) else {
            report(.refused(id, .refused), of: key)
            return
        }
        let addresses = RTPEndpoints(
            anchor: intakes.anchor.socket.localAddress, other: intakes.other.socket.localAddress)
        guard let tape = tape(for: key, id, order, addresses) else {
            settings.ports.close(intakes.anchor.socket, streams: [])
            settings.ports.close(intakes.other.socket, streams: [])
            report(.refused(id, .refused), of: key)
            return
        }
        let timeline = Timeline(start: now, isPaused: order.startsPaused)
        recordings[key] = ActiveRecording(
            start: id, tape: tape, anchor: SideIntake(intakes.anchor, expected: order.sources.anchor),
            other: SideIntake(intakes.other, expected: order.sources.other),
            ears: StereoReceiver(timeline: timeline, sourceSilence: settings.sourceSilence),
            mediaProof: settings.mediaProof)
        beginTicking()
    }

    private func tape(
        for key: Key, _ id: MediaCommand.ID, _ order: StartParameters, _ intake: RTPEndpoints
    ) -> RecordingWriter? {
        guard let lane = pool.lane() else {
            settings.logger.error(
                "a recording is refused: the disk has hung for a second", metadata: ["connection": "\(key.connection)"])
            return nil
        }
        return RecordingWriter(
            label: RecordingWriter.LogContext(
                connection: key.connection, recording: key.recording, server: server, begin: now),
            start: id, place: RecordingWriter.Place(directory: settings.directory, proposedName: order.fileName),
            intake: intake,
            lane: lane, reports: reports, counters: settings.counters, logger: settings.logger)
    }

    /// A pause holds for all that follows as soon as the timeline knows it; it waits for no disk.
    private func pause(_ key: Key, _ id: MediaCommand.ID) {
        guard let recording = recordings[key], !recording.tape.isOver else {
            report(.refused(id, .refused), of: key)
            return
        }
        if recording.isNew(id) {
            // What came before it is complete with it: it goes to the tape first, and counts as captured.
            recording.moveAudio(until: lastTick - Self.jitterWindow, now: now, by: &samples)
            recording.pause(now: now)
        }
        report(.confirmed(id), of: key)
    }

    /// What is said from now on is kept; whether the disk takes it decides on the answer.
    private func resume(_ key: Key, _ id: MediaCommand.ID) {
        guard let recording = recordings[key], !recording.tape.isOver else {
            report(.refused(id, .refused), of: key)
            return
        }
        if recording.isNew(id) {
            recording.resume(now: now)
            recording.moveAudio(until: lastTick - Self.jitterWindow, now: now, by: &samples)
        }
        recording.tape.resume(answering: id)
    }

    private func stop(_ key: Key, _ id: MediaCommand.ID) {
        if let recording = recordings.removeValue(forKey: key) {
            recording.moveRest(now: now, by: &samples)
            recording.closeSockets(settings.ports)
            logFaults(of: recording, key)
            closing[key] = recording.tape
            recording.tape.close(answering: id)
        } else if let tape = closing[key] {
            tape.close(answering: id)
        } else {
            // It is not recording here, which is what a stop asks for.
            report(.confirmed(id), of: key)
        }
    }

    private func report(_ event: MediaReport.Event, of key: Key) {
        reports.report(
            MediaReport(connection: key.connection, recording: key.recording, server: server, event: event))
    }
}

// MARK: Audio

extension ShardRecorder {
    private func openIntakes(for key: Key) -> (anchor: PortKeeper.Intake, other: PortKeeper.Intake)? {
        guard let anchor = openIntake(for: key, side: .anchor) else { return nil }
        guard let other = openIntake(for: key, side: .other) else {
            settings.ports.close(anchor.socket, streams: [])
            return nil
        }
        return (anchor, other)
    }

    private func openIntake(for key: Key, side: ToneStreamID.Side) -> PortKeeper.Intake? {
        do {
            return try settings.ports.open(on: seat.shard) { datagram, address in
                self.assumeIsolated { $0.hear(datagram, from: address, on: side, of: key) }
            }
        } catch {
            settings.logger.error(
                "a recording is refused: \(error)", metadata: ["connection": "\(key.connection)"])
            return nil
        }
    }

    private func hear(_ datagram: Span<UInt8>, from address: SocketAddress, on side: ToneStreamID.Side, of key: Key) {
        guard let source = recordings[key]?.hear(datagram, from: address, on: side, now: now) else { return }
        settings.counters.sourceChanges.add()
        report(.source(side == .anchor ? .anchor : .other, source), of: key)
    }

    /// Who speaks on the sides of a recording, and from where.
    func follow(_ path: MediaRoute) {
        recordings[Key(connection: path.connection, recording: path.recording)]?.follow(path)
    }

    private func beginTicking() {
        guard !isTicking else { return }
        isTicking = true
        lastTick = now
        awaitTick()
    }

    private func awaitTick() {
        _ = seat.shard.after(Self.tickTime) { self.assumeIsolated { $0.tick() } }
    }

    private func tick() {
        let now = self.now
        for (key, recording) in recordings {
            recording.moveAudio(until: lastTick - Self.jitterWindow, now: now, by: &samples)
            if let missing = recording.newsOfAudio(now: now) {
                report(.audio(missing: missing), of: key)
            }
            if recording.tape.isOver {
                recording.closeSockets(settings.ports)
                logFaults(of: recording, key)
                recordings[key] = nil
            }
        }
        for (key, tape) in closing where tape.isOver {
            closing[key] = nil
        }
        lastTick = now
        isTicking = !recordings.isEmpty || !closing.isEmpty
        if isTicking {
            awaitTick()
        }
    }

    private func logFaults(of recording: ActiveRecording, _ key: Key) {
        for (faults, channel) in zip(recording.faults, 1...) where !faults.isEmpty {
            settings.logger.debug(
                "packets that a recording could not use",
                metadata: [
                    "connection": "\(key.connection)", "channel": "\(channel)", "malformed": "\(faults.malformed)",
                    "other-codec": "\(faults.otherCodec)", "duplicate": "\(faults.duplicate)",
                    "outside-window": "\(faults.outsideWindow)", "other-source": "\(faults.otherSource)",
                ])
        }
    }
}
