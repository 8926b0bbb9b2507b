import CallControl
import CallModel
import RTPAudio
import Testing

@testable import MediaServers

private typealias Fixture = ConversionFixture

/// Codecs beside G.711.
@Suite struct TranscodingTests {
    private func packet(_ payload: [UInt8], type: UInt8, sequence: Int, timestamp: Int, source: UInt32 = 77) -> [UInt8]
    {
        var datagram = [UInt8](repeating: 0, count: RTPPacket.headerLength) + payload
        RTPPacket(
            payloadType: type, sequence: UInt16(truncatingIfNeeded: sequence),
            timestamp: UInt32(truncatingIfNeeded: timestamp), synchronizationSource: source
        ).write(over: &datagram)
        return datagram
    }

    private func talk(_ payloads: [[UInt8]], type: UInt8, units: Int, path: Talk.Path) -> Talk {
        var talk = Talk()
        for (place, payload) in payloads.enumerated() {
            talk.add(
                packet(payload, type: type, sequence: 65_530 + place, timestamp: units * place), at: 20 * (place + 1),
                path: path)
        }
        return talk
    }

    @Test func `G.722 is heard at 8,000 samples a second`() throws {
        let capture = try talk(EncodedTones.g722Packets, type: 9, units: 160, path: Fixture.other).captured()
        try Fixture.open { room in
            try room.keep(capture)
            let product = try room.convert(room.order(until: 400))
            #expect(product.counts == CapturedAudio.Counts(other: 20))
            #expect(try room.read().sound(40..<380, channel: 2).isTone(of: 400))
            #expect(try room.read().channel(1).isSilent)
            #expect(product.isComplete)
        }
    }

    /// Where the server has told what the side sends, and where the packets alone tell it.
    @Test(arguments: [true, false])
    func `Opus is heard at 8,000 samples a second`(isTold: Bool) throws {
        let packets = EncodedTones.opusPackets
        let capture = try talk(packets + packets, type: 111, units: 960, path: Fixture.anchor).captured()
        try Fixture.open { room in
            try room.keep(capture)
            var order = try room.order(until: 1_000)
            if isTold { order.streams.anchorCodecs = ["opus/48000/2"] }
            let product = try room.convert(order)
            #expect(try room.read().sound(200..<480, channel: 1).isTone(of: 400))
            #expect(try room.read().sound(600..<980, channel: 1).isTone(of: 400))
            #expect(product.counts.anchor >= (isTold ? 50 : 44))
        }
    }

    @Test func `A side that changes its codec is heard in both`() throws {
        var speaker = Speaker(pitch: 400, source: 5)
        var talk = talk(EncodedTones.g722Packets, type: 9, units: 160, path: Fixture.anchor)
        talk.add(&speaker, 400..<1_000, path: Fixture.anchor)
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            let product = try room.convert(room.order(until: 1_000))
            #expect(try room.read().sound(40..<380, channel: 1).isTone(of: 400))
            #expect(try room.read().sound(440..<980, channel: 1).isTone(of: 400))
            #expect(product.isComplete)
        }
    }

    @Test func `Digits are in no file, and keep no capture`() throws {
        var speaker = Speaker(pitch: 400)
        var talk = Talk()
        talk.add(&speaker, 0..<1_000, path: Fixture.anchor)
        for place in 0..<20 {
            talk.add(
                packet([5, 10, UInt8(place), 160], type: 101, sequence: 900 + place, timestamp: 8_000),
                at: 300 + 20 * place,
                path: Fixture.anchor)
        }
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            let product = try room.convert(room.order(until: 1_000))
            #expect(try room.read().channel(1).isTone(of: 400))
            #expect(product.isComplete)
        }
    }

    @Test func `What stays silent is named`() throws {
        var talk = Talk()
        for place in 0..<50 {
            let payload = (0..<20).map { UInt8(truncatingIfNeeded: 31 * place + 7 * $0) }
            talk.add(
                packet(payload, type: 18, sequence: place, timestamp: 160 * place), at: 20 * place, path: Fixture.anchor
            )
            talk.add(
                packet(payload, type: 97, sequence: place, timestamp: 160 * place), at: 20 * place, path: Fixture.other)
        }
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            var order = try room.order(until: 1_000)
            order.streams.otherCodecs = ["ilbc/8000"]
            let product = try room.convert(order)
            #expect(product.silent == [["g729/8000"], ["ilbc/8000"]])
            #expect(product.counts.anchor == 0 && product.counts.other == 0)
            #expect(!product.isComplete)
        }
    }

    @Test(arguments: 1...20)
    func `Noise in any codec traps nothing`(seed: Int) throws {
        var generator = SystemRandomNumberGenerator()
        var transcoder = PayloadTranscoder(codecs: ["opus/48000/2"])
        for place in 0..<500 {
            let payload = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                UInt8.random(in: .min ... .max, using: &generator)
            }
            let type: UInt8 = [9, 96, 101, 111].randomElement(using: &generator) ?? 9
            let datagram = packet(payload, type: type, sequence: place, timestamp: 960 * place)
            guard let packet = RTPPacket(datagram.span) else { continue }
            _ = transcoder.transcode(packet, in: datagram.span)
        }
    }
}
