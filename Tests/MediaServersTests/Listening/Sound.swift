import Glibc
import Testing

/// A stretch of audio, of which a failed expectation does not print every sample.
struct Sound: CustomTestStringConvertible {
    let samples: ArraySlice<Int16>

    init(_ samples: some Sequence<Int16>) {
        self.samples = ArraySlice(samples)
    }

    var testDescription: String {
        let silent = samples.count { $0 == 0 }
        return "\(samples.count) samples, \(silent) of them 0"
    }

    subscript(_ places: Range<Int>) -> Sound {
        let places = places.clamped(to: 0..<samples.count)
        return Sound(samples.dropFirst(places.lowerBound).prefix(places.count))
    }

    var count: Int { samples.count }

    var isSilent: Bool { samples.allSatisfy { $0 == 0 } }

    /// Whether it is a tone of that pitch throughout, wherever in its turn it begins.
    func isTone(of pitch: Int) -> Bool {
        guard !samples.isEmpty else { return false }
        let power = samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)
        let tone = amplitude(of: pitch)
        return tone > 1_000 && tone * tone / 2 > 0.8 * power
    }

    /// Whether what there is to hear is mostly a tone of that pitch. Gaps pass: on a busy machine the speaker's thread
    /// stands still at times, and then nothing is there to be recorded.
    func sounds(like pitch: Int) -> Bool {
        let packets = stride(from: 0, to: count - 160, by: 160).map { self[$0..<$0 + 160] }
        let full = packets.filter { !$0.hasGap }
        return full.count >= 5 && full.count { $0.isTone(of: pitch) } * 5 >= full.count * 4
    }

    private var hasGap: Bool {
        zip(samples, samples.dropFirst()).contains { $0 == 0 && $1 == 0 }
    }

    /// Of the sine of that pitch in it, by Goertzel's algorithm.
    private func amplitude(of pitch: Int) -> Double {
        let factor = 2 * cos(2 * Double.pi * Double(pitch) / 8_000)
        var last = 0.0
        var beforeLast = 0.0
        for sample in samples {
            (last, beforeLast) = (Double(sample) + factor * last - beforeLast, last)
        }
        let power = last * last + beforeLast * beforeLast - factor * last * beforeLast
        return 2 * max(0, power).squareRoot() / Double(samples.count)
    }
}
