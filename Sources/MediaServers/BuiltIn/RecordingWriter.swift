import CallControl
import CallModel
import EventLoops
import Logging
import RTPAudio
import TLibrary

/// One recording's file and its way there. The shard gives audio and orders, and never waits; the file is made, written
/// and closed on the tape's lane, where this actor lives, and which also answers what only the file can prove.
actor RecordingWriter {
    /// What the file's story is told with.
    struct LogContext: Sendable {
        var connection: ConnectionID
        var recording: RecordingID
        var server: Int
        /// When the recording begins, on the shard's clock.
        var begin: Duration
    }

    /// Where the file goes.
    struct Place: Sendable {
        var directory: String
        var proposedName: String
        /// Beyond so many bytes it is RF64.
        var limit = WaveHeader.riffLimit
    }

    /// What the shard leaves for the lane, and the lane for the shard.
    private struct SharedState {
        var buffer = AudioBuffer()
        var closes = false
        /// The stop to answer once the file is closed; the last of repeated ones.
        var stop: MediaCommand.ID?
        /// Resumes to answer once what came before them is written.
        var resumes: [MediaCommand.ID] = []
        var isWaitingForLane = false
        /// The name of the file, once it is open.
        var file: String?
        var isOver = false
        /// The disk has ended it.
        var hasFailed = false
        var watch: CaptureWatch

        /// Whether the caller has to wake the lane.
        mutating func claimsLane() -> Bool {
            defer { isWaitingForLane = true }
            return !isWaitingForLane
        }
    }

    /// What the lane takes off the tray at once.
    private struct Work {
        var audio: AudioBuffer
        var resumes: [MediaCommand.ID]
        var closes: Bool
    }

    private let label: LogContext
    private let start: MediaCommand.ID
    private let place: Place
    private let intake: RTPEndpoints
    private let reports: MediaReports
    private let counters: RecorderCounters
    private let logger: Logger
    private let lane: WriterThread
    private let tray: Locked<SharedState>

    private var file: RecordingFile?
    /// The file is made, or could not be.
    private var hasBegun = false
    private var frames = 0

    /// Begins a tape: its file is made next. `nil` where its lane is shut down.
    init?(
        label: LogContext, start: MediaCommand.ID, place: Place, intake: RTPEndpoints, lane: WriterThread,
        reports: MediaReports, counters: RecorderCounters, logger: Logger
    ) {
        self.label = label
        self.start = start
        self.place = place
        self.intake = intake
        self.reports = reports
        self.counters = counters
        self.logger = logger
        self.lane = lane
        tray = Locked(SharedState(watch: CaptureWatch(start: label.begin)))
        guard lane.keep(self) else { return nil }
        wakeLane(if: tray.withLock { $0.claimsLane() })
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe lane.asUnownedSerialExecutor() }

    private nonisolated func wakeLane(if needed: Bool) {
        guard needed else { return }
        lane.run { self.assumeIsolated { $0.work() } }
    }

    private nonisolated func report(_ event: MediaReport.Event, failure: MediaFailure? = nil) {
        reports.report(
            MediaReport(
                connection: label.connection, recording: label.recording, server: label.server, event: event,
                failure: failure))
    }

    /// Within the tray's lock, so that edges are told in their order by whichever thread sees them.
    private nonisolated func report(_ edges: [CaptureEvidence.Edge]) {
        for edge in edges { report(.evidence(CaptureEvidence(edge))) }
    }

    /// Log lines name the call and nothing that its parties said or sent.
    private nonisolated var metadata: Logger.Metadata { ["connection": "\(label.connection)"] }
}

// MARK: On the shard

extension RecordingWriter {
    nonisolated var isOpen: Bool { tray.withLock { $0.file != nil && !$0.isOver } }

    /// Whether the file is closed, or could not be made, and nothing more is taken.
    nonisolated var isOver: Bool { tray.withLock { $0.isOver } }

