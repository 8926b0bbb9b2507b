import CallControl
import RTPAudio

/// The two ears of a recording: datagrams go in, each side's audio finds its place on one timeline.
///
/// Pure. Times are those of the timeline, and never fall.
struct StereoReceiver<Address: Equatable> {
    enum Hearing: Equatable {
        /// It is no audio of that side.
        case nothing
        /// Audio of that side, paused or not.
        case audio
        /// The same, from another source than before.
        case newSource
    }

    var timeline: Timeline
    private var anchorSource: SourceLock<Address>
    private var otherSource: SourceLock<Address>

    /// A source is kept until it has been silent for `sourceSilence`.
    init(timeline: Timeline, sourceSilence: Duration = .seconds(1)) {
        self.timeline = timeline
        anchorSource = SourceLock(silence: sourceSilence)
        otherSource = SourceLock(silence: sourceSilence)
    }

    /// Takes a datagram that came from `address`. Says whether it is audio of that side, paused or not.
    mutating func hear(_ datagram: Span<UInt8>, from address: Address, on side: ToneStreamID.Side, now: Duration)
        -> Bool
    {
        guard let packet = RTPPacket(datagram) else {
            timeline.count(\.malformed, of: side)
            return false
        }
        return hear(packet, in: datagram, from: address, on: side, now: now) != .nothing
    }

    /// The same with a datagram that has been read.
    mutating func hear(
        _ packet: RTPPacket, in datagram: Span<UInt8>, from address: Address, on side: ToneStreamID.Side, now: Duration
    ) -> Hearing {
        guard admits(address, on: side, now: now) else {
            timeline.count(\.otherSource, of: side)
            return .nothing
        }
        guard timeline.receive(packet, in: datagram, from: side, now: now) else { return .nothing }
        let isNew =
            switch side {
            case .anchor: anchorSource.hear(address, now: now)
            case .other: otherSource.hear(address, now: now)
            }
        return isNew ? .newSource : .audio
    }

    /// Somebody else speaks on that side.
    mutating func releaseSource(of side: ToneStreamID.Side) {
        switch side {
        case .anchor: anchorSource.release()
        case .other: otherSource.release()
        }
    }

    private func admits(_ address: Address, on side: ToneStreamID.Side, now: Duration) -> Bool {
        switch side {
        case .anchor: anchorSource.admits(address, now: now)
        case .other: otherSource.admits(address, now: now)
        }
    }
}
