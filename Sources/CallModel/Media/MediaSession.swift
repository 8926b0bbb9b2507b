/// The media of one party at the media server that carries it, as its control protocol names it: for rtpengine a
/// call-id and two tags.
///
/// Whoever carries out a call's signalling knows it, and hands it on with ``SwitchReport/Event/media(_:_:)``.
public final class MediaSession: Sendable, Hashable {
    /// The bytes that each of the three may have.
    public static let maximumLength = 255

    public let callID: String
    /// The tag of the party itself.
    public let fromTag: String
    /// The tag of whom it talks to; empty: not known.
    public let toTag: String

    /// `nil` where `callID` or `fromTag` is empty, or one of the three is too long.
    public init?(callID: String, fromTag: String, toTag: String = "") {
        let lengths = [callID, fromTag, toTag].map(\.utf8.count)
        guard lengths[0] > 0, lengths[1] > 0, lengths.allSatisfy({ $0 <= Self.maximumLength }) else { return nil }
        self.callID = callID
        self.fromTag = fromTag
        self.toTag = toTag
    }

    public static func == (left: MediaSession, right: MediaSession) -> Bool {
        left.callID == right.callID && left.fromTag == right.fromTag && left.toTag == right.toTag
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(callID)
        hasher.combine(fromTag)
        hasher.combine(toTag)
    }
}
