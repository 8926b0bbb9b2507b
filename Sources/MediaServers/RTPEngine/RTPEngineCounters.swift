import CoreMetrics

/// What the driver counts, by swift-metrics (article Metrics).
struct RTPEngineCounters: Sendable {
    /// Why a datagram of the server could not be used.
    enum UnusableDatagram: String, Sendable, CaseIterable {
        case malformed
        case unknownCookie = "unknown-cookie"
        /// A second answer, or one to a command that was given up.
        case late
    }

    /// What became of the captures of recordings that were converted.
    enum CaptureFate: String, Sendable, CaseIterable {
        case deleted
        /// They stay, for not all of them is in the WAV file.
        case incomplete
        case undeletable
    }

    private let captures: [CaptureFate: Counter]
    private let unusable: [UnusableDatagram: Counter]
    private let lost = Counter(label: "callcontrol_rtpengine_lost_total")

    init() {
        let pairs = UnusableDatagram.allCases.map { kind in
            let label = "callcontrol_rtpengine_unusable_datagrams_total"
            return (kind, Counter(label: label, dimensions: [("reason", kind.rawValue)]))
        }
        unusable = Dictionary(uniqueKeysWithValues: pairs)
        let fates = CaptureFate.allCases.map { fate in
            (fate, Counter(label: "callcontrol_rtpengine_captures_total", dimensions: [("fate", fate.rawValue)]))
        }
        captures = Dictionary(uniqueKeysWithValues: fates)
    }

    func countUnusable(_ kind: UnusableDatagram) {
        unusable[kind]?.increment()
    }

    func countCaptures(_ count: Int, _ fate: CaptureFate) {
        captures[fate]?.increment(by: count)
    }

    /// A shard takes its server for lost.
    func countLost() {
        lost.increment()
    }
}
