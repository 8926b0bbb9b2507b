import CallModel
import EventLoops

/// Captured time of one recording: the time for which it was indicated as on, as far as evidence covers it.
///
/// Evidence comes late, for a driver that polls finds out later when capture ended. So stretches and evidence are kept and
/// folded into gaps and sums at the end; of a recording with very many of them, all but the latest are folded before.
struct CaptureTimeline: Sendable {
    /// What was indicated for a while.
    private struct Stretch {
        enum Indication { case on, paused, off }

        enum End {
            case asked
            /// A media server was lost, or ended the recording by itself.
            case unasked
            /// It goes on beyond what is folded.
            case open
        }

        var indication: Indication
        var from: Timestamp
        /// `nil`: it goes on.
        var to: Timestamp?
        var end = End.asked
        /// Whether the media server's driver reports evidence for it.
        var hasEvidence: Bool
        /// Whether its beginning has been folded already.
        var isTail = false

        /// That time on both clocks, as they stood at its beginning.
        func moment(at time: Duration) -> Timestamp {
            if let to, time == to.monotonic { return to }
            let since = (time - from.monotonic).components
            let microseconds = since.seconds * 1_000_000 + since.attoseconds / 1_000_000_000_000
            return Timestamp(monotonic: time, wallMicroseconds: from.wallMicroseconds + microseconds)
        }
    }

    private struct Span {
        var from: Duration
        /// `nil`: it goes on.
        var to: Duration?
    }

    /// So many stretches, or spans of evidence, are kept; then all but half of them are folded.
    static let kept = 256

    private var stretches: [Stretch] = []
    private var spans: [Span] = []
    /// Whether evidence is reported for the media server that has the recording, or is about to have it.
    private var hasEvidence = false
    private(set) var gaps: [RecordingRecord.Gap] = []
    /// Gaps that were left out.
    private(set) var omittedGaps = 0
    private(set) var captured = Duration.zero
    private(set) var uncaptured = Duration.zero
    /// Whether some captured time goes by the indication.
    private var goesByIndication = false
    private var weakest: CaptureEvidence.Kind?
    private(set) var resolution = Duration.zero

    /// The kind of evidence that all captured time goes by; `nil`: some of it, or all, goes by the indication.
    var evidence: CaptureEvidence.Kind? { goesByIndication ? nil : weakest }

    private var current: Stretch? { stretches.last.flatMap { $0.to == nil ? $0 : nil } }

    // MARK: - What is indicated

    /// - Parameters:
    ///   - kind: the evidence that the driver of its media server is known to report.
    ///   - wasAsked: whether a request, a limit or the call's course asked for this state.
    mutating func indicate(
        _ state: RecordingState, at moment: Timestamp, _ kind: CaptureEvidence.Kind?, wasAsked: Bool
    ) {
        let indication: Stretch.Indication =
            switch state {
            case .on: .on
            case .paused: .paused
            case .off: .off
            }
        guard indication != current?.indication, current != nil || indication != .off else { return }
        if current == nil || current?.indication == .off, let kind {
            hasEvidence = true
            note(kind)
        }
        endCurrent(at: moment, wasAsked: wasAsked)
        stretches.append(Stretch(indication: indication, from: moment, hasEvidence: hasEvidence))
        if indication == .off { forgetEvidence(at: moment.monotonic) }
        if stretches.count > Self.kept { fold(until: stretches[stretches.count - Self.kept / 2].from.monotonic) }
    }

    /// A start is sent: evidence of media servers that were tried before says nothing about this one.
    mutating func start(at moment: Timestamp) {
        forgetEvidence(at: moment.monotonic)
    }

    private mutating func forgetEvidence(at time: Duration) {
        hasEvidence = false
        if let last = spans.indices.last, spans[last].to == nil { spans[last].to = max(time, spans[last].from) }
    }

    private mutating func endCurrent(at moment: Timestamp, wasAsked: Bool) {
        guard let last = stretches.indices.last, stretches[last].to == nil else { return }
        stretches[last].to = moment
        stretches[last].end = wasAsked ? .asked : .unasked
    }

    // MARK: - What evidence shows

    /// Packets that a media server has received show less than bytes in a file.
    private mutating func note(_ kind: CaptureEvidence.Kind) {
        weakest = weakest == .packets ? .packets : kind
    }

