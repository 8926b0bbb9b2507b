import CallModel
public import CoreMetrics
public import EventLoops
public import Logging
import Synchronization
import TLibrary

/// The engine: calls, their recordings, and the sessions that hear of them.
///
/// A server makes one from its configuration, its shards, its ``Switch`` and its ``MediaServer``s, and runs it for as
/// long as it serves (article Embedding).
public final class CallControlEngine: Sendable {
    public let configuration: EngineConfiguration
    public let shards: [any EventLoop]
    package let exchanges: [Exchange]
    package let logger: Logger
    let plan: EngineContext
    private let arrivals = Atomic<UInt64>(0)
    private let life = LifecycleState()
    let flushes = Locked<FlushTimer>(FlushTimer())

    /// The same, with media servers that are tried one after the other.
    public convenience init(
        configuration: EngineConfiguration, shards: [any EventLoop], switch telephony: any Switch,
        mediaServers: [any MediaServer], records: (any RecordSink)? = nil, logger: Logger
    ) throws(EngineError) {
        try self.init(
            configuration: configuration, shards: shards, switch: telephony,
            mediaServers: [MediaServerEntry](inOrder: mediaServers), records: records, logger: logger)
    }

    /// There is at least one shard, in the order of their indices, and nothing else uses their wake handlers. Without
    /// media servers, recording is not available. `records` gets what is kept of each recording; `nil`: nothing is.
    /// `metrics` makes what the engine counts with; `nil`: the backend of `MetricsSystem`.
    public init(
        configuration: EngineConfiguration, shards: [any EventLoop], switch telephony: any Switch,
        mediaServers: [MediaServerEntry], records: (any RecordSink)? = nil,
        metrics: (any MetricsFactory)? = nil, logger: Logger
    ) throws(EngineError) {
        try configuration.check()
        try mediaServers.check()
        guard (1...64).contains(shards.count), shards.indices.allSatisfy({ shards[$0].index == $0 }) else {
            throw EngineError(.shards, "an engine has 1 to 64 shards, numbered from 0 in their order")
        }
        self.configuration = configuration
        self.shards = shards
        self.logger = logger
        let startTime = UInt64(max(0, shards[0].wallTime.microseconds))
        let mailboxes = shards.map { Mailbox($0) }
        let counters = EngineCounters(shards: shards.count, factory: metrics ?? MetricsSystem.factory)
        let media = MediaServerPool(mediaServers, shards: shards.count, counters: counters, logger: logger)
        plan = EngineContext(
            configuration: configuration, shards: shards, mailboxes: mailboxes,
            rules: CallPolicy(
                directory: configuration.directory, recording: configuration.recording,
                mediaServers: mediaServers.model, userDataLimit: configuration.limits.userData,
                consultUserData: configuration.consultUserData, mergedUserData: configuration.mergedUserData,
                keepsRecords: records != nil || configuration.isInspected),
            server: ServerIdentity(
                name: configuration.name, version: configuration.version, startTime: startTime),
            telephony: telephony, media: media, records: records,
            reports: Self.reports(to: mailboxes, of: media, counters, keepsRecords: records != nil),
            calls: CallLimiter(limit: configuration.limits.calls, logger: logger),
            book: SessionRegistry(limit: configuration.limits.sessions),
            unopened: UnopenedConnections(limits: configuration.limits, logger: logger),
            openings: Openings(
                failures: OpeningFailures(limits: configuration.failures, handshake: configuration.handshake),
                log: OpeningLog(logger: logger)),
            userData: UserDataTotal(limit: configuration.limits.userDataTotal, logger: logger),
            backlog: BacklogMemory(shards: shards.count, limit: configuration.limits.backlogTotal),
            counters: counters, isInspected: configuration.isInspected, logger: logger,
            firstConnection: Self.firstConnection(startTime, shards: shards.count))
        let plan = plan
        exchanges = shards.indices.map { Exchange($0, of: plan) }
    }

    /// Milliseconds since 1970, with room for 16,384 calls behind each: no ConnID of an earlier run comes again.
    private static func firstConnection(_ startTime: UInt64, shards: Int) -> UInt64 {
        let first = (startTime / 1_000) << 14
        return first - first % UInt64(shards)
    }

    /// The connections on which no session is open yet.
    package var unopened: UnopenedConnections { plan.unopened }

    /// What is known of sessions that were not opened.
    package var openings: Openings { plan.openings }

    // MARK: - Life

