import CallModel
import EventLoops
import Testing

@testable import CallControl

/// Captured time: what was indicated as on, as far as evidence covers it (article Records).
struct CaptureTimelineTests {
    private var timeline = CaptureTimeline()

    private func moment(_ seconds: Double) -> Timestamp {
        Timestamp(monotonic: .milliseconds(Int64(seconds * 1_000)), wallMicroseconds: Int64(seconds * 1_000_000) + 7)
    }

    private mutating func indicate(_ state: RecordingState, _ seconds: Double, asked: Bool = true) {
        timeline.indicate(state, at: moment(seconds), nil, wasAsked: asked)
    }

    private mutating func began(_ seconds: Double, kind: CaptureEvidence.Kind = .bytes) {
        timeline.take(
            CaptureEvidence(kind: kind, resolution: .milliseconds(500), edge: .began(moment(seconds).monotonic)))
    }

    private mutating func ended(_ seconds: Double) {
        timeline.take(
            CaptureEvidence(kind: .bytes, resolution: .milliseconds(500), edge: .ended(moment(seconds).monotonic)))
    }

    /// Ends it, and gives its gaps: `from-to why`, in seconds.
    private mutating func gaps(end: Double) -> [String] {
        timeline.end(at: moment(end))
        return timeline.gaps.map { gap in
            #expect(gap.from.wallMicroseconds == Int64((gap.from.monotonic / .microseconds(1)).rounded()) + 7)
            return "\(gap.from.monotonic / .seconds(1))-\(gap.to.monotonic / .seconds(1)) \(gap.why.rawValue)"
        }
    }

    private func sums(_ captured: Double, _ uncaptured: Double) -> Bool {
        timeline.captured == moment(captured).monotonic && timeline.uncaptured == moment(uncaptured).monotonic
    }

    @Test mutating func `goes by the indication where there is no evidence`() {
        indicate(.on, 1)
        indicate(.paused, 3)
        indicate(.on, 4)
        indicate(.off, 6)
        #expect(gaps(end: 6) == ["3.0-4.0 paused"] && sums(4, 1))
        #expect(timeline.evidence == nil && timeline.resolution == .zero)
    }

    @Test mutating func `is what evidence covers`() {
        indicate(.on, 1)
        began(2)
        ended(5)
        began(7)
        indicate(.off, 10)
        #expect(gaps(end: 10) == ["1.0-2.0 no-audio", "5.0-7.0 no-audio"] && sums(6, 3))
        #expect(timeline.evidence == .bytes && timeline.resolution == .milliseconds(500))
    }

    @Test mutating func `takes evidence that comes late`() {
        indicate(.on, 1)
        indicate(.paused, 6)
        began(1)
        ended(4)
        indicate(.on, 8)
        indicate(.off, 9)
        began(8.2)
        #expect(gaps(end: 9) == ["4.0-6.0 no-audio", "6.0-8.0 paused"] && sums(4, 4))
    }

    @Test mutating func `has no audio where evidence says so from the beginning`() {
        ended(1)
        indicate(.on, 1)
        indicate(.off, 10)
        #expect(gaps(end: 10) == ["1.0-10.0 no-audio"] && sums(0, 9))
    }

    @Test mutating func `has no audio where the driver reports evidence and has none`() {
        timeline.indicate(.on, at: moment(1), .packets, wasAsked: true)
        indicate(.off, 10)
        #expect(gaps(end: 10) == ["1.0-10.0 no-audio"] && timeline.evidence == .packets)
    }

    @Test mutating func `ends with the last evidence where the server is lost`() {
        indicate(.on, 1)
        began(1)
        ended(3)
        indicate(.off, 9.7, asked: false)
        indicate(.on, 12)
        indicate(.off, 14)
        #expect(gaps(end: 14) == ["3.0-12.0 lost"] && sums(4, 9))
        #expect(timeline.evidence == nil, "the second server's driver reports none")
    }

    @Test mutating func `evidence of one server says nothing of the next`() {
        indicate(.on, 1)
        began(1)
        indicate(.off, 3, asked: false)
        timeline.start(at: moment(4))
        timeline.indicate(.on, at: moment(5), .bytes, wasAsked: true)
        began(7, kind: .packets)
        indicate(.off, 9)
        #expect(gaps(end: 9) == ["3.0-5.0 lost", "5.0-7.0 no-audio"] && sums(4, 4))
        #expect(timeline.evidence == .packets, "the weaker one")
    }

    @Test mutating func `edges within the resolution are one`() {
        indicate(.on, 1)
        began(1.4)
        ended(2.6)
        indicate(.paused, 3)
        indicate(.on, 4)
        began(4)
        ended(5)
        indicate(.off, 5.1, asked: false)
        #expect(gaps(end: 5.1) == ["3.0-4.0 paused", "5.0-5.1 lost"] && sums(3, 1.1))
    }

    @Test mutating func `edges that come twice or make no sense change nothing`() {
        indicate(.on, 1)
        ended(1)
        began(2)
        began(4)
        ended(1)
        ended(3)
        began(1)
        indicate(.off, 5)
        #expect(gaps(end: 5) == ["1.0-2.0 no-audio"] && sums(3, 1))
    }

    @Test mutating func `of very many edges the sums are right, and so many gaps are kept`() {
        indicate(.on, 0)
        for number in 0..<3_000 {
            began(Double(10 * number))
            ended(Double(10 * number + 4))
        }
        indicate(.off, 30_000)
        #expect(gaps(end: 30_000).count == RecordingRecord.limit)
        #expect(sums(12_000, 18_000))
        #expect(timeline.omittedGaps == 3_000 - RecordingRecord.limit)
        #expect(timeline.gaps.allSatisfy { $0.length == .seconds(6) })
    }

    @Test mutating func `of very many pauses the sums are right with evidence that goes on`() {
        indicate(.on, 0)
        began(0)
        for number in 0..<2_000 {
            indicate(.paused, Double(10 * number + 4))
            indicate(.on, Double(10 * number + 10))
        }
        indicate(.off, 20_001)
        #expect(gaps(end: 20_001).count == RecordingRecord.limit && sums(8_001, 12_000))
        #expect(timeline.evidence == .bytes)
    }
}