    mutating func take(_ evidence: CaptureEvidence) {
        resolution = max(resolution, evidence.resolution)
        note(evidence.kind)
        if !hasEvidence { giveEvidence(evidence.edge) }
        switch evidence.edge {
        case .began(let time):
            guard spans.last.map({ $0.to != nil }) ?? true else { return }
            spans.append(Span(from: max(time, spans.last?.to ?? time)))
            if spans.count > Self.kept { fold(until: spans[spans.count - Self.kept / 2].from) }
        case .ended(let time):
            guard let last = spans.indices.last, spans[last].to == nil else { return }
            spans[last].to = max(time, spans[last].from)
        }
    }

    /// The driver reports evidence: so it does for all that this media server has had of the recording since its start.
    private mutating func giveEvidence(_ edge: CaptureEvidence.Edge) {
        var rest = stretches[...]
        if current?.indication == .off {
            // A beginning is told of the start that follows, an end may be the last word on what was lost.
            if case .began = edge { return hasEvidence = true }
            rest.removeLast()
        } else {
            hasEvidence = true
        }
        for place in rest.indices.reversed() {
            guard stretches[place].indication != .off else { break }
            stretches[place].hasEvidence = true
        }
    }

    // MARK: - The sums

    mutating func end(at moment: Timestamp) {
        endCurrent(at: moment, wasAsked: true)
        fold(until: nil)
    }

    /// Adds what lies before `cut` to gaps and sums; `nil`: all.
    private mutating func fold(until cut: Duration?) {
        for stretch in stretches {
            guard cut.map({ stretch.from.monotonic < $0 }) ?? true else { break }
            var part = stretch
            if let cut, stretch.to.map({ $0.monotonic > cut }) ?? true {
                part.to = stretch.moment(at: cut)
                part.end = .open
            }
            add(part)
        }
        guard let cut else { return }
        stretches.removeAll { $0.to.map { $0.monotonic <= cut } ?? false }
        if let first = stretches.first, first.from.monotonic < cut {
            stretches[0].from = first.moment(at: cut)
            stretches[0].isTail = true
        }
        spans.removeAll { $0.to.map { $0 <= cut } ?? false }
    }

    private mutating func add(_ stretch: Stretch) {
        guard let to = stretch.to else { return }
        switch stretch.indication {
        case .paused: add(.paused, from: stretch.from, to: to)
        case .off: add(.lost, from: stretch.from, to: to)
        case .on where !stretch.hasEvidence:
            captured += to.monotonic - stretch.from.monotonic
            if to.monotonic > stretch.from.monotonic { goesByIndication = true }
        case .on: addCovered(stretch, to)
        }
    }

    /// Adds a stretch that was indicated as on: what evidence covers was captured.
    ///
    /// The indication and the evidence of one beginning, or of one end that was asked for, may differ by the resolution;
    /// where they differ by no more, they count as one.
    private mutating func addCovered(_ stretch: Stretch, _ to: Timestamp) {
        var since = stretch.from
        for span in spans {
            let from = max(span.from, since.monotonic)
            let end = min(span.to ?? to.monotonic, to.monotonic)
            guard from < end else { continue }
            let isFirst = since.monotonic == stretch.from.monotonic && !stretch.isTail
            if isFirst, from - since.monotonic <= resolution {
                captured += end - since.monotonic
            } else {
                add(.noAudio, from: since, to: stretch.moment(at: from))
                captured += end - from
            }
            since = stretch.moment(at: end)
        }
        let rest = to.monotonic - since.monotonic
        if stretch.end == .asked, rest <= resolution, since.monotonic > stretch.from.monotonic {
            captured += rest
        } else {
            add(stretch.end == .unasked ? .lost : .noAudio, from: since, to: to)
        }
    }

    private mutating func add(_ why: RecordingRecord.Gap.Why, from: Timestamp, to: Timestamp) {
        let gap = RecordingRecord.Gap(from: from, to: to, why: why)
        // What ends a recording takes no time.
        guard gap.length > .zero else { return }
        uncaptured += gap.length
        if let last = gaps.indices.last, gaps[last].why == why, gaps[last].to.monotonic == from.monotonic,
            omittedGaps == 0
        {
            gaps[last].to = to
        } else if gaps.count < RecordingRecord.limit {
            gaps.append(gap)
        } else {
            omittedGaps += 1
        }
    }
}
