import CallControl
import CallModel
import Logging
import TLibrary

/// The built-in recorder's part on one shard: the recordings of its calls, their sockets, and one tick for all of them.
/// Commands and packets are carried out at once; whatever touches a disk goes by a ``Tape``.
actor RecordingDesk: ShardBound {
    static let rank = 65

    struct Settings: Sendable {
        var directory: String
        var address: String
        var mediaProof: Duration
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
    private let pool: WriterPool
    private let settings: Settings
    private var recordings: [Key: LiveRecording] = [:]
    /// Stopped, and the file not closed yet.
    private var closing: [Key: Tape] = [:]
    private var isTicking = false
    private var lastTick = Duration.zero
    private var samples: [Int16] = []

    private var now: Duration { seat.shard.now }

    init(shard: any Shard, server: Int, reports: MediaReports, pool: WriterPool, settings: Settings) {
        seat = ShardSeat(shard)
        self.server = server
        self.reports = reports
        self.pool = pool
        self.settings = settings
    }
}

// MARK: Commands

extension RecordingDesk {
    func perform(_ command: MediaCommand) {
        let key = Key(connection: command.connection, recording: command.recording)
        switch command.verb {
        case .start(let order):
            start(key, command.id, order)
        case .pause:
            changeCapture(of: key, command.id) { $0.pause(now: $1) }
        case .resume:
            changeCapture(of: key, command.id) { $0.resume(now: $1) }
        case .stop:
            stop(key, command.id)
        }
    }

    private func start(_ key: Key, _ id: MediaCommand.ID, _ order: RecordingOrder) {
        if let recording = recordings[key] {
            // A second recording under one id would be two files where the engine knows of one.
            recording.start == id ? recording.tape.answerStartAgain() : report(.refused(id, .refused), of: key)
            return
        }
        guard let sockets = openSockets(for: key) else {
            report(.refused(id, .refused), of: key)
            return
        }
        let intake = MediaIntake(anchor: sockets.anchor.localAddress, other: sockets.other.localAddress)
        guard let tape = tape(for: key, id, order, intake) else {
            sockets.anchor.close()
            sockets.other.close()
            report(.refused(id, .refused), of: key)
            return
        }
        recordings[key] = LiveRecording(
            start: id, tape: tape, sockets: [sockets.anchor, sockets.other],
            timeline: Timeline(start: now, isPaused: order.startsPaused))
        beginTicking()
    }

    private func tape(
        for key: Key, _ id: MediaCommand.ID, _ order: RecordingOrder, _ intake: MediaIntake
    ) -> Tape? {
        guard let lane = pool.lane() else {
            settings.logger.error(
                "a recording is refused: the disk has hung for a second", metadata: ["connection": "\(key.connection)"])
            return nil
        }
        return Tape(
            label: Tape.Label(connection: key.connection, recording: key.recording, server: server), start: id,
            directory: settings.directory, proposedName: order.fileName, intake: intake, lane: lane,
            reports: reports, logger: settings.logger)
    }

    /// A pause or a resume holds for all that follows as soon as the timeline knows it; it waits for no disk.
    private func changeCapture(
        of key: Key, _ id: MediaCommand.ID, _ change: (LiveRecording, Duration) -> Void
    ) {
        guard let recording = recordings[key], !recording.tape.isOver else {
            report(.refused(id, .refused), of: key)
            return
        }
        if recording.isNew(id) {
            change(recording, now)
        }
        report(.confirmed(id), of: key)
    }

    private func stop(_ key: Key, _ id: MediaCommand.ID) {
        if let recording = recordings.removeValue(forKey: key) {
            recording.moveAudio(until: now, by: &samples)
            recording.closeSockets()
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

extension RecordingDesk {
    private func openSockets(for key: Key) -> (anchor: any DatagramSocket, other: any DatagramSocket)? {
        guard let anchor = openSocket(for: key, side: .anchor) else { return nil }
        guard let other = openSocket(for: key, side: .other) else {
            anchor.close()
            return nil
        }
        return (anchor, other)
    }

    private func openSocket(for key: Key, side: VoiceID.Side) -> (any DatagramSocket)? {
        do {
            return try seat.shard.openDatagramSocket(at: SocketAddress(host: settings.address, port: 0)) {
                datagram, address in
                self.assumeIsolated { $0.recordings[key]?.hear(datagram, from: address, on: side, now: $0.now) }
            }
        } catch {
            settings.logger.error(
                "a recording is refused: \(error)", metadata: ["connection": "\(key.connection)"])
            return nil
        }
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
            recording.moveAudio(until: lastTick - Self.jitterWindow, by: &samples)
            if let isPresent = recording.newsOfAudio(proof: settings.mediaProof, now: now) {
                report(.audio(missing: isPresent ? [] : .both), of: key)
            }
            if recording.tape.isOver {
                recording.closeSockets()
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

    private func logFaults(of recording: LiveRecording, _ key: Key) {
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
