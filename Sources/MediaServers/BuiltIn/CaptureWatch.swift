import CallModel

/// Tells from what has come and what is written when a recording captures audio (``CaptureEvidence``): an edge where
/// audio begins to be in the file, and one where none has come for a while.
///
/// Pure. Times are those of the shard's clock.
struct CaptureWatch {
    /// Audio reaches the file in portions of so long.
    static let resolution = Duration.milliseconds(500)
    /// No audio for so long ends a stretch of capture.
    static let quiet = Duration.seconds(1)
    /// More than a writer is ever behind: the disk hangs.
    static let stall = Duration.seconds(3)

    private var isCapturing = false
    private var isStalled = false
    /// Of the audio since the last edge that ended a stretch.
    private var first: Duration?
    private var last = Duration.zero
    /// The file has all that was said before.
    private var written: Duration

    init(start: Duration) {
        written = start
    }

    /// Audio of a side that is to be captured has come.
    mutating func hear(at moment: Duration) {
        guard !isStalled else { return }
        first = first ?? moment
        last = max(last, moment)
    }

    /// The file has what was said before the moment.
    mutating func write(until moment: Duration) {
        written = max(written, moment)
        isStalled = false
    }

    /// The edges that there are to tell.
    mutating func look(now: Duration) -> [CaptureEvidence.Edge] {
        guard isCapturing else {
            guard let first, written > first else { return [] }
            isCapturing = true
            return [.began(first)]
        }
        if now - written >= Self.stall {
            isStalled = true
            return end()
        }
        return now - last >= Self.quiet && written >= last ? end() : []
    }

    /// Capture ends with the recording, or by a pause: then what was said before it is still to be written.
    mutating func end(willBeWritten: Bool = false) -> [CaptureEvidence.Edge] {
        let until = willBeWritten ? last : min(last, written)
        defer {
            first = nil
            isCapturing = false
        }
        if isCapturing { return [.ended(until)] }
        guard let first, until > first else { return [] }
        return [.began(first), .ended(until)]
    }
}

extension CaptureEvidence {
    init(_ edge: Edge) {
        self.init(kind: .bytes, resolution: CaptureWatch.resolution, edge: edge)
    }
}
