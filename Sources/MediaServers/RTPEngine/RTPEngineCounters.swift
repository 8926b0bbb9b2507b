package import CallControl
import CoreMetrics

/// What the driver counts, by swift-metrics (article Metrics).
package struct RTPEngineCounters: Sendable {
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
    private let lost: Counter
    private let declarations: [MetricDeclaration]

    init(_ factory: any MetricsFactory = MetricsSystem.factory) {
        var metrics = MetricSet(factory)
        captures = metrics.counters(
            "callcontrol_rtpengine_captures_total", of: "files", by: "fate", CaptureFate.self,
            "pcap files of converted recordings; `incomplete`: retained, since not all of them is in the WAV file")
        unusable = metrics.counters(
            "callcontrol_rtpengine_unusable_datagrams_total", of: "datagrams", by: "reason", UnusableDatagram.self,
            "unusable datagrams of servers; `late`: a second reply, or one to an abandoned command")
        lost = metrics.counter(
            "callcontrol_rtpengine_lost_total", of: "times", "times that a shard considered its server lost")
        declarations = metrics.declarations
    }

    /// The metrics of the driver.
    package static var declarations: [MetricDeclaration] {
        RTPEngineCounters(NOOPMetricsHandler.instance).declarations
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
