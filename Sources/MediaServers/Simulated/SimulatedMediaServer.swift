public import CallControl
public import CallModel
public import Logging
import Synchronization

/// Confirms what it is asked, and records nothing: for load runs and tests.
///
/// Audio counts as present.
public final class SimulatedMediaServer: MediaServer {
    public let name = "simulated"
    public let capabilities = MediaCapabilities(pause: .silence, startsPaused: true)

    private let delay: Duration
    private let failEvery: Int
    private let logger: Logger
    private let reports = Locked<[Int: MediaReports]>([:])
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

    public func attach(to shard: any Shard, server: Int, reports: MediaReports) {
        let isFirst = self.reports.withLock { all in
            all[shard.index] = reports
            return all.count == 1
        }
        if isFirst {
            logger.warning("the simulated media server records nothing, whatever it confirms")
        }
    }

    public func perform(_ command: MediaCommand, on shard: any Shard) {
        guard let reports = reports.withLock({ $0[shard.index] }) else {
            preconditionFailure("a media server is attached to a shard before it is given commands there")
        }
        let report = MediaReport(
            connection: command.connection, recording: command.recording, server: command.server,
            event: answer(to: command))
        if delay == .zero {
            reports.report(report)
        } else {
            _ = shard.after(delay) { reports.report(report) }
        }
    }

    @concurrent public func shutDown() async {}

    private func answer(to command: MediaCommand) -> MediaReport.Event {
        let count = commands.wrappingAdd(1, ordering: .relaxed).newValue
        if failEvery > 0, count.isMultiple(of: failEvery) {
            return .refused(command.id, .refused)
        }
        switch command.verb {
        case .start(let order): return .started(command.id, file: order.fileName, intake: nil, proof: .simulated)
        case .pause, .resume, .stop: return .confirmed(command.id)
        }
    }
}
