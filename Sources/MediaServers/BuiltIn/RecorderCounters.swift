import CoreMetrics

/// What a built-in recorder counts, by swift-metrics (article Metrics).
struct RecorderCounters: Sendable {
    /// Something that only grows.
    struct Tally: Sendable {
        private let counter: Counter

        fileprivate init(_ label: String) {
            counter = Counter(label: label)
        }

        func add() {
            counter.increment()
        }
    }

    /// Files that were removed, moved or cut short, or for which the disk had no room.
    let failedFiles = Tally("callcontrol_recorder_files_failed_total")
    /// Sides whose audio comes from elsewhere than before.
    let sourceChanges = Tally("callcontrol_recorder_source_changes_total")
    /// Ports that were given out again before they had rested.
    let portsReused = Tally("callcontrol_recorder_ports_reused_total")
}
