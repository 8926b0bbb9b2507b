import CoreMetrics

/// What a feed counts, by swift-metrics (article Metrics).
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

    /// Why a connection was lost.
    enum Loss: String, CaseIterable {
        /// By the peer, or because its system answered nothing any more.
        case closed
        /// The peer did not answer `ping`.
        case silent
        case longLine = "long-line"
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
    /// Answers that came after their command had expired, and were carried out all the same.
    let lateAnswers = Tally("callcontrol_feed_late_answers_total")
    /// Calls that were taken without a number that was invalid.
    let numbersLeftOut = Tally("callcontrol_feed_numbers_left_out_total")
    /// Notices that a call is not taken.
    let notTaken = Tally("callcontrol_feed_not_taken_total")
    private let skipped: [FeedProtocolError: Tally]
    private let losses: [Loss: Tally]

    init() {
        let pairs = FeedProtocolError.allCases.map { fault in
            (fault, Tally("callcontrol_feed_skipped_total", [("reason", fault.rawValue)]))
        }
        skipped = Dictionary(uniqueKeysWithValues: pairs)
        losses = Dictionary(
            uniqueKeysWithValues: Loss.allCases.map { loss in
                (loss, Tally("callcontrol_feed_lost_total", [("reason", loss.rawValue)]))
            })
    }

    func skipped(_ fault: FeedProtocolError) {
        skipped[fault]?.add()
    }

    func lost(_ loss: Loss) {
        losses[loss]?.add()
    }
}
