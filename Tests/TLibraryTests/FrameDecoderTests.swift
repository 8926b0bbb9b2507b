import TLibrary
import Testing

struct FrameDecoderTests {
    @Test func `a frame is cut only once it is whole, wherever the bytes are split`() {
        for frame in Samples.frames {
            for length in 0..<frame.count {
                #expect(FrameDecoder.split(frame.span.extracting(..<length)) == .incomplete)
            }
            #expect(FrameDecoder.split(frame.span) == .frame(length: frame.count))
        }
    }

    @Test func `frames that come in pieces of any size come out one by one`() {
        let stream = Samples.frames.flatMap { $0 }
        for size in [1, 2, 3, 7, 64, 1_000, stream.count] {
            var received: [UInt8] = []
            var offset = 0
            var frames: [[UInt8]] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                received += stream[start..<min(start + size, stream.count)]
                while case .frame(let length) = FrameDecoder.split(received.span, at: offset) {
                    frames.append(Array(received[offset..<offset + length]))
                    offset += length
                }
            }
            #expect(frames == Samples.frames)
            #expect(offset == stream.count)
        }
    }

    @Test(arguments: [0, 1, 2, 3, 65_537, 0x7FFF_FFFF, 0xFFFF_FFFF] as [UInt32])
    func `a length below 4 or above the limit is refused before the rest comes`(length: UInt32) {
        #expect(FrameDecoder.split(big(length).span) == .invalid)
    }

    @Test func `a length of 4 and one at the limit are sound`() {
        #expect(FrameDecoder.split(RawFrame(65_280).bytes.span) == .frame(length: 8))
        #expect(FrameDecoder.split(big(UInt32(65_536)).span) == .incomplete)
        let frame = RawFrame(1, int(2, 1)).bytes
        #expect(FrameDecoder.split(frame.span, limit: frame.count - 4) == .frame(length: frame.count))
        #expect(FrameDecoder.split(frame.span, limit: frame.count - 5) == .invalid)
    }

    @Test(arguments: [1, 2, 3, 7, 64, 1_000, 100_000])
    func `a decoder gives the frames one by one, in whatever pieces they come`(size: Int) {
        let stream = Samples.frames.flatMap { $0 }
        var decoder = FrameDecoder()
        var frames: [[UInt8]] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            decoder.append(stream.span.extracting(start..<min(start + size, stream.count)))
            while case .frame(let length) = decoder.next() {
                #expect(decoder.hasFrame)
                frames.append(decoder.takeFrame(length) { bytes in bytes.indices.map { bytes[$0] } })
            }
            #expect(!decoder.hasFrame)
            let received = min(start + size, stream.count)
            #expect(decoder.unreadCount == received - frames.reduce(0) { $0 + $1.count })
        }
        #expect(frames == Samples.frames)
    }

    @Test func `the limit may change between two frames`() {
        let long = RawFrame(1, string(64, String(repeating: "n", count: 100))).bytes
        var decoder = FrameDecoder(limit: 16)
        decoder.append(RawFrame(65_280).bytes.span)
        decoder.append(long.span)
        #expect(decoder.next() == .frame(length: 8))
        decoder.takeFrame(8) { _ in }
        #expect(decoder.next() == .invalid)
        #expect(decoder.hasFrame)
        decoder.limit = 65_536
        #expect(decoder.next() == .frame(length: long.count))
    }

    @Test func `what is pending is taken once, and nothing is kept after that`() {
        let ping = RawFrame(65_280).bytes
        var decoder = FrameDecoder()
        decoder.append((ping + ping + [0, 0]).span)
        decoder.takeFrame(8) { _ in }
        #expect(decoder.takePendingBytes() == ping + [0, 0])
        decoder.append(ping.span)
        #expect(decoder.unreadCount == 0)
        #expect(decoder.next() == .incomplete)
    }

    @Test func `a body that throws has taken its frame`() {
        struct Fault: Error {}
        var decoder = FrameDecoder()
        decoder.append((RawFrame(65_280).bytes + RawFrame(65_281).bytes).span)
        #expect(throws: Fault.self) { try decoder.takeFrame(8) { _ in throw Fault() } }
        #expect(decoder.unreadCount == 8)
    }

    @Test func `the message of a frame can be told without reading it`() {
        #expect(MessageNumber(ofFrame: RawFrame(149).bytes.span) == .requestPrivateService)
        #expect(MessageNumber(ofFrame: [0, 0, 0, 3, 1, 0, 0].span) == nil)
    }
}
