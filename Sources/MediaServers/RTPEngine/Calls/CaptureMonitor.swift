import CallModel

/// Whether audio of a recording is captured, by the growth of its file or of the server's count of packets: finds the
/// edges of capture.
///
/// Pure. Moments are those of the shard's clock.
struct CaptureMonitor: Sendable, Equatable {
    /// Time without growth after which capture counts as ended, at the last growth. A server that buffers writes a block
    /// less often than this only where packets are few.
    static let stillness = Duration.seconds(2)

    private(set) var isCapturing = false
    /// The last growth.
    private(set) var grown = Duration.zero
    private var kind = CaptureEvidence.Kind.bytes
    private var resolution = Duration.zero
    private var isWatching = false
    private var hasSeenGrowth = false
    /// The last poll; at first when the capture was confirmed.
    private var polled = Duration.zero
    /// When packets came last that the server has not written yet.
    private var held = Duration.zero

    /// Whether nothing was captured so far, by what was seen.
    var hasSeenNothing: Bool { isWatching && !hasSeenGrowth }

    /// Capture is confirmed: what grows from now on is captured.
    mutating func begin(_ kind: CaptureEvidence.Kind, resolution: Duration, at now: Duration) {
        self = CaptureMonitor()
        self.kind = kind
        self.resolution = resolution
        isWatching = true
        grown = now
        polled = now
    }

    /// A poll that shows growth. `age`: of the last growth, where the file's time of change tells it; it counts where it
    /// lies between two polls.
    mutating func grow(age: Duration = .zero, at now: Duration) -> CaptureEvidence? {
        guard isWatching else { return nil }
        let moment = now - age
        grown = age >= .zero && moment > polled ? moment : now
        defer { polled = now }
        guard !isCapturing else { return nil }
        isCapturing = true
        hasSeenGrowth = true
        return edge(.began(polled))
    }

    /// A poll that shows none.
    mutating func stand(at now: Duration) -> CaptureEvidence? {
        guard isWatching else { return nil }
        polled = now
        guard isCapturing, now - max(grown, held) >= Self.stillness else { return nil }
        isCapturing = false
        return edge(.ended(grown))
    }

    /// Packets come that the server has not written yet.
    mutating func hold(at now: Duration) {
        held = now
    }

    /// Capture is over. `moment`: when the server ended it; `nil`: unknown, so that it ended at the last growth.
    mutating func end(at moment: Duration?) -> CaptureEvidence? {
        guard isWatching else { return nil }
        isWatching = false
        guard isCapturing else { return nil }
        isCapturing = false
        guard let moment, moment - grown <= resolution * 3 / 2 else { return edge(.ended(grown)) }
        return edge(.ended(moment))
    }

    private func edge(_ edge: CaptureEvidence.Edge) -> CaptureEvidence {
        CaptureEvidence(kind: kind, resolution: resolution, edge: edge)
    }
}
