/// What a driver has seen of whether a recording captures audio: the source of captured time in the records (Records,
/// "Captured time").
///
/// A driver reports the edges alone: that capture goes on from a moment, and that it has ended at one. Between a
/// recording's first `on` and its end, captured time is the time that such evidence covers.
public struct CaptureEvidence: Sendable, Equatable {
    /// What was counted.
    public enum Kind: String, Sendable, CaseIterable {
        /// Bytes in the file.
        case bytes
        /// Packets that the media server has received.
        case packets
    }

    public enum Edge: Sendable, Equatable {
        /// Audio is captured from then on.
        case began(Duration)
        /// The last audio that was captured is of then.
        case ended(Duration)
    }

    public var kind: Kind
    /// By how much the moment of an edge may be off: the time between two polls.
    public var resolution: Duration
    /// Moments are those of the shard's monotonic clock.
    public var edge: Edge

    public init(kind: Kind, resolution: Duration, edge: Edge) {
        self.kind = kind
        self.resolution = resolution
        self.edge = edge
    }
}
