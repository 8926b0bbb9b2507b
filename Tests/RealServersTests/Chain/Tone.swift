import Foundation
import RTPAudio

/// A tone in G.711 mu-law: a packet of 20 milliseconds holds whole turns of it.
struct Tone {
    let pitch: Int
    private let turn: [UInt8]

    /// 1000 Hz, as ITU-T G.711 has it in table 6.
    static let high = Tone(pitch: 1_000, turn: [0x1E, 0x0B, 0x0B, 0x1E, 0x9E, 0x8B, 0x8B, 0x9E])
    /// Each sample of the other twice: 500 Hz, and a little of its harmonics.
    static let low = Tone(pitch: 500, turn: high.turn.flatMap { [$0, $0] })

    /// One second of it, for SIPp to play over and over.
    func write(to path: String) throws {
        let second = Array(repeating: turn, count: 8_000 / turn.count).flatMap { $0 }
        try Data(second).write(to: URL(filePath: path))
    }

    /// Whether these are samples of it, from wherever in its turn.
    func isHeard(in samples: some Collection<UInt8>) -> Bool {
        samples.count >= turn.count
            && (0..<turn.count).contains { start in
                samples.enumerated().allSatisfy { $1 == turn[(start + $0) % turn.count] }
            }
    }
}
