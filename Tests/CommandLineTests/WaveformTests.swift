import Foundation
import Testing

@testable import callcontrol

@Suite struct `A recording read back` {
    /// A file of two channels at 8,000 Hz.
    private func file(_ frames: [(Int16, Int16)], extra: [UInt8] = []) throws -> String {
        func little(_ number: Int, _ size: Int) -> [UInt8] {
            (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        let samples = frames.flatMap { little(Int($0.0), 2) + little(Int($0.1), 2) }
        let format = little(1, 2) + little(2, 2) + little(8_000, 4) + little(32_000, 4) + little(4, 2) + little(16, 2)
        let chunks =
            Array("fmt ".utf8) + little(format.count, 4) + format + extra + Array("data".utf8)
            + little(samples.count, 4)
            + samples
        let bytes = Array("RIFF".utf8) + little(4 + chunks.count, 4) + Array("WAVE".utf8) + chunks
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).wav").path
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    @Test func `has its channels, its length and its silence`() throws {
        let frames = (0..<24_000).map { place -> (Int16, Int16) in
            (8_000..<16_000).contains(place) ? (0, 0) : (place.isMultiple(of: 2) ? 16_384 : -16_384, 8_192)
        }
        let oddChunk = Array("LIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0]
        let path = try file(frames, extra: oddChunk)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let recording = try #require(Recording(path: path))
        #expect(recording.length == 3)
        #expect(recording.peak(channel: 0, from: 0, to: 1) > 0.49)
        #expect(recording.peak(channel: 1, from: 0, to: 1) < 0.26)
        #expect(recording.peak(channel: 0, from: 1, to: 2) == 0)
        #expect(recording.peak(channel: 0, from: 5, to: 9) == 0)

        let lines = Waveform(recording: recording, width: 39).lines
        #expect(
            lines[1] == "anchor  " + String(repeating: "█", count: 10) + "··········"
                + String(repeating: "█", count: 10))
        #expect(
            lines[4] == "other   " + String(repeating: "█", count: 10) + "··········"
                + String(repeating: "█", count: 10))
        #expect(lines[5] == "        ┴─────────┴─────────┴─────────")
        #expect(lines[6] == "        0 s       1 s       2 s")
    }

    @Test func `may be empty`() throws {
        let path = try file([])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let recording = try #require(Recording(path: path))
        #expect(recording.length == 0)
        #expect(Waveform(recording: recording, width: 60).lines.count == 7)
    }

    @Test(arguments: [
        "", "RIFF", "RIFF\0\0\0\0WAVE", "RIFF\0\0\0\0WAVEfmt \u{7f}\u{7f}\u{7f}\u{7f}", "plain text of some length",
    ])
    func `is none where the file is something else`(_ text: String) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).wav").path
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(Recording(path: path) == nil)
    }
}
