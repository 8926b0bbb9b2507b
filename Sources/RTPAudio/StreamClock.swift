/// Decides how far a stream may be off the clock of arrival, and where it is pinned anew (``TimestampMapper``).
///
/// A stream that is behind is moved forward, which leaves silence. One that is ahead, after a burst, is moved back only over
/// silence. So no sample that is new is lost, and none is written over another.
///
/// Pure. All are frames.
package struct StreamClock {
    /// A stream that is off by more than this, for ``patience`` packets in a row, is pinned anew: its first packet was a
    /// late one, its sender's clock drifts, or its timestamps stood still during a hold.
    package static let tolerance = RecordingFormat.frames(in: .milliseconds(60))
    package static let patience = 25
    /// As many packets take so long, unless they come in a burst.
    private static let patienceTime = RecordingFormat.frames(in: .milliseconds(400))
    /// By more than this, and it is pinned anew at once.
    package static let jump = RecordingFormat.frames(in: .seconds(2))
    /// A stretch without packets that is no longer than this may be one that packets are overtaking.
    private static let shortGap = RecordingFormat.frames(in: .milliseconds(200))

    /// What the channel has at the moment.
    package struct Surroundings {
        /// Where a packet belongs that has just been said: its arrival less its length, and nothing that is taken out.
        package var target: Int
        /// The first frame that was not taken out, and the first one after a pause.
        package var start: Int
        package var floor: Int
        /// After the last frame that has sound.
        package var soundEnd: Int
        package var isPaused: Bool

        /// Nothing was taken out for long, for the loop stood still: what comes now has its place yet.
        package var isStandingStill: Bool { target - start > Track.capacity }

        /// Where a stream begins anew.
        package var beginning: Int { isPaused ? target : max(target, soundEnd) }
    }

    private var astray = 0
    private var astraySince = 0

    /// Where a stream's newest packet belongs, of which the timestamps say `place`.
    package mutating func settle(_ place: Int, isMarked: Bool, _ around: Surroundings) -> Int {
        let deviation = place - around.target
        count(deviation, at: around.target)
        if around.isPaused {
            // Nothing is kept, so nothing can be lost; and nothing comes before it was said.
            return deviation > 0 || isLost(deviation, isMarked) ? around.target : place
        }
        if place < around.floor {
            // Said during a pause: never shifted to where it would be heard, unless the stream stays there.
            let isElsewhere =
                -deviation > Self.jump || (isImpatient && around.target - astraySince >= Self.patienceTime)
            return isElsewhere ? around.beginning : place
        }
        let isBehind = deviation < 0 && !around.isStandingStill && isLost(deviation, isMarked)
        if place < around.start || isBehind { return around.beginning }
        return max(back(from: place, deviation, isMarked, around), around.soundEnd)
    }

    /// Takes a stream that is ahead back over the silence before the packet.
    private mutating func back(
        from place: Int, _ deviation: Int, _ isMarked: Bool, _ around: Surroundings
    ) -> Int {
        guard deviation > Self.tolerance, place > around.soundEnd else { return place }
        let isGap = place - around.soundEnd >= Self.shortGap
        return isGap || isLost(deviation, isMarked) ? around.beginning : place
    }

    /// A marked packet begins a stretch of speech, where a correction is not heard.
    private func isLost(_ deviation: Int, _ isMarked: Bool) -> Bool {
        let size = abs(deviation)
        return size > Self.tolerance && (isMarked || size > Self.jump || isImpatient)
    }

    private var isImpatient: Bool { astray >= Self.patience }

    private mutating func count(_ deviation: Int, at moment: Int) {
        guard abs(deviation) > Self.tolerance else {
            astray = 0
            return
        }
        if astray == 0 { astraySince = moment }
        astray += 1
    }
}
