import CallControl
import RTPAudio
import Testing

@Suite struct G711Tests {
    /// G.711, tables 1 and 2: the first and last values of each sign, on the scale of 16 bits.
    @Test(arguments: [
        (G711.pcmu, UInt8(0xFF), Int16(0)), (.pcmu, 0x7F, 0), (.pcmu, 0x80, 32_124), (.pcmu, 0x00, -32_124),
        (.pcma, 0xD5, 8), (.pcma, 0x55, -8), (.pcma, 0xAA, 32_256), (.pcma, 0x2A, -32_256),
    ])
    func `The ends of the tables are those of the recommendation`(law: G711, byte: UInt8, sample: Int16) {
        #expect(law.decode(byte) == sample)
    }

    @Test(arguments: [G711.pcmu, .pcma])
    func `Every byte survives a decoding and an encoding`(law: G711) {
        for byte in UInt8.min...UInt8.max where (law, byte) != (.pcmu, 0x7F) {
            #expect(law.encode(law.decode(byte)) == byte)
        }
        #expect(G711.pcmu.encode(G711.pcmu.decode(0x7F)) == 0xFF, "the two zeros of PCMU are one value")
    }

    @Test(arguments: [G711.pcmu, .pcma])
    func `Every sample comes back to within half a step of its segment`(law: G711) {
        let tooFar = (Int16.min...Int16.max).first { sample in
            let error = abs(Int(law.decode(law.encode(sample))) - Int(sample))
            let isClipped = sample.magnitude > 32_256
            return !isClipped && error > max(8, (Int(sample.magnitude) + 132) / 32)
        }
        #expect(tooFar == nil)
    }

    @Test func `Only the two static payload types are G.711`() {
        #expect(G711(payloadType: 0) == .pcmu)
        #expect(G711(payloadType: 8) == .pcma)
        for other in UInt8.min...UInt8.max where other != 0 && other != 8 {
            #expect(G711(payloadType: other) == nil)
        }
    }
}
