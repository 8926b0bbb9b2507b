import RTPAudio

/// The audio of one recording between the shard, which never waits, and the writer, which may: bounded, and exact in
/// time. What does not fit is dropped, and as much silence is owed to the file instead.
///
/// Pure. Frames are interleaved.
struct AudioBuffer {
    /// Two seconds.
    static let capacity = 2 * RecordingFormat.frameRate
    /// Half a second: enough for one write, and the most that a crash may cost besides the jitter window.
    static let portion = RecordingFormat.frameRate / 2

    private(set) var samples: [Int16] = []
    /// Frames of silence after the samples.
    private(set) var owed = 0
    /// Frames that were dropped so far.
    private(set) var dropped = 0

    private var frames: Int { samples.count / RecordingFormat.channels }

    /// Whether there is enough to wake the writer.
    var isWorthWriting: Bool { frames >= Self.portion || owed > 0 }

    var isEmpty: Bool { samples.isEmpty && owed == 0 }

    /// Once something is owed, all that follows is owed too until the writer comes, or the order would be lost.
    mutating func append(_ new: [Int16], silence: Int) {
        let count = new.count / RecordingFormat.channels
        guard owed == 0, frames + count <= Self.capacity else {
            owed += count + silence
            dropped += count
            return
        }
        samples.append(contentsOf: new)
        if frames + silence <= Self.capacity {
            samples.append(contentsOf: repeatElement(0, count: silence * RecordingFormat.channels))
        } else {
            owed += silence
        }
    }

    /// Takes what is left at a recording's end, whether there is room for it or not: less than the window of a ``Track``.
    mutating func appendRest(_ rest: [Int16]) {
        guard owed == 0 else { return append(rest, silence: 0) }
        samples.append(contentsOf: rest)
    }

    /// Hands everything to the writer.
    mutating func empty() -> AudioBuffer {
        var full = AudioBuffer()
        swap(&full, &self)
        // Room for a portion, and for what comes while the writer is on its way.
        samples.reserveCapacity((Self.portion + Self.portion / 8) * RecordingFormat.channels)
        return full
    }
}
