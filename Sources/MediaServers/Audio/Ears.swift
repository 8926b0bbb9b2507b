import CallControl

/// The two ears of a recording: datagrams go in, each side's audio finds its place on one timeline.
///
/// Pure. Times are those of the timeline, and never fall.
struct Ears<Address: Equatable> {
    var timeline: Timeline
    private var anchorSource = SourceLatch<Address>()
    private var otherSource = SourceLatch<Address>()

    init(timeline: Timeline) {
        self.timeline = timeline
    }

    /// Takes a datagram that came from `address`. Says whether it is audio of that side, paused or not.
    mutating func hear(_ datagram: Span<UInt8>, from address: Address, on side: VoiceID.Side, now: Duration) -> Bool {
        guard let packet = RTPPacket(datagram) else {
            timeline.count(\.malformed, of: side)
            return false
        }
        guard admits(address, on: side, now: now) else {
            timeline.count(\.otherSource, of: side)
            return false
        }
        guard timeline.receive(packet, in: datagram, from: side, now: now) else { return false }
        switch side {
        case .anchor: anchorSource.hear(address, now: now)
        case .other: otherSource.hear(address, now: now)
        }
        return true
    }

    private func admits(_ address: Address, on side: VoiceID.Side, now: Duration) -> Bool {
        switch side {
        case .anchor: anchorSource.admits(address, now: now)
        case .other: otherSource.admits(address, now: now)
        }
    }
}
