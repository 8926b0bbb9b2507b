package import CallControl
import CoreMetrics

/// What a feed counts, by swift-metrics (article Metrics).
package struct FeedCounters: Sendable {
    /// Something that only grows.
    struct Tally: Sendable {
        private let counter: Counter

        fileprivate init(_ counter: Counter) {
            self.counter = counter
        }

        func add() {
            counter.increment()
        }
    }

    /// Why a connection was lost.
    enum Loss: String, CaseIterable {
        /// By the peer, or because its system answered nothing any more.
        case closed
        /// The peer did not answer `ping`.
        case silent
        case longLine = "long-line"
    }

    let connections: Tally
    let lines: Tally
    let longLines: Tally
    let commands: Tally
    let expired: Tally
    let overLimit: Tally
    let lateAnswers: Tally
    let numbersLeftOut: Tally
    let notTaken: Tally
    private let skipped: [FeedProtocolError: Counter]
    private let losses: [Loss: Counter]
    private let declarations: [MetricDeclaration]

    init(_ factory: any MetricsFactory = MetricsSystem.factory) {
        var metrics = MetricSet(factory)
        func count(_ name: String, of unit: String, _ help: String) -> Tally {
            Tally(metrics.counter("callcontrol_feed_\(name)", of: unit, help))
        }
        connections = count("connections_total", of: "connections", "connections to the peer")
        lines = count("lines_total", of: "lines", "lines received")
        longLines = count("long_lines_total", of: "lines", "lines longer than `limits.feed-line`")
        commands = count("commands_total", of: "commands", "commands sent")
        expired = count("commands_expired_total", of: "commands", "commands without a reply in time")
        overLimit = count(
            "commands_over_limit_total", of: "requests", "requests refused with 111, since too many commands wait")
        lateAnswers = count(
            "late_answers_total", of: "replies", "replies to expired commands, which the call followed all the same")
        numbersLeftOut = count(
            "numbers_left_out_total", of: "calls", "calls accepted without an invalid `ani` or `dnis`")
        notTaken = count("not_taken_total", of: "notices", "`not-taken` notices sent")
        skipped = metrics.counters(
            "callcontrol_feed_skipped_total", of: "events", by: "reason", FeedProtocolError.self, "events skipped")
        losses = metrics.counters(
            "callcontrol_feed_lost_total", of: "connections", by: "reason", Loss.self,
            "connections lost; `closed`: by the peer or by a system, `silent`: the peer did not reply to a ping")
        declarations = metrics.declarations
    }

    /// The metrics of a feed.
    package static var declarations: [MetricDeclaration] { FeedCounters(NOOPMetricsHandler.instance).declarations }

    func skipped(_ fault: FeedProtocolError) {
        skipped[fault]?.increment()
    }

    func lost(_ loss: Loss) {
        losses[loss]?.increment()
    }
}
