import TLibrary
import Testing

/// The dearest frames that fit under the limit.
struct LargeFrameTests {
    /// As many attributes as fit: each an int, seven bytes long.
    static func manyAttributes(_ count: Int, lastIsTwice: Bool = false) -> [UInt8] {
        var frame = RawFrame(1, int(2, 1))
        for number in 0..<count { frame.attributes += int(200 + UInt16(number), 1) }
        if lastIsTwice { frame.attributes += int(199 + UInt16(count), 1) }
        return frame.bytes
    }

    @Test func `9,000 attributes are no fault, and a double among them is found`() {
        var decoder = RequestDecoder()
        let sound = Self.manyAttributes(9_000)
        #expect(FrameDecoder.split(sound.span) == .frame(length: sound.count))
        #expect(decoder.decode(sound).request?.message == .requestQueryServer)
        #expect(decoder.decode(Self.manyAttributes(9_000, lastIsTwice: true)).refusal?.code == .elementFormat)
        #expect(decoder.decode(sound).request?.message == .requestQueryServer)
    }

    /// Quadratic work would make the large frame some thirty times dearer for each attribute than the small one.
    @Test func `an attribute costs no more in a frame of 9,000 than in one of 300`() {
        let small = Self.manyAttributes(300)
        let large = Self.manyAttributes(9_000)
        let smallTime = Self.fastest { decoder in
            for _ in 0..<30 { _ = decoder.decode(small) }
        }
        let largeTime = Self.fastest { decoder in _ = decoder.decode(large) }
        #expect(largeTime < smallTime * 6)
    }

    @Test func `lists nest as deep as the frame is long without being followed`() {
        var decoder = RequestDecoder()
        var value: [UInt8] = []
        while value.count < 65_000 { value = pair("k", type: 3, big(UInt32(value.count)) + value) }
        #expect(decoder.decode(RawFrame(1, int(2, 1), list(53, value)).bytes).refusal?.code == .elementFormat)
    }

    /// The largest update that a frame can bring, on the largest list that it could meet.
    @Test func `an update costs no more for each pair the more pairs there are`() {
        func pairs(_ count: Int) -> KeyValueList {
            var list = KeyValueList()
            for number in 0..<count { list.append(String(number, radix: 36), 1) }
            return list
        }
        let small = pairs(200)
        let large = pairs(6_000)
        let smallTime = Self.fastest { _ in
            for _ in 0..<30 {
                var list = small
                list.update(with: small)
            }
        }
        let largeTime = Self.fastest { _ in
            var list = large
            list.update(with: large)
        }
        #expect(largeTime < smallTime * 8)
    }

    /// The fastest of several runs, which is the one that other work on the machine disturbed least.
    private static func fastest(_ work: (inout RequestDecoder) -> Void) -> Duration {
        var decoder = RequestDecoder()
        var best = Duration.seconds(3_600)
        for _ in 0..<5 { best = min(best, ContinuousClock().measure { work(&decoder) }) }
        return best
    }
}
