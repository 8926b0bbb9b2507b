import CallControl
import EventLoops
import RTPAudio

/// The steady time of the packets of one pcap file. They are stamped by the wall clock of the media server, which may be
/// set meanwhile, or be another than this machine's: the RTP timestamps and what was seen of the file say so.
///
/// Pure. Times are since the recording began.
struct CaptureClock {
    /// By as much the two clocks of a packet may differ: jitter, and the order in which the server reads its sockets.
    static let tolerance = Duration.milliseconds(300)
    /// So long a gap between packets is taken as it stands where no RTP timestamp says otherwise.
    static let believedGap = Duration.seconds(3)
    /// By as much what was seen of the file may be off.
    private static let pollSlack = Duration.seconds(2)
    private static let packetTime = Duration.milliseconds(20)

    /// A stream's last packet, and when it came by the stream's own timestamps.
    private struct Pin {
        var time: Duration
        var timestamp: UInt32
        var sequence: UInt16
        var rate: Int

        /// The time of a later packet by its timestamp.
        func elapsed(to packet: RTPPacket) -> Duration {
            .microseconds(Int(Int32(bitPattern: packet.timestamp &- timestamp)) * 1_000_000 / rate)
        }
    }

    private let segment: ConversionJob.Segment
    private let length: Duration
    private let quiet: [Range<Duration>]
    private var pins: [UInt32: Pin] = [:]
    /// The latest time so far; `nil`: no packet has come.
    private var latest: Duration?
    /// What is added to a stamp, since 1970.
    private var offset = Duration.zero
    private var firstOffset = Duration.zero

    init(_ segment: ConversionJob.Segment, of order: ConversionJob) {
        self.segment = segment
        length = order.length
        quiet = order.quiet
    }

    /// By how much the clock of the stamps has been set since the first packet.
    var step: Duration { firstOffset - offset }

    /// The time of the next packet in the file. `packet`: where its RTP timestamps can be used, with their `rate` a second.
    mutating func time(of packet: RTPPacket?, rate: Int, stamped wall: WallTime) -> Duration {
        let stamp = Duration.microseconds(wall.microseconds)
        guard let latest else { return begin(packet, rate: rate, stamp: stamp, wall) }
        let stamped = stamp + offset
        let time = packet.map { follow($0, rate: rate, stamped, latest) } ?? plain(stamped, latest)
        offset = time - stamp
        self.latest = max(latest, time)
        return time
    }

    private mutating func begin(_ packet: RTPPacket?, rate: Int, stamp: Duration, _ wall: WallTime) -> Duration {
        let time = firstTime(segment.began + .microseconds(wall.microseconds - segment.wallTime.microseconds))
        offset = time - stamp
        firstOffset = offset
        latest = time
        if let packet { pin(packet, rate: rate, at: time) }
        return time
    }

    /// By this machine's clock, where that can be.
    private func firstTime(_ time: Duration) -> Duration {
        let seen = segment.firstPacket ?? segment.began...max(segment.began, length)
        guard time >= seen.lowerBound - Self.tolerance, time <= seen.upperBound + Self.tolerance else {
            return seen.lowerBound
        }
        return max(time, segment.began)
    }

    /// A packet without timestamps that could be used.
    private func plain(_ stamped: Duration, _ latest: Duration) -> Duration {
        if isPlausible(stamped, after: latest) { return stamped }
        return stamped < latest ? latest : endOfQuiet(after: latest) ?? latest + Self.packetTime
    }

    private mutating func follow(_ packet: RTPPacket, rate: Int, _ stamped: Duration, _ latest: Duration) -> Duration {
        guard let pin = pins[packet.synchronizationSource], pin.rate == rate else {
            let time = plain(stamped, latest)
            self.pin(packet, rate: rate, at: time)
            return time
        }
        guard Int16(bitPattern: packet.sequence &- pin.sequence) > 0 else {
            return isPlausible(stamped, after: latest) ? stamped : latest
        }
        let elapsed = pin.elapsed(to: packet)
        let predicted = pin.time + elapsed
        if (predicted - stamped).magnitude <= Self.tolerance {
            // Slowly after the stamps: no two clocks run alike.
            self.pin(packet, rate: rate, at: predicted + (stamped - predicted) / 256)
            return stamped
        }
        let time = time(of: predicted, elapsed: elapsed, stamped, latest)
        self.pin(packet, rate: rate, at: time < predicted && elapsed <= Self.tolerance ? predicted : time)
        return time
    }

    /// Of a packet whose timestamp and stamp do not agree.
    private func time(
        of predicted: Duration, elapsed: Duration, _ stamped: Duration, _ latest: Duration
    ) -> Duration {
        if elapsed > .zero, elapsed <= Self.tolerance {
            // The stream goes on: the clock was set, or the packet was read late; unless timestamps stood still in a gap.
            if isQuiet(from: latest, to: stamped) { return stamped }
            return predicted >= latest - Self.tolerance ? predicted : latest
        }
        if isPlausible(stamped, after: latest) { return stamped }
        if let end = endOfQuiet(after: latest) { return end }
        let canBe = predicted >= latest - Self.tolerance && predicted <= length + Self.tolerance
        return canBe ? predicted : latest + Self.packetTime
    }

    private mutating func pin(_ packet: RTPPacket, rate: Int, at time: Duration) {
        pins[packet.synchronizationSource] = Pin(
            time: time, timestamp: packet.timestamp, sequence: packet.sequence, rate: rate)
    }

    private func isPlausible(_ time: Duration, after latest: Duration) -> Bool {
        guard time >= latest - Self.tolerance else { return false }
        return time - latest < Self.believedGap || isQuiet(from: latest, to: time)
    }

    private func isQuiet(from start: Duration, to end: Duration) -> Bool {
        end - start >= .seconds(1)
            && quiet.contains {
                ($0.lowerBound - start).magnitude <= Self.pollSlack && ($0.upperBound - end).magnitude <= Self.pollSlack
            }
    }

    /// Where a quiet stretch begins about then: its end.
    private func endOfQuiet(after time: Duration) -> Duration? {
        quiet.first { ($0.lowerBound - time).magnitude <= Self.pollSlack && $0.upperBound > time }?.upperBound
    }
}

extension Duration {
    /// Without its sign.
    var magnitude: Duration { max(self, .zero - self) }
}
