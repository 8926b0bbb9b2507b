/// A recording drawn for a terminal: two channels over one axis of time.
struct Waveform {
    private static let blocks = Array(" ▁▂▃▄▅▆▇█")
    private static let label = 8
    /// Rows of one channel.
    private static let height = 2

    let recording: Recording
    /// In characters, with the labels.
    let width: Int

    var lines: [String] {
        channel(0, named: "anchor") + [""] + channel(1, named: "other") + axis
    }

    private var columns: Int { max(20, width - Self.label - 1) }

    /// An empty recording is drawn as if it had a moment.
    private var secondsOfColumn: Double { max(recording.length, 0.001) / Double(columns) }

    private func channel(_ channel: Int, named name: String) -> [String] {
        let loudest = max(recording.peak(channel: channel, from: 0, to: recording.length), 0.01)
        let steps = Self.height * (Self.blocks.count - 1)
        let levels = (0..<columns).map { column in
            let start = Double(column) * secondsOfColumn
            let peak = recording.peak(channel: channel, from: start, to: start + secondsOfColumn)
            return Int((peak / loudest * Double(steps)).rounded())
        }
        return (0..<Self.height).map { row in
            let below = (Self.height - 1 - row) * (Self.blocks.count - 1)
            let isLowest = row == Self.height - 1
            let text = levels.map { level in
                // Silence has a line of its own, so that it is seen as such and not as the end of the file.
                if isLowest, level == 0 { return Character("·") }
                return Self.blocks[min(max(level - below, 0), Self.blocks.count - 1)]
            }
            return (isLowest ? name : "").padded(to: Self.label) + String(text)
        }
    }

    /// A tick for each second, or for so many that their numbers fit.
    private var axis: [String] {
        let step = [1, 2, 5, 10, 30, 60, 300, 600, 3_600].first { Double($0) / secondsOfColumn >= 6 } ?? 36_000
        var ticks = [Character](repeating: "─", count: columns)
        var numbers = [Character](repeating: " ", count: columns + 8)
        for second in stride(from: 0, through: Int(recording.length), by: step) {
            let column = Int(Double(second) / secondsOfColumn)
            guard column < columns else { break }
            ticks[column] = "┴"
            for (place, character) in "\(second) s".enumerated() { numbers[column + place] = character }
        }
        let margin = String(repeating: " ", count: Self.label)
        let end = numbers.lastIndex { $0 != " " } ?? 0
        return [margin + String(ticks), margin + String(numbers[...end])]
    }
}
