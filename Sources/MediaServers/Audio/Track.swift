import CallControl

/// One channel of a recording: a window on the timeline in which RTP packets find their places, lost ones leave
/// silence, and what is complete is taken out at the old end.
///
/// Pure. Frames count from the recording's start.
struct Track {
    /// Why packets did not become sound.
    struct Faults: Equatable {
        /// Not RTP.
        var malformed = 0
        /// Neither PCMU nor PCMA.
        var otherCodec = 0
        var duplicate = 0
        /// For a place that is taken out already, or too far ahead.
        var outsideWindow = 0
        /// From elsewhere than the source that is heard.
        var otherSource = 0

        var isEmpty: Bool { self == Faults() }
    }

    /// Frames of the window: half a second, a power of two.
    static let capacity = 4_096

    var faults = Faults()
    /// The first frame that was not taken out.
    private(set) var start = 0
    /// Nothing before it is captured: where the last pause ended.
    private var floor = 0
    /// After the last frame that has sound.
    private var soundEnd = 0
    private var window = [Int16](repeating: 0, count: capacity)
    private var course: StreamCourse?

    /// Takes a packet that came when the timeline was at `now`. Says whether it is audio of this channel: also when
    /// it is kept out by a pause.
    mutating func receive(_ packet: RTPPacket, in datagram: Span<UInt8>, now: Int, isPaused: Bool) -> Bool {
        guard let law = G711(payloadType: packet.payloadType) else {
            faults.otherCodec += 1
            return false
        }
        guard let place = place(of: packet, arrival: now - packet.payload.count) else {
            faults.duplicate += 1
            return true
        }
        if !isPaused {
            store(packet.payload, of: datagram, law: law, at: place)
        }
        return true
    }

    /// `nil` for one that came before.
    private mutating func place(of packet: RTPPacket, arrival: Int) -> Int? {
        guard course?.source == packet.synchronizationSource, let bearing = course?.follow(packet, arrival: arrival)
        else {
            course = StreamCourse(pinning: packet, at: arrival)
            return arrival
        }
        switch bearing {
        case .place(let place): return place
        case .duplicate: return nil
        }
    }

    private mutating func store(_ payload: Range<Int>, of datagram: Span<UInt8>, law: G711, at place: Int) {
        let first = max(place, start, floor)
        let frames = first..<max(first, min(place + payload.count, start + Self.capacity))
        if frames.isEmpty, !payload.isEmpty {
            faults.outsideWindow += 1
        }
        guard !frames.isEmpty else { return }
        soundEnd = max(soundEnd, frames.upperBound)
        let samples = law.samples
        for frame in frames {
            window[frame % Self.capacity] = samples[Int(datagram[payload.lowerBound + frame - place])]
        }
    }

    /// What belongs to this frame and later ones, and came ahead of its time, is forgotten.
    mutating func silence(from frame: Int) {
        for frame in max(start, frame)..<max(start, frame, soundEnd) {
            window[frame % Self.capacity] = 0
        }
        soundEnd = min(soundEnd, frame)
    }

    /// Packets with what was said before this frame capture nothing any more.
    mutating func raiseFloor(to frame: Int) {
        floor = frame
    }

    /// How many of the frames before `end` reach to the last that has sound; those after them are silence.
    func soundingFrames(until end: Int) -> Int {
        max(0, min(end, soundEnd) - start)
    }

    /// Takes out everything before `end`, each sample of the sounding frames to its channel's place among interleaved
    /// ones, which are 0.
    mutating func take(until end: Int, into frames: inout [Int16], from place: Int) {
        var place = place
        for frame in start..<start + soundingFrames(until: end) {
            frames[place] = window[frame % Self.capacity]
            window[frame % Self.capacity] = 0
            place += RecordingFormat.channels
        }
        start = max(start, end)
    }
}
