import RTPAudio

/// The file of one recording, while it is written. Each call may block for as long as the disk does.
struct RecordingFile: ~Copyable {
    /// What a disk has room for where a recording begins or goes on: ten seconds, in bytes.
    private static let room = 10 * RecordingFormat.frameRate * WaveHeader.frameLength
    /// So often another recording may take a name that was free at a look.
    private static let mostRaces = 1_000

    /// Without directory and extension, unless the file is a draft.
    let name: String
    private let path: String
    private var file: WaveFile

    private static let silence = [Int16](repeating: 0, count: RecordingFormat.frameRate * RecordingFormat.channels)

    /// Makes the file under a name that is free. Beyond `limit` bytes it is RF64.
    init(
        proposedName: String, directory: String, limit: UInt64 = WaveHeader.riffLimit
    ) throws(WaveFile.Fault) {
        var number = 1
        let names = try Self.names(like: proposedName)
        for _ in 0..<Self.mostRaces {
            do {
                let path = Self.path(of: names[number], in: directory)
                file = try WaveFile.create(path, limit: limit)
                self.path = path
                name = names[number]
                return
            } catch .nameIsTaken {
                number = try Self.free(after: number, of: names, in: directory)
            }
        }
        throw .nameIsTaken
    }

    /// Makes a file that is not to be taken for a recording: hidden, and under no recording's name.
    init(draft name: String, directory: String) throws(WaveFile.Fault) {
        path = "\(directory)/\(name)"
        file = try WaveFile.create(path)
        self.name = name
    }

    /// Makes a closed draft the recording's file, under a name that is free, and says which.
    static func publish(
        _ draft: String, as proposedName: String, directory: String
    ) throws(WaveFile.Fault) -> String {
        var number = 1
        let names = try names(like: proposedName)
        for _ in 0..<mostRaces {
            do {
                try WaveFile.move("\(directory)/\(draft)", to: path(of: names[number], in: directory))
                return names[number]
            } catch .nameIsTaken {
                number = try free(after: number, of: names, in: directory)
            }
        }
        throw .nameIsTaken
    }

    private static func names(like proposed: String) throws(WaveFile.Fault) -> FileNameTails {
        guard let names = FileNameTails(proposed: proposed) else { throw .system("not a file name") }
        return names
    }

    private static func free(
        after number: Int, of names: FileNameTails, in directory: String
    ) throws(WaveFile.Fault) -> Int {
        let free = names.free(after: number) { WaveFile.exists(path(of: $0, in: directory)) }
        guard let free else { throw .nameIsTaken }
        return free
    }

    private static func path(of name: String, in directory: String) -> String { "\(directory)/\(name).wav" }

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
        try file.write(samples)
    }

    /// Whether what was written is there, under the file's name.
    func check() throws(WaveFile.Fault) {
        try file.check()
    }

    /// Whether the disk has room for the next seconds.
    func proveRoom() throws(WaveFile.Fault) {
        try file.proveRoom(for: Self.room)
    }

    /// Removes the file: it is nobody's.
    consuming func discard() throws(WaveFile.Fault) {
        try WaveFile.remove(path)
    }
}
