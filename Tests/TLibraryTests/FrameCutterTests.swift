import TLibrary
import Testing

struct FrameCutterTests {
    @Test func `a frame is cut only once it is whole, wherever the bytes are split`() {
        for frame in Samples.frames {
            for length in 0..<frame.count {
                #expect(FrameCutter().cut(frame.span.extracting(..<length), at: 0) == .incomplete)
            }
            #expect(FrameCutter().cut(frame.span, at: 0) == .frame(length: frame.count))
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
                while case .frame(let length) = FrameCutter().cut(received.span, at: offset) {
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
        #expect(FrameCutter().cut(big(length).span, at: 0) == .refused)
    }

    @Test func `a length of 4 and one at the limit are sound`() {
        #expect(FrameCutter().cut(RawFrame(65_280).bytes.span, at: 0) == .frame(length: 8))
        #expect(FrameCutter().cut(big(UInt32(65_536)).span, at: 0) == .incomplete)
        let frame = RawFrame(1, int(2, 1)).bytes
        #expect(FrameCutter(limit: frame.count - 4).cut(frame.span, at: 0) == .frame(length: frame.count))
        #expect(FrameCutter(limit: frame.count - 5).cut(frame.span, at: 0) == .refused)
    }

    @Test func `the message of a frame can be told without reading it`() {
        #expect(MessageNumber(ofFrame: RawFrame(149).bytes.span) == .requestPrivateService)
        #expect(MessageNumber(ofFrame: [0, 0, 0, 3, 1, 0, 0].span) == nil)
    }
}
