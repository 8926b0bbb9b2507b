import CallControl
import CallModel
import EventLoops
import RTPAudio
import TLibrary
import Testing

@Suite struct RTPToneSenderTests {
    private let wire = RecordedSocket()
    private let target = SocketAddress(host: "127.0.0.1", port: 4_000)

    private func voice(_ connection: UInt64, _ side: ToneStreamID.Side = .anchor) throws -> ToneStreamID {
        ToneStreamID(
            connection: ConnectionID(rawValue: connection), recording: try #require(RecordingID("r")), side: side)
    }

    @Test func `A voice sends 160 bytes of PCMU for each 20 ms, numbered without a gap`() throws {
        var voices = RTPToneSender(socket: wire)
        voices.speak(try voice(1), pitch: 440, to: target, now: .seconds(7))
        for tick in 1...50 {
            voices.tick(now: .seconds(7) + .milliseconds(20 * tick))
        }
        let packets = try wire.packets()
        #expect(packets.count == 50)
        for (packet, next) in zip(packets, packets.dropFirst()) {
            #expect(next.sequence == packet.sequence &+ 1)
            #expect(next.timestamp == packet.timestamp &+ 160)
            #expect(next.synchronizationSource == packet.synchronizationSource)
        }
        #expect(packets.map(\.isMarked) == [true] + Array(repeating: false, count: 49))
        #expect(packets.allSatisfy { $0.payloadType == 0 && $0.payload.count == 160 })
        #expect(wire.sound().isTone(of: 440))
    }

    @Test func `After a late tick the missing packets follow, and nothing drifts`() throws {
        var voices = RTPToneSender(socket: wire)
        voices.speak(try voice(1), pitch: 700, to: target, now: .zero)
        voices.tick(now: .milliseconds(59))
        #expect(try wire.packets().count == 2)
        voices.tick(now: .milliseconds(161))
        #expect(try wire.packets().count == 8)
        #expect(wire.sound().isTone(of: 700))
    }

    @Test func `After a long standstill timestamps follow the clock without a burst`() throws {
        var voices = RTPToneSender(socket: wire)
        voices.speak(try voice(1), pitch: 700, to: target, now: .zero)
        voices.tick(now: .milliseconds(20))
        voices.tick(now: .seconds(10))
        let packets = try wire.packets()
        #expect(packets.count == 11)
        let first = try #require(packets.first)
        let last = try #require(packets.last)
        #expect(last.timestamp &- first.timestamp == 8_000 * 10 - 160)
        #expect(last.sequence == first.sequence &+ 10)
    }

    @Test func `A hushed voice is silent and the others go on`() throws {
        var voices = RTPToneSender(socket: wire)
        #expect(voices.isSilent)
        for connection in UInt64(1)...3 {
            voices.speak(try voice(connection), pitch: 500, to: target, now: .zero)
        }
        voices.hush(try voice(1))
        voices.hush(try voice(1, .other))
        voices.tick(now: .milliseconds(20))
        #expect(Set(try wire.packets().map(\.synchronizationSource)).count == 2)
        voices.hush(try voice(2))
        voices.hush(try voice(3))
        #expect(voices.isSilent)
    }

    @Test func `A voice that is told to speak again goes on with its new pitch`() throws {
        var voices = RTPToneSender(socket: wire)
        voices.speak(try voice(1), pitch: 500, to: target, now: .zero)
        voices.tick(now: .milliseconds(20))
        let elsewhere = SocketAddress(host: "127.0.0.1", port: 5_000)
        voices.speak(try voice(1), pitch: 900, to: elsewhere, now: .milliseconds(30))
        for tick in 2...20 {
            voices.tick(now: .milliseconds(20 * tick))
        }
        let packets = try wire.packets()
        #expect(Set(packets.map(\.synchronizationSource)).count == 1)
        #expect(packets.count == 20)
        #expect(wire.targets() == [target] + Array(repeating: elsewhere, count: 19))
        #expect(wire.sound()[160..<20 * 160].isTone(of: 900))
    }

    @Test func `The pitches of the first directory numbers differ and are in the telephone's band`() {
        let pitches = (0..<59).map(RTPToneSender.pitch)
        #expect(Set(pitches).count == 59)
        for index in [0, 1, 58, 59, 100_000, -1, Int.min, Int.max] {
            #expect((300...3_400).contains(RTPToneSender.pitch(ofPlace: index)))
        }
    }
}

/// A socket that keeps what is sent.
private final class RecordedSocket: DatagramSocket {
    let localAddress = SocketAddress(host: "127.0.0.1", port: 1)
    private let sent = Locked<[(datagram: [UInt8], target: SocketAddress)]>([])

    func send(_ bytes: Span<UInt8>, to address: SocketAddress) -> Bool {
        let datagram = bytes.indices.map { bytes[$0] }
        sent.withLock { $0.append((datagram, address)) }
        return true
    }

    func close() {}

    func packets() throws -> [RTPPacket] {
        try sent.withLock { $0 }.map { try #require(rtpPacket(of: $0.datagram)) }
    }

    func targets() -> [SocketAddress] {
        sent.withLock { $0 }.map(\.target)
    }

    func sound() -> Sound {
        Sound(sent.withLock { $0 }.flatMap { $0.datagram.dropFirst(RTPPacket.headerLength).map(G711.pcmu.decode) })
    }
}
