import CallControl
import CallControlTesting
import CallModel
import Dispatch
import EventLoops
import Foundation
import Logging
import RTPAudio
import TLibrary
import Testing

@testable import MediaServers

/// A built-in recorder on a simulated shard, with real writer threads and real files, for one test.
///
/// The clock and the audio are virtual, and time stands still until the writer threads have done what they were given: a
/// test sees the same reports and files at every pace of the machine.
final class SimulatedRecorderFixture {
    private static let connection = ConnectionID(rawValue: 0xABC)
    /// The shard and the writer threads take turns of this length.
    private static let step = Duration.milliseconds(5)
    private static let packetTime = Duration.milliseconds(20)

    private let directory: String
    private let recorder: BuiltInRecorder
    private let simulation = Simulation(seed: 1)
    private let shard: SimulatedEventLoop
    private let log = ReportLog()
    private var telephones: [(voices: RTPToneSender, address: SocketAddress)] = []
    private var nextTick = Duration.zero
    private var commands: UInt32 = 0

    /// Runs a test with a recorder, which is shut down after it, and whose files are removed.
    static func run(_ body: (SimulatedRecorderFixture) throws -> Void) async throws {
        let fixture = try SimulatedRecorderFixture()
        let result = Result { try body(fixture) }
        await fixture.recorder.shutDown()
        try? FileManager.default.removeItem(atPath: fixture.directory)
        try result.get()
    }

    private init() throws {
        directory = NSTemporaryDirectory() + "recordings-\(UInt64.random(in: .min ... .max))"
        let logger = Logger(label: "recordings") { _ in SwiftLogNoOpLogHandler() }
        recorder = try BuiltInRecorder(directory: directory, mediaProof: .zero, logger: logger)
        shard = try #require(simulation.shards.first)
        let reports = MediaReports { [log] report in log.append(report) }
        simulation.perform(on: shard) { recorder.attach(to: shard, server: 0, reports: reports) }
    }

    struct UnexpectedAnswer: Error {
        var answer: MediaReport.Event
    }

    // MARK: - Commands

    /// Gives a command and waits for its answer, both at the same moment of the virtual clock.
    func ask(_ verb: MediaCommand.Verb, _ recording: RecordingID) throws -> MediaReport.Event {
        commands += 1
        let command = MediaCommand(
            id: MediaCommand.ID(rawValue: commands), connection: Self.connection, recording: recording, server: 0,
            verb: verb)
        simulation.perform(on: shard) { recorder.perform(command, on: shard) }
        awaitWriters()
        return try #require(events(of: recording).last { $0.answers(command.id) })
    }

    /// Starts a recording: the name of its file, and where it takes media.
    func start(
        _ recording: RecordingID, sources: MediaSources = MediaSources()
    ) throws -> (file: String, intake: RTPEndpoints) {
        let order = StartParameters(
            fileName: "call", anchor: "5001", callUUID: "U", sources: sources, startsPaused: false)
        let answer = try ask(.start(order), recording)
        guard case .started(_, let file, let intake?, _) = answer else { throw UnexpectedAnswer(answer: answer) }
        return (file, intake)
    }

    func reports(of recording: RecordingID) -> [MediaReport] {
        log.reports.filter { $0.recording == recording }
    }

    func events(of recording: RecordingID) -> [MediaReport.Event] { reports(of: recording).map(\.event) }

    // MARK: - Time and audio

    var now: Duration { simulation.now }

    func pass(_ duration: Duration) {
        let end = now + duration
        while now < end {
            simulation.advance(by: min(Self.step, end - now))
            if !telephones.isEmpty, now >= nextTick {
                nextTick += Self.packetTime
                simulation.perform(on: shard) {
                    for index in telephones.indices { telephones[index].voices.tick(now: now) }
                }
            }
            awaitWriters()
        }
    }

    /// Opens a telephone: a source of tones with an address of its own. Returns its index.
    func openTelephone() throws -> Int {
        var opened: (any DatagramSocket)?
        simulation.perform(on: shard) {
            opened = try? shard.openDatagramSocket(at: SocketAddress(host: "127.0.0.1", port: 0)) { _, _ in }
        }
        let socket = try #require(opened)
        if telephones.isEmpty { nextTick = now + Self.packetTime }
        telephones.append((RTPToneSender(socket: socket), socket.localAddress))
        return telephones.count - 1
    }

    func address(of telephone: Int) -> SocketAddress { telephones[telephone].address }

    /// A telephone sends a tone on one side of a recording from now on. Returns the time.
    @discardableResult
    func speak(
        _ pitch: Int, to target: SocketAddress, _ recording: RecordingID, _ side: ToneStreamID.Side, by telephone: Int
    ) -> Duration {
        telephones[telephone].voices.speak(
            ToneStreamID(connection: Self.connection, recording: recording, side: side), pitch: pitch, to: target,
            now: now)
        return now
    }

    func hush(_ recording: RecordingID, _ side: ToneStreamID.Side, by telephone: Int) {
        telephones[telephone].voices.hush(
            ToneStreamID(connection: Self.connection, recording: recording, side: side))
    }

    /// From now on both sides send a tone each.
    func speak(anchor: Int, other: Int, _ recording: RecordingID, _ intake: RTPEndpoints) throws {
        let telephone = try openTelephone()
        speak(anchor, to: intake.anchor, recording, .anchor, by: telephone)
        speak(other, to: intake.other, recording, .other, by: telephone)
    }

    /// The switch reports who speaks on the anchor's side.
    func follow(_ anchor: DirectoryNumber, _ recording: RecordingID, _ intake: RTPEndpoints) {
        var route = MediaRoute(connection: Self.connection, recording: recording, intake: intake)
        route.anchor = anchor
        simulation.perform(on: shard) { recorder.follow(route, on: shard) }
    }

    private func awaitWriters() {
        for lane in recorder.pool.lanes {
            let done = DispatchSemaphore(value: 0)
            lane.run { done.signal() }
            done.wait()
        }
    }

    // MARK: - Files

    func path(_ file: String) -> String { "\(directory)/\(file).wav" }

    func read(_ file: String) throws -> WaveReading { try WaveReading(path(file)) }
}

/// The reports of a driver, from whatever thread they come.
private final class ReportLog: Sendable {
    private let entries = Locked<[MediaReport]>([])

    var reports: [MediaReport] { entries.withLock { $0 } }

    func append(_ report: MediaReport) { entries.withLock { $0.append(report) } }
}
