import EventLoops
import Foundation
import Logging
import TLibrary

@testable import CallControl
@testable import CallModel
@testable import callcontrol

/// Records of one call, as an engine would keep them, and a folder for their files.
final class RecordFixture {
    static let server = RecordingRecord.MediaServer(
        "built-in", MediaCapabilities(pause: .silence, startsPaused: true, evidence: .bytes))

    let directory = FileManager.default.temporaryDirectory.appending(path: "records-\(UUID().uuidString)").path
    let log = LogLines()

    init() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    var options: ServerConfiguration.Records {
        var options = ServerConfiguration.Records()
        options.file = "\(directory)/records.jsonl"
        return options
    }

    var logger: Logger { Logger(label: "records") { [log] _ in log } }

    func lines(_ file: String) -> [String] {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// Adds text to a file, which is made where it is not there.
    func write(_ text: String, behind file: String) throws {
        var old = (try? Data(contentsOf: URL(filePath: file))) ?? Data()
        old += Data(text.utf8)
        try old.write(to: URL(filePath: file))
    }

    /// The ids of the records in a file; a line that is none gives `?`.
    func ids(_ file: String) -> [String] {
        lines(file).compactMap { line in
            guard let line = RecordLine(decoding: Array(line.utf8)) else { return "?" }
            return line.end == nil ? nil : line.id
        }
    }

    /// The ids of the recordings that began, by the lines of a file.
    func begun(_ file: String) -> [String] {
        lines(file).compactMap { line in
            RecordLine(decoding: Array(line.utf8)).flatMap { $0.end == nil ? $0.id : nil }
        }
    }

    /// The record that begins a recording, as an engine hands it to its sink.
    static func begun(_ id: String) -> RecordingRecord {
        var record = record(id)
        record.transitions = []
        return record
    }

    // MARK: - Records

    private static let call = CallIdentity(
        connection: ConnectionID(rawValue: 0x0070_0283_3C4F_1A01), uuid: "00000037HF3PJMLISE8I3THA3MB5P6LL",
        callType: .inbound, ani: "15551234567", dnis: "18005550100")

    /// A recording of 79 seconds, paused for 18 of them.
    static func record(_ id: String) -> RecordingRecord {
        guard let id = RecordingID(id) else { preconditionFailure("The id of a test's recording is sound.") }
        var record = RecordBuilder(id, of: call, anchor: "5001", agentID: "1001", at: moment(0))
        func take(_ second: Int64, _ event: RecordingRecord.Transition.Event) {
            record.take(RecordingRecord.Transition(moment: moment(second), event: event), server)
        }
        let file = "00000037HF3PJMLISE8I3THA3MB5P6LL_5001"
        take(0, .wished(.on, .request, by: requester(7, ["id": .string(id.text)], [:])))
        take(0, .sent(.start, .init(rawValue: 1), to: server.name))
        take(1, .answered(.started(file: file, .file), .init(rawValue: 1), by: server.name))
        take(1, .changed(change(.on, .request, file)))
        take(2, .evidence(evidence(.began(.seconds(601)))))
        take(20, .wished(.paused, .request, by: requester(8, [:], ["why": .string("card number")])))
        take(20, .sent(.pause, .init(rawValue: 2), to: server.name))
        take(20, .answered(.confirmed, .init(rawValue: 2), by: server.name))
        take(20, .changed(change(.paused, .request)))
        take(38, .wished(.on, .request, by: requester(9, [:], [:])))
        take(38, .sent(.resume, .init(rawValue: 3), to: server.name))
        take(38, .answered(.confirmed, .init(rawValue: 3), by: server.name))
        take(38, .changed(change(.on, .request)))
        take(80, .wished(.off, .release, by: nil))
        take(80, .sent(.stop, .init(rawValue: 4), to: server.name))
        take(80, .answered(.confirmed, .init(rawValue: 4), by: server.name))
        take(80, .changed(change(.off, .release)))
        take(80, .over(.ended))
        return record.record
    }

    static func evidence(_ edge: CaptureEvidence.Edge) -> CaptureEvidence {
        CaptureEvidence(kind: .bytes, resolution: .milliseconds(500), edge: edge)
    }

    private static func change(
        _ state: RecordingState, _ cause: RecordingCause, _ file: String? = nil
    ) -> RecordingTransition.Change {
        RecordingTransition.Change(state: state, cause: cause, newFile: file)
    }

    private static func requester(
        _ reference: Int32, _ extensions: KeyValueList, _ reasons: KeyValueList
    ) -> RecordingRecord.Requester {
        let request = Request(
            .privateService(4_013), reference: ReferenceID(rawValue: reference), thisDN: "5001",
            connection: call.connection, reasons: reasons, extensions: extensions)
        return RecordingRecord.Requester(
            RequestContext(request, from: ClientID(shard: 0, serial: 12)), application: "desktop")
    }

    /// So many seconds after 2026-11-22, 21:06:41 UTC.
    private static func moment(_ second: Int64) -> Timestamp {
        Timestamp(monotonic: .seconds(600 + second), wallMicroseconds: 1_795_381_601_000_000 + second * 1_000_000)
    }
}

/// A log that is read by a test.
final class LogLines: LogHandler {
    private let state = Locked<[String]>([])

    var lines: [String] { state.withLock { $0 } }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let words = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        state.withLock { $0.append((["\(event.message)"] + words).joined(separator: " ")) }
    }
}
