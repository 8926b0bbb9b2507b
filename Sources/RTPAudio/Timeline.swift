/// The audio of a recording as it comes in: two channels on one clock, which also runs during a pause.
///
/// Pure. Times are those of the shard's clock, and never fall.
package struct Timeline {
    /// By so much a file may be shorter than what was heard.
    private static let lengthTolerance = RecordingFormat.frames(in: .milliseconds(100))

    package let start: Duration
    package private(set) var isPaused: Bool
    /// When capture began, or went on after the last pause.
    package private(set) var captureBegin: Duration
    package private(set) var anchor = Track()
    package private(set) var other = Track()

    package init(start: Duration, isPaused: Bool) {
        self.start = start
        self.isPaused = isPaused
        captureBegin = start
    }

    package var faults: [Track.Faults] { [anchor.faults, other.faults] }

    private func frame(at now: Duration) -> Int {
        RecordingFormat.frames(in: max(.zero, now - start))
    }

    /// Says whether the packet is audio of that side, paused or not.
    package mutating func receive(
        _ packet: RTPPacket, in datagram: Span<UInt8>, from side: ToneStreamID.Side, now: Duration
    ) -> Bool {
        let now = frame(at: now)
        switch side {
        case .anchor: return anchor.receive(packet, in: datagram, now: now, isPaused: isPaused)
        case .other: return other.receive(packet, in: datagram, now: now, isPaused: isPaused)
        }
    }

    package mutating func count(_ fault: WritableKeyPath<Track.Faults, Int>, of side: ToneStreamID.Side) {
        switch side {
        case .anchor: anchor.faults[keyPath: fault] += 1
        case .other: other.faults[keyPath: fault] += 1
        }
    }

    /// What was said before this moment and has arrived is kept; nothing else is, until ``resume(now:)``.
    package mutating func pause(now: Duration) {
        guard !isPaused else { return }
        isPaused = true
        let frame = frame(at: now)
        anchor.pause(from: frame)
        other.pause(from: frame)
    }

    /// What is said from this moment on is captured; packets that were on their way when it came are not.
    package mutating func resume(now: Duration) {
        guard isPaused else { return }
        isPaused = false
        captureBegin = now
        let frame = frame(at: now)
        anchor.resume(from: frame)
        other.resume(from: frame)
    }

    /// Takes out the frames until `end` that were not taken yet: interleaved ones with sound, and then as many of
    /// silence as it says. The array's room is used again.
    package mutating func take(until end: Duration, into frames: inout [Int16]) -> Int {
        take(until: frame(at: end), into: &frames)
    }

    /// Takes out what stands behind `end`, which was taken out: audio that came in a burst, later than it was said. Less
    /// than the file's length may be off by is left out.
    package mutating func takeRest(behind end: Duration, into frames: inout [Int16]) {
        let last = max(anchor.soundEnd, other.soundEnd)
        frames.removeAll(keepingCapacity: true)
        guard last - frame(at: end) > Self.lengthTolerance else { return }
        _ = take(until: last, into: &frames)
    }

    private mutating func take(until end: Int, into frames: inout [Int16]) -> Int {
        let whole = max(0, end - anchor.start)
        let sounding = max(anchor.soundingFrames(until: end), other.soundingFrames(until: end))
        frames.removeAll(keepingCapacity: true)
        frames.append(contentsOf: repeatElement(0, count: RecordingFormat.channels * sounding))
        anchor.take(until: end, into: &frames, from: 0)
        other.take(until: end, into: &frames, from: 1)
        return whole - sounding
    }
}