    /// Takes what is next on the timeline. `heard` is when audio that is to be captured came last.
    nonisolated func append(_ samples: [Int16], silence: Int, heard: Duration?, now: Duration) {
        let (wakes, beginsToDrop) = tray.withLock { tray in
            guard !tray.isOver else { return (false, false) }
            if let heard { tray.watch.hear(at: heard) }
            report(tray.watch.look(now: now))
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

    /// Takes what stands behind the recording's end.
    nonisolated func appendRest(_ samples: [Int16]) {
        tray.withLock { tray in
            if !tray.isOver { tray.buffer.appendRest(samples) }
        }
    }

    /// Nothing is captured from now on.
    nonisolated func pause() {
        tray.withLock { tray in report(tray.watch.end(willBeWritten: true)) }
    }

    /// Answers a resume once the disk has taken what came before it, and has room for what follows.
    nonisolated func resume(answering resume: MediaCommand.ID) {
        let (isOver, wakes) = tray.withLock { tray in
            guard !tray.isOver else { return (true, false) }
            tray.resumes.append(resume)
            return (false, tray.claimsLane())
        }
        if isOver {
            report(.refused(resume, .disk))
        }
        wakeLane(if: wakes)
    }

    /// Closes the file after all that was given, and answers the stop then. A stop that comes again is answered once.
    nonisolated func close(answering stop: MediaCommand.ID?) {
        let (isOver, hasFailed, wakes) = tray.withLock { tray in
            guard !tray.isOver else { return (true, tray.hasFailed, false) }
            tray.closes = true
            tray.stop = stop ?? tray.stop
            return (false, false, tray.claimsLane())
        }
        if isOver, let stop {
            report(.confirmed(stop), failure: hasFailed ? .disk : nil)
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

extension RecordingWriter {
    private func work() {
        let work = tray.withLock { tray in
            tray.isWaitingForLane = false
            let work = Work(audio: tray.buffer.empty(), resumes: tray.resumes, closes: tray.closes)
            tray.resumes = []
            return work
        }
        if work.audio.dropped > 0 {
            let time = RecordingFormat.time(of: work.audio.dropped)
            logger.error("the disk takes a recording's audio again, \(time) of it are lost", metadata: metadata)
        }
        if !hasBegun {
            hasBegun = true
            work.closes ? giveUp() : begin()
        }
        write(work)
        if work.closes, file != nil {
            file = nil
            end(failure: nil)
        }
    }

    private func write(_ work: Work) {
        guard file != nil else {
            for resume in work.resumes { report(.refused(resume, .refused)) }
            return
        }
        do {
            // A file that was cut short is told from one that grows by what it had before.
            try file?.check()
            try file?.append(work.audio.samples, silence: work.audio.owed)
            if work.closes || !work.resumes.isEmpty { try file?.check() }
            if !work.resumes.isEmpty { try file?.proveRoom() }
            noteWritten(work.audio)
            for resume in work.resumes { report(.confirmed(resume)) }
        } catch {
            // What was asked for cannot be had, and is not confirmed before the end is told.
            for resume in work.resumes { report(.refused(resume, .disk)) }
            file = nil
            endUnasked(error)
        }
    }

    private func noteWritten(_ audio: AudioBuffer) {
        frames += audio.samples.count / RecordingFormat.channels + audio.owed
        let until = label.begin + RecordingFormat.time(of: frames)
        tray.withLock { $0.watch.write(until: until) }
    }

    /// Makes the file and answers the start.
    private func begin() {
        do {
            let file = try makeFile()
            let name = file.name
            let isWanted = tray.withLock { tray in
                if !tray.closes { tray.file = name }
                return !tray.closes
            }
            guard isWanted else { return discard(file) }
            self.file = consume file
            report(.started(start, file: name, intake: intake, proof: .file))
        } catch {
            logger.error("a recording's file cannot be made: \(error)", metadata: metadata)
            report(.refused(start, error.isFull ? .disk : .refused))
            end(failure: nil)
        }
    }

    private func makeFile() throws(WaveFile.Fault) -> RecordingFile {
        let file = try RecordingFile(
            proposedName: place.proposedName, directory: place.directory, limit: place.limit)
        do {
            try file.proveRoom()
        } catch {
            try? file.discard()
            throw error
        }
        return file
    }

    /// The start was given up while the disk hung. Nobody knows of its file, so there is none.
    private func discard(_ file: consuming RecordingFile) {
        let name = file.name
        do throws(WaveFile.Fault) {
            try file.discard()
        } catch {
            logger.error(
                "the file of a recording that was given up cannot be removed: \(error)",
                metadata: metadata.merging(["file": "\(name)"]) { $1 })
        }
        giveUp()
    }

    private func giveUp() {
        report(.refused(start, .refused))
        end(failure: nil)
    }

    private func endUnasked(_ fault: WaveFile.Fault) {
        logger.error("a recording's file takes no more: \(fault)", metadata: metadata)
        counters.failedFiles.add()
        let isAsked = tray.withLock { tray in
            tray.hasFailed = true
            report(tray.watch.end())
            return tray.stop != nil
        }
        if !isAsked {
            report(.ended, failure: .disk)
        }
        end(failure: .disk)
    }

    /// The file is closed. A stop that comes later is answered by ``close(answering:)``.
    private func end(failure: MediaFailure?) {
        let stop = tray.withLock { tray in
            tray.isOver = true
            report(tray.watch.end())
            return tray.stop.take()
        }
        if let stop {
            report(.confirmed(stop), failure: failure)
        }
        lane.forget(self)
    }
}

extension WaveFile.Fault {
    fileprivate var isFull: Bool {
        if case .full = self { true } else { false }
    }
}
