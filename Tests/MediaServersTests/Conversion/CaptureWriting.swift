import CallControl
import CallModel
import EventLoops
import Testing

@testable import MediaServers

/// A pcap file that a test writes, byte by byte. Times are microseconds since 1970.
struct CaptureWriting {
    enum Wrapping: CaseIterable {
        case ethernet, vlan, network
    }

    var bytes: [UInt8] = []
    private let order: ByteOrder
    private let isInNanoseconds: Bool
    private let wrapping: Wrapping
    private let longest: Int

    init(
        order: ByteOrder = .little, isInNanoseconds: Bool = false, wrapping: Wrapping = .ethernet,
        longest: Int = 65_535
    ) {
        self.order = order
        self.isInNanoseconds = isInNanoseconds
        self.wrapping = wrapping
        self.longest = longest
        append(isInNanoseconds ? 0xA1B2_3C4D : 0xA1B2_C3D4 as UInt32)
        append(2 as UInt16)
        append(4 as UInt16)
        append(0 as UInt32)
        append(0 as UInt32)
        append(UInt32(longest))
        append(wrapping == .network ? 101 : 1 as UInt32)
    }

    private mutating func append(_ number: some FixedWidthInteger) {
        let big = number.inBytes
        bytes += order == .big ? big : big.reversed()
    }

    mutating func append(frame: [UInt8], at time: Int64) {
        append(UInt32(time / 1_000_000))
        append(UInt32(time % 1_000_000) * (isInNanoseconds ? 1_000 : 1))
        append(UInt32(min(frame.count, longest)))
        append(UInt32(frame.count))
        bytes += frame.prefix(longest)
    }

    mutating func append(_ payload: [UInt8], from source: String, to destination: String, at time: Int64) throws {
        append(frame: try frame(payload, from: source, to: destination), at: time)
    }

    func frame(_ payload: [UInt8], from source: String, to destination: String) throws -> [UInt8] {
        let packet = try networkPacket(payload, from: source, to: destination)
        let type: UInt16 = packet[0] >> 4 == 4 ? 0x0800 : 0x86DD
        let addresses = [UInt8](repeating: 0, count: 12)
        switch wrapping {
        case .ethernet: return addresses + type.inBytes + packet
        case .vlan: return addresses + [0x81, 0, 0, 7] + type.inBytes + packet
        case .network: return packet
        }
    }
}

/// The heads that a media server puts before a datagram.
func networkPacket(_ payload: [UInt8], from source: String, to destination: String) throws -> [UInt8] {
    let source = try address(source)
    let destination = try address(destination)
    let length = UInt16(8 + payload.count)
    let datagram = source.port.inBytes + destination.port.inBytes + length.inBytes + [0, 0] + payload
    if source.host >> 32 == 0xFFFF {
        return [0x45, 0] + (20 + length).inBytes + [0, 0, 0, 0, 64, 17, 0, 0]
            + source.host.inBytes.suffix(4) + destination.host.inBytes.suffix(4) + datagram
    }
    return [0x60, 0, 0, 0] + length.inBytes + [17, 64] + source.host.inBytes + destination.host.inBytes + datagram
}

func address(_ text: String) throws -> NetworkAddress {
    let parsed = try #require(SocketAddress(text))
    return try #require(NetworkAddress(parsed))
}

extension FixedWidthInteger {
    var inBytes: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> Self($0)) }
    }
}
