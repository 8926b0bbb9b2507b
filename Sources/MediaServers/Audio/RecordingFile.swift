/// The file of one recording, while it is written. Each call may block for as long as the disk does.
struct RecordingFile: ~Copyable {
    /// Without directory and extension, unless the file is a draft.
    let name: String
    private let file: WaveFile
    private var frames = 0

    private static let silence = [Int16](repeating: 0, count: RecordingFormat.frameRate * RecordingFormat.channels)

    /// Makes the file under the first name that is free.
    init(proposedName: String, directory: String) throws(WaveFile.Fault) {
        guard let names = FileNameTails(proposed: proposedName) else { throw .system("not a file name") }
        for name in names {
            do {
                file = try WaveFile.create("\(directory)/\(name).wav")
                self.name = name
                return
            } catch .nameIsTaken {
                continue
            }
        }
        throw .nameIsTaken
    }

    /// Makes a file that is not to be taken for a recording: hidden, and under no recording's name.
    init(draft name: String, directory: String) throws(WaveFile.Fault) {
        file = try WaveFile.create("\(directory)/\(name)")
        self.name = name
    }

    /// Makes a closed draft the recording's file, under the first name that is free, and says which.
    static func publish(
        _ draft: String, as proposedName: String, directory: String
    ) throws(WaveFile.Fault) -> String {
        guard let names = FileNameTails(proposed: proposedName) else { throw .system("not a file name") }
        for name in names {
            do {
                try WaveFile.move("\(directory)/\(draft)", to: "\(directory)/\(name).wav")
                return name
            } catch .nameIsTaken {
                continue
            }
        }
        throw .nameIsTaken
    }

    mutating func append(_ samples: [Int16], silence: Int) throws(WaveFile.Fault) {
        try write(samples.span)
        var rest = silence * RecordingFormat.channels
        while rest > 0 {
            let portion = min(rest, Self.silence.count)
            try write(Self.silence.span.extracting(first: portion))
            rest -= portion
        }
    }

    private mutating func write(_ samples: Span<Int16>) throws(WaveFile.Fault) {
        guard !samples.isEmpty else { return }
        frames += samples.count / RecordingFormat.channels
        guard frames <= RecordingFormat.mostFrames else { throw .system("a WAV file cannot be longer") }
        try file.write(samples)
    }
}
