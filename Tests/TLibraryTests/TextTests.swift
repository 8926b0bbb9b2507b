import TLibrary
import Testing

/// Texts of all short lengths, in words of eight bytes and behind them: which are accepted, and which are the same.
struct TextTests {
    private static let seed: UInt64 = 0x7E87_0001

    @Test func `a DN is accepted if it is UTF-8 without zero bytes`() {
        var generator = SeededGenerator(seed: Self.seed)
        var decoder = RequestDecoder()
        let pieces: [[UInt8]] = [[0x41], [0x7F], [0x01], Array("é".utf8), Array("€".utf8), Array("😀".utf8)]
        let faults: [[UInt8]] = [[0], [0x80], [0xC3], [0xFF], [0xED, 0xA0, 0x80], [0xC0, 0x80]]
        var (accepted, refused) = (0, 0)
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...20, using: &generator) {
                bytes += pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            }
            if Bool.random(using: &generator) {
                let index = Int.random(in: 0...bytes.count, using: &generator)
                bytes.insert(contentsOf: faults[Int.random(in: 0..<faults.count, using: &generator)], at: index)
            }
            let text = String(validating: bytes, as: UTF8.self)
            let frame = RawFrame(
                MessageNumber.requestHoldCall.rawValue, int(2, 7), long(9, 1), sized(20, type: 0, bytes))
            switch decoder.decode(frame.bytes) {
            case .request(let request):
                accepted += 1
                #expect(text.map { request.thisDN.text.hasSameBytes(as: $0) } == true)
                #expect(!bytes.contains(0))
            case .refused(let refusal):
                refused += 1
                #expect(refusal.code == (text == nil ? .elementFormat : .invalidAttribute))
                #expect(text == nil || bytes.contains(0))
            case .link:
                Issue.record("A request was taken for a link message.")
            }
        }
        #expect(accepted > 1_000 && refused > 1_000)
    }

    @Test func `texts are the same if all their bytes are`() {
        for count in 0...40 {
            let text = String(repeating: "5", count: count)
            #expect(text.hasSameBytes(as: String(repeating: "5", count: count)))
            #expect(!text.hasSameBytes(as: text + "5"))
            for index in 0..<count {
                var bytes = Array(text.utf8)
                bytes[index] = UInt8(ascii: "6")
                #expect(!text.hasSameBytes(as: String(decoding: bytes, as: UTF8.self)))
            }
        }
    }
}
