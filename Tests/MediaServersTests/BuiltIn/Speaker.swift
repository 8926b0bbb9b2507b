import CallControl
import Glibc
import RTPAudio

/// One who speaks a tone in RTP, packet by packet, as a test asks for them.
struct Speaker {
    var law: G711
    var source: UInt32
    var sequence: UInt16 = 65_530
    var timestamp: UInt32 = 0xFFFF_FF00
    let pitch: Int
    private var turn = 0

    init(pitch: Int, law: G711 = .pcmu, source: UInt32 = 77) {
        self.pitch = pitch
        self.law = law
        self.source = source
    }

    /// The next 20 ms.
    mutating func packet(samples: Int = 160) -> [UInt8] {
        let head = RTPPacket(
            payloadType: law.payloadType, sequence: sequence, timestamp: timestamp, synchronizationSource: source)
        var datagram = [UInt8](repeating: 0, count: RTPPacket.headerLength)
        head.write(over: &datagram)
        for _ in 0..<samples {
            datagram.append(law.encode(sample(of: pitch, at: turn)))
            turn += 1
        }
        sequence &+= 1
        timestamp &+= UInt32(samples)
        return datagram
    }
}

private func sample(of pitch: Int, at frame: Int) -> Int16 {
    Int16(8_000 * sin(2 * Double.pi * Double(frame * pitch % 8_000) / 8_000))
}
