import CallControl
import CallModel
import EventLoops
import TLibrary

/// One run of a scenario: it gives commands as the engine would, and keeps what the driver answers.
final class ConformanceRun {
    /// Not the first of the list: a driver reports for the place that it was attached as.
    static let place = 3

    private struct Sending: Hashable {
        var recording: FixtureRecording
        var command: MediaCommand.ID
    }

    let stand: any ConformanceFixture
    private let book = ReportLog()
    private let reports: MediaReports
    private(set) var driver: any MediaServer
    private var drivers: [any MediaServer] = []
    private var calls: [ConnectionID] = []
    private var recordings: [FixtureRecording] = []
    /// Commands are numbered in each call for itself, so those of two calls are alike.
    private var lastCommand: [ConnectionID: UInt32] = [:]
    private var sendings: [Sending: Int] = [:]
    private var excused: Set<Sending> = []
    private var live: [FixtureRecording] = []
    /// What the driver has said that a pause leaves: it may find out what its server can do.
    private(set) var promised: Set<MediaCapabilities.Pause> = []

    init(on stand: any ConformanceFixture) async throws {
        self.stand = stand
        driver = try await stand.makeDriver()
        let (book, shard) = (book, stand.shard.shard)
        let opened = Locked<MediaReports?>(nil)
        await stand.shard.perform { opened.withLock { $0 = book.open(on: shard) } }
        guard let reports = opened.withLock({ $0 }) else {
            preconditionFailure("a stand's shard runs what it is given")
        }
        self.reports = reports
        await attach(driver)
    }

    private func attach(_ driver: any MediaServer) async {
        let (shard, reports) = (stand.shard.shard, reports)
        await stand.shard.perform { driver.attach(to: shard, server: Self.place, reports: reports) }
        drivers.append(driver)
    }

    var capabilities: MediaCapabilities { driver.capabilities }

    /// From here on another driver of the same media server, as after a restart of the engine.
    func changeDriver() async throws {
        driver = try await stand.makeDriver()
        await attach(driver)
        live = []
    }

    func inherit(_ session: MediaSession, of connection: ConnectionID) async {
        let (driver, shard) = (driver, stand.shard.shard)
        await stand.shard.perform { driver.inherit(session, of: connection, on: shard) }
    }

    // MARK: Calls and commands

    /// A recording that may be made, in a call of its own.
    func newRecording(id: String = "rec-1") async throws -> FixtureRecording {
        // Numbers like those of real calls, far from each other and from 0.
        let connection = ConnectionID(rawValue: 0x0062_0000_0000_C0DE + UInt64(calls.count) << 20)
        let session = try await stand.beginCall(connection)
        calls.append(connection)
        return recording(id: id, of: connection, session)
    }

    func recording(id: String, of connection: ConnectionID, _ session: MediaSession?) -> FixtureRecording {
        guard let id = RecordingID(id) else { preconditionFailure("\(id) is the id of no recording") }
        let recording = FixtureRecording(connection, id, session)
        recordings.append(recording)
        return recording
    }

    /// Gives a command, and does not wait. `again`: one that was given before.
    @discardableResult
    func give(
        _ verb: MediaCommand.Verb, to recording: FixtureRecording, again id: MediaCommand.ID? = nil
    ) async -> MediaCommand.ID {
        let id = id ?? nextID(in: recording.connection)
        let command = MediaCommand(
            id: id, connection: recording.connection, recording: recording.recording, server: Self.place, verb: verb)
        if verb == .stop { excuseUnanswered(of: recording.anonymous) }
        sendings[Sending(recording: recording.anonymous, command: id), default: 0] += 1
        let (driver, shard) = (driver, stand.shard.shard)
        promised.insert(driver.capabilities.pause)
        await stand.shard.perform { driver.perform(command, on: shard) }
        return id
    }

    /// Nobody waits for what a stop overtakes.
    private func excuseUnanswered(of recording: FixtureRecording) {
        let answered = Set(events(of: recording).compactMap(\.answered))
        for sending in sendings.keys where sending.recording == recording && !answered.contains(sending.command) {
            excused.insert(sending)
        }
    }

    private func nextID(in connection: ConnectionID) -> MediaCommand.ID {
        lastCommand[connection, default: 0] += 1
        return MediaCommand.ID(rawValue: lastCommand[connection] ?? 0)
    }

    /// Waits for the answer, the `number`-th one to this command.
    func answer(
        to id: MediaCommand.ID, of recording: FixtureRecording, number: Int = 1, _ what: String
    ) async throws -> MediaReport.Event {
        let (book, key) = (book, recording.anonymous)
        let answers = { book.events(of: key).filter { $0.answered == id } }
        guard await stand.shard.pass(atMost: stand.patience, until: { answers().count >= number }) else {
            throw ConformanceViolation("\(what) is not answered")
        }
        promised.insert(driver.capabilities.pause)
        return answers()[number - 1]
    }

    /// Gives a command and waits for its answer. `again`: one that was answered before; it is answered again.
    func ask(
        _ verb: MediaCommand.Verb, to recording: FixtureRecording, again id: MediaCommand.ID? = nil, _ what: String
    ) async throws -> MediaReport.Event {
        let before = id.map { id in book.events(of: recording.anonymous).count { $0.answered == id } } ?? 0
        let id = await give(verb, to: recording, again: id)
        return try await answer(to: id, of: recording, number: before + 1, what)
    }

    func events(of recording: FixtureRecording) -> [MediaReport.Event] { book.events(of: recording.anonymous) }

    /// The recording lives from now on, or no more.
    func note(_ recording: FixtureRecording, lives: Bool) {
        live.removeAll { $0.anonymous == recording.anonymous }
        if lives { live.append(recording) }
    }
}

extension FixtureRecording {
    /// Without what changes in its life.
    var anonymous: FixtureRecording { FixtureRecording(connection, recording, nil) }
}

// MARK: The end

extension ConformanceRun {
    func stopAll() async throws {
        for recording in live {
            guard case .confirmed = try await ask(.stop, to: recording, "a stop at the end") else {
                throw ConformanceViolation("a stop at the end is not confirmed")
            }
        }
    }

    /// Every report is about what was ordered, and every command was answered: not more often than it was given.
    func judgeReports() async throws {
        await stand.shard.pass(.milliseconds(100))
        let ordered = Set(recordings.map(\.anonymous))
        for report in book.all {
            let recording = FixtureRecording(report.connection, report.recording, nil)
            guard report.server == Self.place else {
                throw ConformanceViolation("a report names place \(report.server), the driver has \(Self.place)")
            }
            guard ordered.contains(recording) else {
                throw ConformanceViolation("a report is about a recording that nobody ordered")
            }
            if let id = report.event.answered, sendings[Sending(recording: recording, command: id)] == nil {
                throw ConformanceViolation("a command is answered that nobody gave to this recording")
            }
        }
        for (sending, count) in sendings {
            let answers = events(of: sending.recording).count { $0.answered == sending.command }
            guard ((excused.contains(sending) ? 0 : 1)...count).contains(answers) else {
                throw ConformanceViolation("a command that was given \(count) times is answered \(answers) times")
            }
        }
        for told in book.told where told.server != Self.place || told.shard != stand.shard.shard.index {
            throw ConformanceViolation("reachability is told of place \(told.server) on shard \(told.shard)")
        }
    }

    func close() async {
        for driver in drivers { await stand.shard.shutDown(driver) }
        for call in calls { try? await stand.endCall(call) }
        drivers = []
        calls = []
    }
}
