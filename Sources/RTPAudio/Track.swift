/// One channel of a recording: a window on the timeline in which RTP packets find their places, lost ones leave
/// silence, and what is complete is taken out at the old end.
///
/// Pure. Frames count from the recording's start.
package struct Track {
    /// Why packets did not become sound.
    package struct Faults: Equatable {
        /// Not RTP.
        package var malformed = 0
        /// Neither PCMU nor PCMA.
        package var otherCodec = 0
        package var duplicate = 0
        /// For a place that is taken out already, or too far ahead.
        package var outsideWindow = 0
        /// From elsewhere than the source that is heard.
        package var otherSource = 0

        package var isEmpty: Bool { self == Faults() }

        package init() {}
    }

    /// Frames of the window: half a second, a power of two. It grows where a burst needs more.
    package static let capacity = 4_096
    /// Eight seconds.
    package static let largestCapacity = 65_536
    /// A frame without sound. No sample of G.711 is as low.
    private static let empty = Int16.min
    /// Comfort noise (RFC 3389): the side is there, and says nothing.
    private static let comfortNoise: UInt8 = 13

    package var faults = Faults()
    /// The first frame that was not taken out.
    package private(set) var start = 0
    /// After the last frame that has sound.
    package private(set) var soundEnd = 0
    /// Nothing before it is captured: where the last pause ended.
    private var floor = 0
    private var window = [Int16](repeating: empty, count: capacity)
    private var course: TimestampMapper?
    /// The stream before, which may go on: one stray packet does not end it.
    private var former: TimestampMapper?
    private var clock = StreamClock()

    private var mask: Int { window.count - 1 }

    /// Takes a packet that came when the timeline was at `now`. Says whether it is audio of this channel: also when
    /// it is kept out by a pause.
    package mutating func receive(_ packet: RTPPacket, in datagram: Span<UInt8>, now: Int, isPaused: Bool) -> Bool {
        guard let law = G711(payloadType: packet.payloadType) else {
            guard packet.payloadType != Self.comfortNoise else { return true }
            faults.otherCodec += 1
            return false
        }
        guard !packet.payload.isEmpty else { return false }
        let arrival = now - packet.payload.count
        let around = StreamClock.Surroundings(
            target: isPaused ? arrival : max(arrival, start), start: start, floor: floor, soundEnd: soundEnd,
            isPaused: isPaused)
        guard let place = place(of: packet, arrival: arrival, around) else { return true }
        if !isPaused {
            store(packet.payload, of: datagram, law: law, at: place)
        }
        return true
    }

    /// `nil` for one that is not new.
    private mutating func place(
        of packet: RTPPacket, arrival: Int, _ around: StreamClock.Surroundings
    ) -> Int? {
        switch course?.kind(of: packet) {
        case .newest?:
            guard var course else { return nil }
            let place = clock.settle(course.place(of: packet), isMarked: packet.isMarked, around)
            course.advance(to: packet, at: place, arrival: arrival)
            self.course = course
            return place
        case .earlier?:
            course?.note(earlier: packet)
            return course?.place(of: packet)
        case .duplicate?:
            faults.duplicate += 1
            return nil
        case .doubtful?:
            faults.outsideWindow += 1
            return nil
        case .foreign? where former?.continues(with: packet) == true:
            swap(&course, &former)
            return self.place(of: packet, arrival: arrival, around)
        case .restarted?, .foreign?, nil:
            former = course
            course = TimestampMapper(pinning: packet, at: around.beginning, arrival: arrival)
            clock = StreamClock()
            return around.beginning
        }
    }

    private mutating func store(_ payload: Range<Int>, of datagram: Span<UInt8>, law: G711, at place: Int) {
        let first = max(place, start, captureBegin)
        makeRoom(until: place + payload.count)
        let frames = first..<max(first, min(place + payload.count, start + window.count))
        if frames.isEmpty {
            faults.outsideWindow += 1
        }
        guard !frames.isEmpty else { return }
        soundEnd = max(soundEnd, frames.upperBound)
        let samples = law.samples
        for frame in frames where window[frame & mask] == Self.empty {
            window[frame & mask] = samples[Int(datagram[payload.lowerBound + frame - place])]
        }
    }

    /// The first frame in which what was said after the last pause may stand.
    private var captureBegin: Int { floor > 0 ? floor + (course?.delay ?? 0) : 0 }

    /// Lets the window grow, up to its largest.
    private mutating func makeRoom(until end: Int) {
        guard end > start + window.count, window.count < Self.largestCapacity, end > start else { return }
        var count = window.count
        while count < Self.largestCapacity, end > start + count { count *= 2 }
        var larger = [Int16](repeating: Self.empty, count: count)
        for frame in start..<max(start, soundEnd) {
            larger[frame & (count - 1)] = window[frame & mask]
        }
        window = larger
    }

    /// Nothing is captured from this frame on: what belongs to it and later ones, and came ahead of its time, is
    /// forgotten.
    package mutating func pause(from frame: Int) {
        for frame in max(start, frame)..<max(start, frame, soundEnd) {
            window[frame & mask] = Self.empty
        }
        soundEnd = min(soundEnd, frame)
        course?.withdrawLead()
        former = nil
    }

    /// Packets with what was said before this frame capture nothing any more.
    package mutating func resume(from frame: Int) {
        floor = frame
    }

    /// How many of the frames before `end` reach to the last that has sound; those after them are silence.
    package func soundingFrames(until end: Int) -> Int {
        max(0, min(end, soundEnd) - start)
    }

    /// Takes out everything before `end`, each sample of the sounding frames to its channel's place among interleaved
    /// ones, which are 0.
    package mutating func take(until end: Int, into frames: inout [Int16], from place: Int) {
        var place = place
        for frame in start..<start + soundingFrames(until: end) {
            if window[frame & mask] != Self.empty { frames[place] = window[frame & mask] }
            window[frame & mask] = Self.empty
            place += RecordingFormat.channels
        }
        start = max(start, end)
    }
}
