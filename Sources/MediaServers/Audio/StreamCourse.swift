import CallControl

/// Where the packets of one RTP stream belong on a recording's timeline: its timestamps, pinned to the clock of arrival.
///
/// Pure. Places and arrivals are frames since the recording's start.
struct StreamCourse {
    enum Bearing: Equatable {
        /// The packet's first sample belongs to this frame.
        case place(Int)
        case duplicate
    }

    /// A stream that is off the clock by more than this, for ``patience`` packets in a row, is pinned anew: its first
    /// packet was a late one, its sender's clock drifts, or its timestamps stood still during a hold.
    static let tolerance = RecordingFormat.frames(in: .milliseconds(60))
    static let patience = 25
    /// By more than this, and it is pinned anew at once.
    static let jump = RecordingFormat.frames(in: .seconds(2))

    let source: UInt32
    private var timestamp: UInt32
    private var place: Int
    private var newest: UInt16
    /// Bit n: the packet n before the newest has come.
    private var come: UInt64 = 1
    private var astray = 0

    /// Pins a stream: the packet belongs where it arrives.
    init(pinning packet: RTPPacket, at arrival: Int) {
        source = packet.synchronizationSource
        timestamp = packet.timestamp
        place = arrival
        newest = packet.sequence
    }

    /// Says where a packet of this stream belongs that would belong to `arrival` had it come without delay.
    mutating func follow(_ packet: RTPPacket, arrival: Int) -> Bearing {
        let ahead = Int(Int16(bitPattern: packet.sequence &- newest))
        if ahead <= 0, ahead > -UInt64.bitWidth {
            let bit = UInt64(1) << UInt64(-ahead)
            if come & bit != 0 { return .duplicate }
            come |= bit
        }
        let place = place + Int(Int32(bitPattern: packet.timestamp &- timestamp))
        if isOffCourse(by: abs(place - arrival), marked: packet.isMarked) {
            self = StreamCourse(pinning: packet, at: arrival)
            return .place(arrival)
        }
        if ahead > 0 {
            come = ahead < UInt64.bitWidth ? come << UInt64(ahead) | 1 : 1
            newest = packet.sequence
            timestamp = packet.timestamp
            self.place = place
        }
        return .place(place)
    }

    /// A marked packet begins a stretch of speech, where a correction is not heard.
    private mutating func isOffCourse(by deviation: Int, marked: Bool) -> Bool {
        guard deviation > Self.tolerance else {
            astray = 0
            return false
        }
        astray += 1
        return marked || deviation > Self.jump || astray >= Self.patience
    }
}
