import Foundation

/// A recorded file, read back: 16-bit PCM of two channels, the anchor and the other side.
struct Recording {
    let path: String
    let rate: Int
    /// One array of samples for each channel.
    let channels: [[Int16]]

    /// In seconds.
    var length: Double { Double(channels.first?.count ?? 0) / Double(rate) }

    /// Reads what this program wrote; `nil` where it is something else.
    init?(path: String) {
        guard let data = FileManager.default.contents(atPath: path), data.count >= 12 else { return nil }
        let bytes = [UInt8](data)
        guard bytes[0..<4].elementsEqual("RIFF".utf8), bytes[8..<12].elementsEqual("WAVE".utf8) else { return nil }
        var format: (channels: Int, rate: Int)?
        var samples: Range<Int>?
        var offset = 12
        while offset + 8 <= bytes.count {
            let size = Int(Self.number(bytes, offset + 4, 4))
            let body = offset + 8..<min(offset + 8 + size, bytes.count)
            if bytes[offset..<offset + 4].elementsEqual("fmt ".utf8), body.count >= 16 {
                guard Self.number(bytes, body.lowerBound + 14, 2) == 16 else { return nil }
                format = (
                    Int(Self.number(bytes, body.lowerBound + 2, 2)), Int(Self.number(bytes, body.lowerBound + 4, 4))
                )
            }
            if bytes[offset..<offset + 4].elementsEqual("data".utf8) { samples = body }
            // Chunks begin at even places.
            offset = body.upperBound + size % 2
        }
        guard let format, let samples, format.channels == 2, format.rate > 0 else { return nil }
        self.path = path
        rate = format.rate
        channels = (0..<2).map { channel in
            stride(from: samples.lowerBound + channel * 2, to: samples.upperBound - 1, by: 4).map {
                Int16(truncatingIfNeeded: Self.number(bytes, $0, 2))
            }
        }
    }

    /// The loudest sample between two times, 0 to 1. Times outside the file are silent.
    func peak(channel: Int, from start: Double, to end: Double) -> Double {
        let samples = channels[channel]
        let first = min(max(0, Int(start * Double(rate))), samples.count)
        let last = min(max(first, Int(end * Double(rate))), samples.count)
        let loudest = samples[first..<last].reduce(0) { max($0, abs(Int($1))) }
        return Double(loudest) / Double(Int16.max)
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> UInt32 {
        (0..<size).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
    }
}
