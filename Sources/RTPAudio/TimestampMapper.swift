/// One RTP stream on a recording's timeline: which of its packets are new, and where they belong by their timestamps.
///
/// Pure. Places and arrivals are frames since the recording's start.
package struct TimestampMapper {
    package enum Kind: Equatable {
        /// Later than all before it, by its timestamp.
        case newest
        /// New, and before the newest: packets overtook each other.
        case earlier
        /// Sequence number and timestamp are those of a packet that came.
        case duplicate
        /// Next by its sequence number, while its timestamp stands still or goes back: timestamps begin anew.
        case restarted
        /// Far behind by both numbers: a packet that was lost for long, or the first one of a sender that begins anew.
        case doubtful
        /// Neither number follows, or it is another source's.
        case foreign
    }

    /// Packets of which sequence number and timestamp are remembered.
    private static let memory = 64
    /// A sequence number may jump ahead by as many where packets are lost (RFC 3550, appendix A.1).
    private static let mostLost = 3_000
    /// Packets that overtook each other are no farther apart.
    private static let reach = RecordingFormat.frames(in: .seconds(2))
    /// A packet that is late is no later.
    private static let longest = RecordingFormat.frames(in: .seconds(60))

    package let source: UInt32
    private var timestamp: UInt32
    private var newest: UInt16
    /// Of the newest packet: where it belongs, and when it came.
    package private(set) var place: Int
    private var arrival: Int
    /// Bit n: the packet n before the newest has come.
    private var come: UInt64 = 1
    /// Of those that have come, by the last bits of their sequence numbers.
    private var timestamps = [UInt32](repeating: 0, count: memory)
    /// The sequence number that shows a doubtful packet to be the first one of a new start.
    private var suspect: UInt16?
    /// By how many frames audio is placed later than it was said, where that is known.
    package private(set) var delay: Int

    /// Pins a stream: the packet, which arrived at `arrival`, belongs to `place`.
    package init(pinning packet: RTPPacket, at place: Int, arrival: Int) {
        source = packet.synchronizationSource
        timestamp = packet.timestamp
        newest = packet.sequence
        self.place = place
        self.arrival = arrival
        delay = max(0, place - arrival)
        remember(packet)
    }

    /// Where the packet belongs by its timestamp.
    package func place(of packet: RTPPacket) -> Int { place + later(packet) }

    package mutating func kind(of packet: RTPPacket) -> Kind {
        guard packet.synchronizationSource == source else { return .foreign }
        let ahead = Int(Int16(bitPattern: packet.sequence &- newest))
        let later = later(packet)
        if hasCome(packet, ahead) { return .duplicate }
        if later > 0 { return .newest }
        if ahead > 0 { return ahead <= Self.mostLost ? .restarted : .foreign }
        if ahead > -Self.memory {
            return come >> UInt64(-ahead) & 1 == 0 && later > -Self.reach ? .earlier : .foreign
        }
        guard ahead > -Self.mostLost, later > -Self.longest, packet.sequence != suspect else { return .foreign }
        suspect = packet.sequence &+ 1
        return .doubtful
    }

    /// Whether a packet goes on where this stream was left for another.
    package mutating func continues(with packet: RTPPacket) -> Bool {
        let ahead = Int(Int16(bitPattern: packet.sequence &- newest))
        return ahead > 0 && ahead <= Self.mostLost && kind(of: packet) == .newest && later(packet) <= Self.longest
    }

    /// The packet is the newest one, and belongs to `place`.
    package mutating func advance(to packet: RTPPacket, at place: Int, arrival: Int) {
        let ahead = Int(Int16(bitPattern: packet.sequence &- newest))
        come = ahead > 0 && ahead < Self.memory ? come << UInt64(ahead) | 1 : 1
        if place != self.place(of: packet) { delay = max(0, place - arrival) }
        newest = packet.sequence
        timestamp = packet.timestamp
        self.place = place
        self.arrival = arrival
        suspect = nil
        remember(packet)
    }

    /// A packet before the newest has come.
    package mutating func note(earlier packet: RTPPacket) {
        come |= 1 << UInt64(newest &- packet.sequence)
        remember(packet)
    }

    /// Nothing is said after it has come: where a burst has put audio behind its time, what follows is placed in time.
    package mutating func withdrawLead() {
        place = min(place, arrival)
        delay = 0
    }

    private func later(_ packet: RTPPacket) -> Int { Int(Int32(bitPattern: packet.timestamp &- timestamp)) }

    private func hasCome(_ packet: RTPPacket, _ ahead: Int) -> Bool {
        ahead <= 0 && ahead > -Self.memory && come >> UInt64(-ahead) & 1 == 1
            && timestamps[Int(packet.sequence) % Self.memory] == packet.timestamp
    }

    private mutating func remember(_ packet: RTPPacket) {
        timestamps[Int(packet.sequence) % Self.memory] = packet.timestamp
    }
}
