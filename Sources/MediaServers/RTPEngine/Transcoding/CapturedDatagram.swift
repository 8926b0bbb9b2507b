/// A UDP datagram in a captured frame: who sent it, to whom, and where its bytes stand.
struct CapturedDatagram: Equatable {
    var source: NetworkAddress
    var destination: NetworkAddress
    /// Within the frame. Shorter than it was sent where the capture cut it.
    var payload: Range<Int>

    /// `nil` where the frame has no whole head of a datagram: another protocol, a fragment, or noise.
    init?(_ frame: Span<UInt8>, link: CaptureLink) {
        let start: Int? =
            switch link {
            case .ethernet: Self.networkStart(inEthernet: frame)
            case .network: 0
            }
        guard let start, start < frame.count else { return nil }
        switch frame[start] >> 4 {
        case 4: self.init(version4: frame, at: start)
        case 6: self.init(version6: frame, at: start)
        default: return nil
        }
    }

    /// After the addresses, any VLAN tags (IEEE 802.1Q), and a type that is IP.
    private static func networkStart(inEthernet frame: Span<UInt8>) -> Int? {
        var type = 12
        while type + 2 <= frame.count {
            switch frame.number(at: type, as: UInt16.self) {
            case 0x0800, 0x86DD: return type + 2
            case 0x8100, 0x88A8, 0x9100: type += 4
            default: return nil
            }
        }
        return nil
    }

    private init?(version4 frame: Span<UInt8>, at start: Int) {
        guard start + 20 <= frame.count else { return nil }
        let length = 4 * Int(frame[start] & 0x0F)
        let isFragment = frame.number(at: start + 6, as: UInt16.self) & 0x3FFF != 0
        guard length >= 20, !isFragment, frame[start + 9] == Self.udp else { return nil }
        self.init(
            frame, at: start + length, end: start + Int(frame.number(at: start + 2, as: UInt16.self)),
            source: NetworkAddress.host(frame.number(at: start + 12)),
            destination: NetworkAddress.host(frame.number(at: start + 16)))
    }

    private init?(version6 frame: Span<UInt8>, at start: Int) {
        guard start + 40 <= frame.count else { return nil }
        var next = frame[start + 6]
        var head = start + 40
        // Hop-by-hop options, routing, destination options (RFC 8200, section 4).
        while [0, 43, 60].contains(next) {
            guard head + 2 <= frame.count else { return nil }
            next = frame[head]
            head += 8 * (1 + Int(frame[head + 1]))
        }
        guard next == Self.udp else { return nil }
        self.init(
            frame, at: head, end: start + 40 + Int(frame.number(at: start + 4, as: UInt16.self)),
            source: frame.number(at: start + 8), destination: frame.number(at: start + 24))
    }

    private static let udp: UInt8 = 17

    private init?(_ frame: Span<UInt8>, at start: Int, end: Int, source: UInt128, destination: UInt128) {
        guard start + 8 <= min(frame.count, end) else { return nil }
        let length = Int(frame.number(at: start + 4, as: UInt16.self))
        guard length >= 8 else { return nil }
        self.source = NetworkAddress(host: source, port: frame.number(at: start))
        self.destination = NetworkAddress(host: destination, port: frame.number(at: start + 2))
        payload = start + 8..<min(frame.count, end, start + length)
    }
}
