import CoreMetrics

/// What a feed counts, by swift-metrics (article Feed, "Counters").
struct FeedCounters: Sendable {
    /// Something that only grows.
    struct Tally: Sendable {
        private let counter: Counter

        fileprivate init(_ label: String, _ dimensions: [(String, String)] = []) {
            counter = Counter(label: label, dimensions: dimensions)
        }

        func add() {
            counter.increment()
        }
    }

    let connections = Tally("callcontrol_feed_connections_total")
    let lines = Tally("callcontrol_feed_lines_total")
    /// Lines of more bytes than they may have.
    let longLines = Tally("callcontrol_feed_long_lines_total")
    let commands = Tally("callcontrol_feed_commands_total")
    /// Commands that were not answered in time.
    let expired = Tally("callcontrol_feed_commands_expired_total")
    /// Commands that were not sent, because as many waited as may.
    let overLimit = Tally("callcontrol_feed_commands_over_limit_total")
    private let skipped: [FeedFault: Tally]

    init() {
        let pairs = FeedFault.allCases.map { fault in
            (fault, Tally("callcontrol_feed_skipped_total", [("reason", fault.rawValue)]))
        }
        skipped = Dictionary(uniqueKeysWithValues: pairs)
    }

    func skipped(_ fault: FeedFault) {
        skipped[fault]?.add()
    }
}
