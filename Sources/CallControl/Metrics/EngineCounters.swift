package import CoreMetrics
import EventLoops
import Synchronization

/// What an engine counts, and how it gets to swift-metrics (article Metrics): each shard counts for itself, and
/// ``flush(_:)`` hands on what has been counted since.
package final class EngineCounters: Sendable {
    /// Something that happens rarely, on any thread: it is handed on at once.
    package struct SharedCounter: Sendable {
        private let counter: Counter

        fileprivate init(_ counter: Counter) {
            self.counter = counter
        }

        package func add(_ count: Int = 1) {
            counter.increment(by: count)
        }
    }

    /// What the engine has at the moment and counts nowhere.
    package struct GaugeValues: Sendable {
        var backlogBytes = 0
        var userDataBytes = 0
        /// Connections on which no session is open yet.
        var unopened = 0

        package init(backlogBytes: Int = 0, userDataBytes: Int = 0, unopened: Int = 0) {
            self.backlogBytes = backlogBytes
            self.userDataBytes = userDataBytes
            self.unopened = unopened
        }
    }

    package let shards: [ShardCounters]
    /// All metrics of an engine, in the order of their names.
    package let declarations: [MetricDeclaration]
    /// Reports about no media server of the list.
    package let unexpectedReports: SharedCounter
    /// Times that a media server stopped answering to a shard, and that one reached its load limit.
    package let mediaServersLost: SharedCounter
    package let mediaServersFull: SharedCounter
    /// Calls of the network that were turned away.
    package let arrivalsRefused: SharedCounter
    /// Of each shard, in one order.
    private let tallies: [[ShardCounter]]
    private let outlets: [MetricHandler]
    private let sessions: Gauge
    private let calls: Gauge
    private let acksOpen: Gauge
    private let backlogBytes: Gauge
    private let backlogAge: Gauge
    private let userDataBytes: Gauge
    private let unopened: Gauge
    private let inboxDepths: [Gauge]
    /// What of each tally has been handed on.
    private let handed: Locked<[Int]>

    private enum MetricHandler: Sendable {
        case counter(Counter)
        case gauge(Gauge)

        init(_ tally: ShardCounter, _ factory: any MetricsFactory) {
            switch tally.declaration.kind {
            case .counter: self = .counter(Counter(label: tally.name, dimensions: tally.dimensions, factory: factory))
            case .gauge: self = .gauge(Gauge(label: tally.name, dimensions: tally.dimensions, factory: factory))
            case .histogram: preconditionFailure("a shard adds numbers up, and no durations")
            }
        }
    }

    package init(shards count: Int, factory: any MetricsFactory = MetricsSystem.factory) {
        var metrics = MetricSet(factory)
        let lamp = metrics.timer(
            "callcontrol_indication_delivery_seconds",
            "time from a media server's confirmation to the end of the writes that publish it to the "
                + "sessions of the shard")
        let confirmation = metrics.timer(
            "callcontrol_recording_confirmation_seconds",
            "time from EventACK to the confirmed state, of recording requests that were done")
        shards = (0..<count).map { _ in ShardCounters(lampTimer: lamp, confirmationTimer: confirmation) }
        unexpectedReports = SharedCounter(metrics.counter(.unexpectedReports))
        mediaServersLost = SharedCounter(
            metrics.counter(
                "callcontrol_media_servers_lost_total", of: "times",
                "times that a media server stopped answering to a shard"))
        mediaServersFull = SharedCounter(
            metrics.counter(
                "callcontrol_media_servers_full_total", of: "times",
                "times that a media server reached its `max-recordings`"))
        arrivalsRefused = SharedCounter(metrics.counter(.refusedCalls))
        sessions = metrics.gauge(
            "callcontrol_sessions", of: "sessions", "open sessions, those included that wait to be resumed")
        calls = metrics.gauge("callcontrol_calls", of: "calls", "current calls")
        acksOpen = metrics.gauge(
            "callcontrol_recording_requests_pending", of: "requests",
            "acknowledged recording "
                + "requests without an outcome yet")
        backlogBytes = metrics.gauge(
            "callcontrol_backlog_bytes", of: "bytes",
            "memory of all backlogs and of events retained for resumption, each event counted once: what "
                + "`backlog-total` limits")
        backlogAge = metrics.gauge(
            "callcontrol_backlog_age_seconds", of: "seconds",
            "age of the oldest event in a backlog, as of the last quarter of a second")
        userDataBytes = metrics.gauge(
            "callcontrol_user_data_bytes", of: "bytes",
            "packed user data of all calls: what `user-data-total` limits")
        unopened = metrics.gauge(
            "callcontrol_unopened_connections", of: "connections", "connections without a session")
        inboxDepths = metrics.gauges(
            count, "callcontrol_mailbox_depth", of: "inputs", by: "shard",
            "most inputs found waiting in the mailbox of a shard since the last reading")
        tallies = shards.map { $0.allTallies() }
        outlets = tallies.first?.map { MetricHandler($0, factory) } ?? []
        handed = Locked(Array(repeating: 0, count: outlets.count))
        metrics.declare(tallies.first?.map(\.declaration) ?? [])
        declarations = metrics.declarations.sorted { $0.name < $1.name }
    }

    /// Hands on what has been counted since it was called last. May be called on any thread.
    package func flush(_ standing: GaugeValues) {
        let values = outlets.indices.map { place in tallies.reduce(0) { $0 + $1[place].value } }
        let before = handed.withLock { handed in
            defer { handed = zip(handed, values).map { max($0, $1) } }
            return handed
        }
        for (place, outlet) in outlets.enumerated() {
            switch outlet {
            // Of two that flush at once, the one that has read less hands on nothing.
            case .counter(let counter): counter.increment(by: max(0, values[place] - before[place]))
            case .gauge(let gauge): gauge.record(values[place])
            }
        }
        sessions.record(sum(\.sessionsOpened) - sum(\.sessionsClosed))
        calls.record(sum(\.callsBegun) - sum(\.callsEnded))
        acksOpen.record(
            sum(\.requestsAccepted) - sum(\.requestsDone) - sum(\.requestsSuperseded) - sum(\.requestsFailed))
        backlogBytes.record(standing.backlogBytes)
        userDataBytes.record(standing.userDataBytes)
        unopened.record(standing.unopened)
        backlogAge.record(Double(shards.map(\.backlogAge.value).max() ?? 0) / 1_000)
        for (gauge, shard) in zip(inboxDepths, shards) { gauge.record(shard.inboxDepth.take()) }
    }

    private func sum(_ tally: (ShardCounters) -> ShardCounter) -> Int {
        shards.reduce(0) { $0 + tally($1).value }
    }
}