    /// Attaches the switch and the media servers to the shards, serves until ``shutDown()`` or the cancellation of the
    /// task, then ends all recordings and tells all clients, within the option `drain`.
    public func run() async {
        await onEachShard { exchange, engine in engine.attachMediaServers(to: exchange.seat.shard) }
        // A switch may bring calls at once, for shards that it is not attached to yet: those wait for it.
        await onEachShard { exchange, engine in
            engine.plan.telephony.attach(to: exchange.seat.shard, port: engine.switchPort)
            exchange.takeEarly()
        }
        life.reach(.running)
        await onEachShard { exchange, engine in if exchange.seat.shard.index == 0 { engine.flushLater() } }
        await untilStopping()
        life.reach(.stopping)
        await drain()
        await ShardVisitor(shards[0]).run { [self] in stopFlushing() }
        flushMetrics()
        life.reach(.stopped)
    }

    /// Asks ``run()`` to come to its end. May be called on any thread, and more than once.
    public func shutDown() {
        life.reach(.stopping)
    }

    /// Returns once calls can be made, or the task is cancelled.
    package func untilRunning() async {
        await life.wait(for: .running)
    }

    /// Returns once the engine stops, or the task is cancelled.
    package func untilStopping() async {
        await life.wait(for: .stopping)
    }

    /// Returns once ``run()`` has come to its end, or the task is cancelled.
    package func untilStopped() async {
        await life.wait(for: .stopped)
    }

    /// Whether calls can be made.
    package var isRunning: Bool { life.phase == .running }

    private func drain() async {
        logger.info("The engine stops: recordings are ended.")
        for mailbox in plan.mailboxes { mailbox.post(.shutdown) }
        let deadline = shards[0].now + configuration.drain
        var busy = await busyCalls()
        while busy > 0, shards[0].now < deadline {
            await ShardVisitor(shards[0]).pause(for: .milliseconds(20))
            busy = await busyCalls()
        }
        if busy > 0 {
            logger.warning("Recordings were not confirmed as ended in time.", metadata: ["calls": "\(busy)"])
        }
        await onEachShard { exchange, _ in exchange.closeRecords() }
        await onEachShard { exchange, _ in exchange.notifyShutdown() }
        // The last words are on their way until a stream has closed; a client that does not read is not waited for.
        let patience = shards[0].now + min(configuration.drain, .seconds(1))
        while exchanges.contains(where: { $0.openSessions > 0 }), shards[0].now < patience {
            await ShardVisitor(shards[0]).pause(for: .milliseconds(10))
        }
        for server in plan.media.servers { await server.shutDown() }
    }

    private func busyCalls() async -> Int {
        var busy = 0
        for (exchange, shard) in zip(exchanges, shards) {
            busy += await ShardVisitor(shard).run { exchange.busyCalls() }
        }
        return busy
    }

    private func onEachShard(_ work: @escaping @Sendable (Exchange, CallControlEngine) -> Void) async {
        for (exchange, shard) in zip(exchanges, shards) {
            await ShardVisitor(shard).run { work(exchange, self) }
        }
    }

    // MARK: - What the switch and the media servers bring

    fileprivate var switchPort: SwitchPort {
        let mailboxes = plan.mailboxes
        return SwitchPort(
            deliver: { report in
                mailboxes[Router.home(of: report.connection, among: mailboxes.count)].post(.switching(report))
            },
            deliverTogether: { reports in
                let home = Router.home(of: reports[0].connection, among: mailboxes.count)
                mailboxes[home].post(.switchingTogether(reports))
            },
            arrive: { [weak self] in self?.begin($0) }, run: Self.errands(of: mailboxes))
    }

    private static func reports(
        to mailboxes: [Mailbox], of media: MediaServerPool, _ counters: EngineCounters, keepsRecords: Bool
    ) -> MediaReports {
        MediaReports(
            deliver: { report in
                // Records alone read evidence.
                if !keepsRecords, case .evidence = report.event { return }
                // A driver's fault must not become the engine's.
                guard media.servers.indices.contains(report.server) else { return counters.unexpectedReports.add() }
                mailboxes[Router.home(of: report.connection, among: mailboxes.count)].post(.media(report))
            }, reach: { media.note($0) }, run: errands(of: mailboxes))
    }

    private static func errands(of mailboxes: [Mailbox]) -> @Sendable (Int, @escaping @Sendable () -> Void) -> Void {
        { shard, work in mailboxes[shard].post(.errand(work)) }
    }

    /// A call that the network brings. Its ConnID comes from the upper half of the run's, so that no shard has it.
    private func begin(_ arrival: SwitchPort.ExternalCall) -> ConnectionID? {
        guard plan.calls.take() else {
            plan.counters.arrivalsRefused.add()
            return nil
        }
        let number = arrivals.add(1, ordering: .relaxed).newValue
        let connection = ConnectionID(rawValue: (plan.firstConnection | 1 << 63) + number)
        plan.mailboxes[Router.home(of: connection, among: shards.count)].post(.arrival(connection, arrival))
        return connection
    }

    fileprivate func attachMediaServers(to shard: any EventLoop) {
        for (place, server) in plan.media.servers.enumerated() {
            server.attach(to: shard, server: place, reports: plan.reports)
        }
    }
}
