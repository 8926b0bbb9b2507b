import CallControl
import CallModel
import Logging
import TLibrary

/// One recording's file and its way there. The shard gives audio and orders, and never waits; the file is made, written
/// and closed on the tape's lane, where this actor lives, and which also answers what only the file can prove.
actor Tape {
    /// What the file's story is told with.
    struct Label: Sendable {
        var connection: ConnectionID
        var recording: RecordingID
        var server: Int
    }

    /// What the shard leaves for the lane, and the lane for the shard.
    private struct Tray {
        var buffer = TapeBuffer()
        var closes = false
        /// The stop to answer once the file is closed; the last of repeated ones.
        var stop: MediaCommand.ID?
        var isWaitingForLane = false
        /// The name of the file, once it is open.
        var file: String?
        var isOver = false

        /// Whether the caller has to wake the lane.
        mutating func claimsLane() -> Bool {
            defer { isWaitingForLane = true }
            return !isWaitingForLane
        }
    }

    private let label: Label
    private let start: MediaCommand.ID
    private let directory: String
    private let proposedName: String
    private let intake: MediaIntake
    private let reports: MediaReports
    private let logger: Logger
    private let lane: WriterLane
    private let tray = Locked(Tray())

    private var file: RecordingFile?
    /// The file is made, or could not be.
    private var hasBegun = false

    /// Begins a tape: its file is made next. `nil` where its lane is shut down.
    init?(
        label: Label, start: MediaCommand.ID, directory: String, proposedName: String, intake: MediaIntake,
        lane: WriterLane, reports: MediaReports, logger: Logger
    ) {
        self.label = label
        self.start = start
        self.directory = directory
        self.proposedName = proposedName
        self.intake = intake
        self.reports = reports
        self.logger = logger
        self.lane = lane
        guard lane.keep(self) else { return nil }
        wakeLane(if: tray.withLock { $0.claimsLane() })
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe lane.asUnownedSerialExecutor() }

    private nonisolated func wakeLane(if needed: Bool) {
        guard needed else { return }
        lane.run { self.assumeIsolated { $0.work() } }
    }

    private nonisolated func report(_ event: MediaReport.Event) {
        reports.report(
            MediaReport(connection: label.connection, recording: label.recording, server: label.server, event: event))
    }

    /// Log lines name the call and nothing that its parties said or sent.
    private nonisolated var metadata: Logger.Metadata { ["connection": "\(label.connection)"] }
}

// MARK: On the shard

extension Tape {
    nonisolated var isOpen: Bool { tray.withLock { $0.file != nil && !$0.isOver } }

    /// Whether the file is closed, or could not be made, and nothing more is taken.
    nonisolated var isOver: Bool { tray.withLock { $0.isOver } }

    nonisolated func append(_ samples: [Int16], silence: Int) {
        let (wakes, beginsToDrop) = tray.withLock { tray in
            guard !tray.isOver else { return (false, false) }
            let droppedBefore = tray.buffer.dropped
            tray.buffer.append(samples, silence: silence)
            return (
                tray.buffer.isWorthWriting && tray.claimsLane(), droppedBefore == 0 && tray.buffer.dropped > 0
            )
        }
        if beginsToDrop {
            logger.error("the disk does not take a recording's audio; silence takes its place", metadata: metadata)
        }
        wakeLane(if: wakes)
    }

    /// Closes the file after all that was given, and answers the stop then. A stop that comes again is answered once.
    nonisolated func close(answering stop: MediaCommand.ID?) {
        let (isOver, wakes) = tray.withLock { tray in
            guard !tray.isOver else { return (true, false) }
            tray.closes = true
            tray.stop = stop ?? tray.stop
            return (false, tray.claimsLane())
        }
        if isOver, let stop {
            report(.confirmed(stop))
        }
        wakeLane(if: wakes)
    }

    /// Answers a start that comes again, if its first one is answered.
    nonisolated func answerStartAgain() {
        let (file, isOver) = tray.withLock { ($0.file, $0.isOver) }
        if let file {
            report(.started(start, file: file, intake: intake, proof: .file))
        } else if isOver {
            report(.refused(start, .refused))
        }
    }
}

// MARK: On the lane

extension Tape {
    private func work() {
        let (audio, closes) = tray.withLock { tray in
            tray.isWaitingForLane = false
            return (tray.buffer.empty(), tray.closes)
        }
        if audio.dropped > 0 {
            let time = RecordingFormat.time(of: audio.dropped)
            logger.error("the disk takes a recording's audio again, \(time) of it are lost", metadata: metadata)
        }
        if !hasBegun {
            hasBegun = true
            begin()
        }
        do {
            try file?.append(audio.samples, silence: audio.owed)
        } catch {
            file = nil
            endUnasked(error)
        }
        if closes, file != nil {
            file = nil
            end()
        }
    }

    /// Makes the file and answers the start.
    private func begin() {
        do {
            let file = try RecordingFile(proposedName: proposedName, directory: directory)
            let name = file.name
            self.file = consume file
            tray.withLock { $0.file = name }
            report(.started(start, file: name, intake: intake, proof: .file))
        } catch {
            logger.error("a recording's file cannot be made: \(error)", metadata: metadata)
            report(.refused(start, .refused))
            end()
        }
    }

    private func endUnasked(_ fault: WaveFile.Fault) {
        logger.error("a recording's file takes no more: \(fault)", metadata: metadata)
        if tray.withLock({ $0.stop == nil }) {
            report(.ended)
        }
        end()
    }

    /// The file is closed. A stop that comes later is answered by ``close(answering:)``.
    private func end() {
        let stop = tray.withLock { tray in
            tray.isOver = true
            return tray.stop.take()
        }
        if let stop {
            report(.confirmed(stop))
        }
        lane.forget(self)
    }
}
