/// The two laws of ITU-T G.711: 16-bit samples to and from bytes, at 8,000 samples a second.
package enum G711: Sendable {
    /// The law of North America and Japan; RTP payload type 0.
    case pcmu
    /// The law of the rest of the world; RTP payload type 8.
    case pcma

    package static let sampleRate = 8_000

    /// The law of a static RTP payload type (RFC 3551, section 6); `nil` for every other codec.
    package init?(payloadType: UInt8) {
        switch payloadType {
        case 0: self = .pcmu
        case 8: self = .pcma
        default: return nil
        }
    }

    package var payloadType: UInt8 {
        switch self {
        case .pcmu: 0
        case .pcma: 8
        }
    }

    /// The sample for each of the 256 bytes.
    package var samples: [Int16] {
        switch self {
        case .pcmu: Self.samplesOfPCMU
        case .pcma: Self.samplesOfPCMA
        }
    }

    package func decode(_ byte: UInt8) -> Int16 {
        samples[Int(byte)]
    }

    package func encode(_ sample: Int16) -> UInt8 {
        switch self {
        case .pcmu: Self.encodePCMU(sample)
        case .pcma: Self.encodePCMA(sample)
        }
    }

    private static let samplesOfPCMU = (UInt8.min...UInt8.max).map(expandPCMU)
    private static let samplesOfPCMA = (UInt8.min...UInt8.max).map(expandPCMA)

    private static func expandPCMU(_ byte: UInt8) -> Int16 {
        let code = Int(~byte)
        let magnitude = (((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4) - 0x84
        return Int16(code & 0x80 == 0 ? magnitude : -magnitude)
    }

    private static func expandPCMA(_ byte: UInt8) -> Int16 {
        let code = Int(byte ^ 0x55)
        let segment = (code & 0x70) >> 4
        let step = (code & 0x0F) << 4
        let magnitude = segment == 0 ? step + 0x08 : (step + 0x108) << (segment - 1)
        return Int16(code & 0x80 == 0 ? -magnitude : magnitude)
    }

    private static func encodePCMU(_ sample: Int16) -> UInt8 {
        let biased = min(Int(sample.magnitude), 32_635) + 0x84
        let exponent = Int.bitWidth - 1 - biased.leadingZeroBitCount - 7
        let code = (sample < 0 ? 0x80 : 0) | exponent << 4 | (biased >> (exponent + 3)) & 0x0F
        return ~UInt8(code)
    }

    private static func encodePCMA(_ sample: Int16) -> UInt8 {
        // The law counts negative values from -1, so that both signs have 4,096 steps of 8.
        let magnitude = (sample < 0 ? -1 - Int(sample) : Int(sample)) >> 3
        let segment = max(0, Int.bitWidth - 1 - magnitude.leadingZeroBitCount - 4)
        let step = segment < 2 ? magnitude >> 1 : magnitude >> segment
        let code = (sample < 0 ? 0 : 0x80) | segment << 4 | step & 0x0F
        return UInt8(code) ^ 0x55
    }
}
