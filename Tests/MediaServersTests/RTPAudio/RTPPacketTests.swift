import CallControl
import RTPAudio
import Testing

@Suite struct RTPPacketTests {
    @Test func `What is written is read back`() {
        let packet = RTPPacket(
            payloadType: 8, isMarked: true, sequence: 0xFFFE, timestamp: 0x8000_0001,
            synchronizationSource: 0xDEAD_BEEF, payload: 12..<172)
        var datagram = [UInt8](repeating: 0xD5, count: 172)
        packet.write(over: &datagram)
        #expect(rtpPacket(of: datagram) == packet)
    }

    @Test func `Contributing sources, an extension and padding are not payload`() {
        var datagram: [UInt8] = [0x80 | 0x20 | 0x10 | 2, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]
        datagram += [9, 9, 9, 9, 8, 8, 8, 8]
        datagram += [0xBE, 0xDE, 0, 1, 1, 2, 3, 4]
        datagram += [10, 11, 12]
        datagram += [0, 0, 3]
        #expect(rtpPacket(of: datagram)?.payload == 28..<31)
    }

    @Test(arguments: [
        [], [UInt8](repeating: 0x80, count: 11),
        // Version 1.
        [0x40] + [UInt8](repeating: 0, count: 20),
        // Fifteen contributing sources in twenty bytes.
        [0x8F] + [UInt8](repeating: 0, count: 19),
        // An extension of which nothing is there, and one that is longer than the datagram.
        [0x90] + [UInt8](repeating: 0, count: 14), [0x90] + [UInt8](repeating: 0xFF, count: 40),
        // Padding of no bytes, and of more than there are.
        [0xA0] + [UInt8](repeating: 0, count: 20), [0xA0] + [UInt8](repeating: 0xFF, count: 20),
    ])
    func `A datagram whose lengths contradict each other is no packet`(datagram: [UInt8]) {
        #expect(rtpPacket(of: datagram) == nil)
    }

    @Test func `Whatever comes, a payload lies inside its datagram`() {
        var generator = SystemRandomNumberGenerator()
        var packets = 0
        for _ in 0..<20_000 {
            var datagram = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                UInt8.random(in: .min ... .max, using: &generator)
            }
            if !datagram.isEmpty {
                datagram[0] = datagram[0] & 0x3F | 0x80
            }
            guard let packet = rtpPacket(of: datagram) else { continue }
            packets += 1
            let isInside =
                packet.payload.lowerBound >= RTPPacket.headerLength && packet.payload.upperBound <= datagram.count
            guard isInside else {
                Issue.record("\(packet.payload) in \(datagram.count) bytes")
                return
            }
        }
        #expect(packets > 0)
    }
}
