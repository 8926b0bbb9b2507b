public import CallControl
public import CallModel
public import EventLoops
public import Logging
import Synchronization
import TLibrary

/// Confirms what it is asked, and records nothing: for load runs and tests.
///
/// Audio counts as present.
public final class NullMediaServer: MediaServer {
    public let name = "simulated"
    public let capabilities = MediaCapabilities(pause: .silence, startsPaused: true)

    private let delay: Duration
    private let failEvery: Int
    private let logger: Logger
    private let desks = Locked<[Int: NullRecordings]>([:])
    private let commands = Atomic<Int>(0)

    /// Each answer takes `delay`; zero: it comes in the next turn. Each `failEvery`-th command, counted over all shards,
    /// is refused; 0: none.
    public init(delay: Duration, failEvery: Int, logger: Logger) {
        precondition(delay >= .zero, "a simulated media server answers after it was asked")
        precondition(failEvery >= 0, "a simulated media server refuses each so many-th command, or none")
        self.delay = delay
        self.failEvery = failEvery
        self.logger = logger
    }

    public func attach(to shard: any EventLoop, server: Int, reports: MediaReports) {
        let isFirst = desks.withLock { desks in
            desks[shard.index] = NullRecordings(reports: reports)
            return desks.count == 1
        }
        if isFirst {
            logger.warning("the simulated media server records nothing, whatever it confirms")
        }
    }

    public func perform(_ command: MediaCommand, on shard: any EventLoop) {
        guard let desk = desks.withLock({ $0[shard.index] }) else {
            preconditionFailure("a media server is attached to a shard before it is given commands there")
        }
        let report = MediaReport(answering: command, isToFail ? .refused(command.id, .refused) : desk.execute(command))
        if delay == .zero {
            desk.reports.report(report)
        } else {
            _ = shard.after(delay) { desk.reports.report(report) }
        }
    }

    @concurrent public func shutDown() async {}

    private var isToFail: Bool {
        let count = commands.wrappingAdd(1, ordering: .relaxed).newValue
        return failEvery > 0 && count.isMultiple(of: failEvery)
    }
}

/// The recordings of one shard's calls that are said to go on.
private final class NullRecordings: Sendable {
    private struct Key: Hashable {
        var connection: ConnectionID
        var recording: RecordingID
    }

    let reports: MediaReports
    /// By which command each was started.
    private let starts = Locked<[Key: MediaCommand.ID]>([:])

    init(reports: MediaReports) {
        self.reports = reports
    }

    func execute(_ command: MediaCommand) -> MediaReport.Event {
        let key = Key(connection: command.connection, recording: command.recording)
        return starts.withLock { starts in
            switch command.verb {
            case .start(let order):
                guard starts[key, default: command.id] == command.id else { return .refused(command.id, .refused) }
                starts[key] = command.id
                return .started(command.id, file: order.fileName, intake: nil, proof: .simulated)
            case .pause, .resume:
                return starts[key] == nil ? .refused(command.id, .refused) : .confirmed(command.id)
            case .stop:
                starts[key] = nil
                return .confirmed(command.id)
            }
        }
    }
}
