import CallControlTesting
import CallModel
import EventLoops
import Testing

@testable import MediaServers

/// (A macro of Testing takes no `Span`.)
private func datagram(in frame: [UInt8], _ link: CaptureLink = .network) -> CapturedDatagram? {
    CapturedDatagram(frame.span, link: link)
}

@Suite struct CapturedDatagramTests {
    private let payload: [UInt8] = [1, 2, 3, 4]

    @Test(
        arguments: CaptureWriting.Wrapping.allCases,
        [("10.1.2.3:40000", "192.168.0.9:30002"), ("[fd00::a:1]:40000", "[2001:db8::9]:30002")])
    func `A datagram is found in its wrapping`(
        wrapping: CaptureWriting.Wrapping, addresses: (source: String, destination: String)
    ) throws {
        let frame = try CaptureWriting(wrapping: wrapping)
            .frame(payload, from: addresses.source, to: addresses.destination)
        let found = try #require(datagram(in: frame, wrapping == .network ? .network : .ethernet))
        #expect(try found.source == address(addresses.source))
        #expect(try found.destination == address(addresses.destination))
        #expect(Array(frame[found.payload]) == payload)
    }

    @Test func `What fills a short frame up is not of the datagram`() throws {
        let frame = try CaptureWriting().frame(payload, from: "10.0.0.1:1", to: "10.0.0.2:2")
        let found = try #require(datagram(in: frame + Array(repeating: 0, count: 18), .ethernet))
        #expect(found.payload.count == payload.count)
    }

    @Test(arguments: ["10.0.0.1:1", "[::1]:1"])
    func `A frame that is cut short has what is left of its datagram, or none`(party: String) throws {
        let frame = try networkPacket(payload, from: party, to: party)
        let heads = frame.count - payload.count
        for length in 0...frame.count {
            let found = datagram(in: Array(frame.prefix(length)))
            #expect(found?.payload == (length < heads ? nil : heads..<length))
        }
    }

    @Test func `Heads with options are stepped over`() throws {
        var frame = try networkPacket(payload, from: "10.0.0.1:1", to: "10.0.0.2:2")
        frame.insert(contentsOf: [1, 1, 1, 0], at: 20)
        frame[0] = 0x46
        frame[3] += 4
        #expect(datagram(in: frame)?.payload == 32..<36)

        frame = try networkPacket(payload, from: "[::1]:1", to: "[::2]:2")
        frame.insert(contentsOf: [17, 0, 1, 4, 0, 0, 0, 0], at: 40)
        frame[6] = 60
        frame[5] += 8
        #expect(datagram(in: frame)?.payload == 56..<60)
    }

    @Test func `Other protocols, fragments and noise are no datagrams`() throws {
        let sound = try networkPacket(payload, from: "10.0.0.1:1", to: "10.0.0.2:2")
        for (place, value) in [(9, 6), (6, 0x20), (7, 3), (0, 0x25), (0, 0x44), (3, 21), (25, 7)] as [(Int, UInt8)] {
            var frame = sound
            frame[place] = value
            #expect(datagram(in: frame) == nil, "byte \(place)")
        }
        let longer = try networkPacket(payload, from: "[::1]:1", to: "[::2]:2")
        for next in [6, 44, 59] as [UInt8] {
            var frame = longer
            frame[6] = next
            #expect(datagram(in: frame) == nil)
        }
        #expect(datagram(in: Array(repeating: 0, count: 12) + [0x08, 0x06] + sound, .ethernet) == nil)
        #expect(datagram(in: Array(repeating: 0, count: 12) + Array(repeating: 0x81, count: 40), .ethernet) == nil)
    }
}

@Suite struct NetworkAddressTests {
    @Test(
        arguments: [
            ("::", 0), ("::1", 1), ("fe80::2%eth0", 0xFE80_0000_0000_0000_0000_0000_0000_0002),
            ("2001:db8::a:1", 0x2001_0DB8_0000_0000_0000_0000_000A_0001),
            ("1:2:3:4:5:6:7:8", 0x0001_0002_0003_0004_0005_0006_0007_0008),
            ("1::", 0x0001_0000_0000_0000_0000_0000_0000_0000), ("127.0.0.1", 0xFFFF_7F00_0001),
            ("::ffff:127.0.0.1", 0xFFFF_7F00_0001),
        ] as [(String, UInt128)])
    func `A numeric address is what packets carry`(text: String, host: UInt128) {
        #expect(NetworkAddress(SocketAddress(host: text, port: 7)) == NetworkAddress(host: host, port: 7))
    }

    @Test(arguments: [
        "", "localhost", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1..2.3", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "1::2::3", "1:2:3:4::5:6:7:8", "12345::", "g::", "::1.2.3",
    ])
    func `What is no numeric address is none`(text: String) {
        #expect(NetworkAddress(SocketAddress(host: text, port: 7)) == nil)
    }
}
