/// The one format of recordings that this program writes: 16-bit PCM, 8,000 frames a second, two channels.
package enum RecordingFormat {
    package static let frameRate = 8_000
    package static let channels = 2

    /// The frame that a stretch of time ends in.
    package static func frames(in time: Duration) -> Int {
        let (seconds, attoseconds) = time.components
        return Int(seconds) * frameRate + Int(attoseconds / (1_000_000_000_000_000_000 / Int64(frameRate)))
    }

    package static func time(of frames: Int) -> Duration {
        .microseconds(frames * 1_000_000 / frameRate)
    }
}
