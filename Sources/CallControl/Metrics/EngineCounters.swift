package import CoreMetrics
import EventLoops
import Synchronization

/// What an engine counts, and how it gets to swift-metrics (article Metrics): each shard counts for itself, and
/// ``flush(_:)`` hands on what has been counted since.
package final class EngineCounters: Sendable {
    /// Something that happens rarely, on any thread: it is handed on at once.
    package struct SharedCounter: Sendable {
        private let counter: Counter

        fileprivate init(_ label: String, _ factory: any MetricsFactory) {
            counter = Counter(label: label, factory: factory)
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
    /// Reports about no media server of the list.
    package let unexpectedReports: SharedCounter
    /// Times that a media server stopped answering to a shard, and that one reached its load limit.
    package let mediaServersLost: SharedCounter
    package let mediaServersFull: SharedCounter
    /// Calls of the network that were turned away.
    package let arrivalsRefused: SharedCounter
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
            switch tally.kind {
            case .counter: self = .counter(Counter(label: tally.name, dimensions: tally.dimensions, factory: factory))
            case .gauge: self = .gauge(Gauge(label: tally.name, dimensions: tally.dimensions, factory: factory))
            }
        }
    }

    package init(shards count: Int, factory: any MetricsFactory = MetricsSystem.factory) {
        let lamp = CoreMetrics.Timer(label: "callcontrol_lamp_write_seconds", factory: factory)
        let confirmation = CoreMetrics.Timer(label: "callcontrol_recording_confirmation_seconds", factory: factory)
        shards = (0..<count).map { _ in ShardCounters(lampTimer: lamp, confirmationTimer: confirmation) }
        unexpectedReports = SharedCounter("callcontrol_media_stray_reports_total", factory)
        mediaServersLost = SharedCounter("callcontrol_media_servers_lost_total", factory)
        mediaServersFull = SharedCounter("callcontrol_media_servers_full_total", factory)
        arrivalsRefused = SharedCounter("callcontrol_calls_refused_total", factory)
        outlets = shards.first?.tallies.map { MetricHandler($0, factory) } ?? []
        sessions = Gauge(label: "callcontrol_sessions", factory: factory)
        calls = Gauge(label: "callcontrol_calls", factory: factory)
        acksOpen = Gauge(label: "callcontrol_recording_acks_open", factory: factory)
        backlogBytes = Gauge(label: "callcontrol_backlog_bytes", factory: factory)
        backlogAge = Gauge(label: "callcontrol_backlog_age_seconds", factory: factory)
        userDataBytes = Gauge(label: "callcontrol_user_data_bytes", factory: factory)
        unopened = Gauge(label: "callcontrol_unopened_connections", factory: factory)
        inboxDepths = (0..<count).map { shard in
            Gauge(label: "callcontrol_inbox_depth", dimensions: [("shard", "\(shard)")], factory: factory)
        }
        handed = Locked(Array(repeating: 0, count: outlets.count))
    }

    /// Hands on what has been counted since it was called last. May be called on any thread.
    package func flush(_ standing: GaugeValues) {
        let tallies = shards.map(\.tallies)
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
