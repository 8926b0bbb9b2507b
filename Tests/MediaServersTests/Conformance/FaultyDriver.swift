import CallControl
import CallControlTesting
import CallModel
import EventLoops
import TLibrary

/// A driver that keeps to its contract but for one fault, to show that the scenarios find it.
final class FaultyDriver: MediaServer {
    enum Fault: CaseIterable {
        case saysNothing, answersTwice, answersForOthers, namesAnotherPlace, forgetsIDs, makesFilesTwice
        case takesSecondStarts, confirmsWithoutFile, capturesNothing, simulatesOnly, namesOneFileOnly
        case pausesWhatIsNotThere, stopsNotWhatIsNotThere, capturesWhilePaused, doesNotResume, resumesElsewhere
        case leavesFilesOpen, capturesAfterStop, losesFiles, beginsPausedAloud, refusesHostileNames
    }

    fileprivate struct Key: Hashable {
        var connection: ConnectionID
        var recording: RecordingID
    }

    fileprivate struct Tape {
        var start: MediaCommand.ID
        var file: String
        var isCaptured: Bool
    }

    /// What there is to be seen from outside.
    struct Truth {
        fileprivate var tapes: [Key: Tape] = [:]
        var files: [String] = []
        var open: Set<String> = []
        fileprivate var heard: Set<String> = []

        func isCapturing(_ file: String) -> Bool { heard.contains(file) }
    }

    let name = "faulty"
    let capabilities = MediaCapabilities(pause: .gap, startsPaused: true)
    let fault: Fault?
    let truth = Locked(Truth())
    private let reports = Locked<MediaReports?>(nil)

    init(_ fault: Fault?) {
        self.fault = fault
    }

    func attach(to shard: any EventLoop, server: Int, reports: MediaReports) {
        self.reports.withLock { $0 = reports }
    }

    func perform(_ command: MediaCommand, on shard: any EventLoop) {
        guard fault != .saysNothing, let reports = reports.withLock({ $0 }) else { return }
        let event = truth.withLock { execute(command, &$0) }
        reports.report(MediaReport(answering: command, event))
        var another = MediaReport(answering: command, event)
        switch fault {
        case .answersTwice: break
        case .answersForOthers: another.connection = ConnectionID(rawValue: 1)
        case .namesAnotherPlace: another.server = 0
        default: return
        }
        reports.report(another)
    }

    func shutDown() async {}

    private func execute(_ command: MediaCommand, _ truth: inout Truth) -> MediaReport.Event {
        let key = Key(connection: command.connection, recording: command.recording)
        switch command.verb {
        case .start(let order): return start(key, command.id, order, &truth)
        case .pause:
            guard truth.tapes[key] != nil || fault == .pausesWhatIsNotThere else {
                return .refused(command.id, .refused)
            }
            listen(fault == .capturesWhilePaused, key, &truth)
            return .confirmed(command.id)
        case .resume:
            guard truth.tapes[key] != nil else { return .refused(command.id, .refused) }
            listen(fault != .doesNotResume, key, &truth)
            guard fault == .resumesElsewhere else { return .confirmed(command.id) }
            return .resumed(command.id, file: "elsewhere", proof: .file)
        case .stop:
            guard let tape = truth.tapes[key] else {
                return fault == .stopsNotWhatIsNotThere ? .refused(command.id, .refused) : .confirmed(command.id)
            }
            listen(fault == .capturesAfterStop, key, &truth)
            truth.tapes[key] = nil
            if fault != .leavesFilesOpen { truth.open.remove(tape.file) }
            if fault == .losesFiles { truth.files.removeAll { $0 == tape.file } }
            return .confirmed(command.id)
        }
    }

    private func start(
        _ key: Key, _ id: MediaCommand.ID, _ order: StartParameters, _ truth: inout Truth
    ) -> MediaReport.Event {
        if let tape = truth.tapes[key], fault != .takesSecondStarts {
            guard tape.start == id, fault != .forgetsIDs else { return .refused(id, .refused) }
            if fault == .makesFilesTwice { truth.files.append("\(tape.file)-again") }
            return .started(id, file: tape.file, intake: nil, proof: .file)
        }
        if fault == .refusesHostileNames, order.fileName.hasPrefix("-") { return .refused(id, .refused) }
        let file = fault == .namesOneFileOnly ? "file" : "\(order.fileName.prefix(190))-\(truth.files.count)"
        truth.tapes[key] = Tape(start: id, file: file, isCaptured: false)
        truth.open.insert(file)
        if fault != .confirmsWithoutFile { truth.files.append(file) }
        listen(fault != .capturesNothing && (!order.startsPaused || fault == .beginsPausedAloud), key, &truth)
        return .started(id, file: file, intake: nil, proof: fault == .simulatesOnly ? .simulated : .file)
    }

    private func listen(_ isHeard: Bool, _ key: Key, _ truth: inout Truth) {
        guard let file = truth.tapes[key]?.file else { return }
        if isHeard { truth.heard.insert(file) } else { truth.heard.remove(file) }
    }
}

struct FaultyFixture: ConformanceFixture {
    let simulation = Simulation(seed: 7)
    let driver: FaultyDriver

    var shard: FixtureLoop { .simulated(simulation) }
    var patience: Duration { .milliseconds(50) }

    func makeDriver() async throws -> any MediaServer { driver }
    func beginCall(_ connection: ConnectionID) async throws -> MediaSession? { nil }

    func isCapturing(_ recording: FixtureRecording) async throws -> Bool? {
        driver.truth.withLock { $0.isCapturing(recording.file) }
    }

    func files() async throws -> [String]? { driver.truth.withLock { $0.files } }
    func isClosed(_ file: String) async throws -> Bool? { driver.truth.withLock { !$0.open.contains(file) } }
}
