import Foundation

/// A packet of audio, as a media server's pcap file has it.
struct SpokenPacket {
    /// The time of day at which it was captured, in seconds.
    var time: Double
    var sourcePort: Int
    var samples: ArraySlice<UInt8>

    /// Those of a file, in their order; throws where it is not what rtpengine writes: pcap of Ethernet frames with IPv4
    /// and UDP.
    static func read(_ path: String) throws -> [SpokenPacket] {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        func word(_ place: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) } }
        guard bytes.count >= 24, word(0) == 0xA1B2_C3D4, word(20) == 1 else {
            throw ChainFault("\(path) is no pcap file")
        }
        var packets: [SpokenPacket] = []
        var place = 24
        while place + 16 <= bytes.count {
            let length = word(place + 8)
            let frame = place + 16
            guard frame + length <= bytes.count else { throw ChainFault("\(path) ends in the middle of a packet") }
            let isAudio =
                length > 54 && bytes[frame + 14] == 0x45 && bytes[frame + 23] == 17 && bytes[frame + 43] & 0x7F == 0
            if isAudio {
                packets.append(
                    SpokenPacket(
                        time: Double(word(place)) + Double(word(place + 4)) / 1_000_000,
                        sourcePort: Int(bytes[frame + 34]) << 8 | Int(bytes[frame + 35]),
                        samples: bytes[(frame + 54)..<(frame + length)]))
            }
            place = frame + length
        }
        return packets
    }
}
