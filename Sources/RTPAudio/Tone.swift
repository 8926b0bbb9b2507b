import Glibc

/// A sine in PCMU that goes on where it left off.
package struct Tone {
    /// One turn of the sine, at about a quarter of full scale, as PCMU bytes.
    private static let turn = (0..<1_024).map { step in
        G711.pcmu.encode(Int16(8_000 * sin(2 * Double.pi * Double(step) / 1_024)))
    }

    /// Hz.
    package var pitch: Int
    /// The place in the turn, in 2^-32 of it.
    private var phase: UInt32 = 0

    package init(pitch: Int) {
        self.pitch = pitch
    }

    private var step: UInt32 {
        UInt32(truncatingIfNeeded: (UInt64(clamping: pitch) << 32) / UInt64(G711.sampleRate))
    }

    /// Writes the next samples over those places.
    package mutating func sound(over bytes: inout [UInt8], _ places: Range<Int>) {
        let turn = Self.turn
        let step = step
        for place in places {
            bytes[place] = turn[Int(phase >> 22)]
            phase &+= step
        }
    }

    package mutating func skip(_ samples: Int) {
        phase &+= step &* UInt32(truncatingIfNeeded: samples)
    }
}
