import TLibrary
import Testing

/// Frames of our own, damaged at random: whatever comes out, nothing traps.
struct MutationTests {
    static let seed: UInt64 = 0x7412_1B5E_ED00_0001

    @Test func `100,000 damaged frames all come out as something`() {
        var generator = SeededGenerator(seed: Self.seed)
        var decoder = RequestDecoder()
        var table = AttributeTable()
        var requests = 0
        var refusals: [ErrorCode: Int] = [:]
        for _ in 0..<100_000 {
            let frame = Self.damaged(Samples.frames, &generator)
            if frame.count >= 4 { _ = FrameDecoder.split(frame.span) }
            switch decoder.decode(frame, sessionIsOpen: Int.random(in: 0..<8, using: &generator) > 0) {
            case .request(let request):
                requests += 1
                if requests % 16 == 0 { Self.use(request, &decoder) }
            case .link:
                break
            case .refused(let refusal):
                refusals[refusal.code, default: 0] += 1
            }
            _ = try? Event(decoding: frame.span, table: &table)
        }
        #expect(requests > 5_000, "seed \(Self.seed)")
        let codes: Set<ErrorCode> = [
            .elementFormat, .badMessageType, .unsupportedOperation, .missingElement, .invalidAttribute,
            .outsideService, .protocolVersion,
        ]
        #expect(codes.isSubset(of: refusals.keys), "seed \(Self.seed)")
    }

    @Test func `20,000 frames of noise all come out as something`() {
        var generator = SeededGenerator(seed: Self.seed)
        var decoder = RequestDecoder()
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...64, using: &generator)
            var frame = (0..<count).map { _ in UInt8.random(in: 0...12, using: &generator) }
            if frame.count >= 8 { frame.replaceSubrange(4..<7, with: [1, 0, 0]) }
            _ = decoder.decode(frame)
        }
    }

    /// What was let through must be sound: its lists can be walked and changed, and it encodes to itself.
    private static func use(_ request: Request, _ decoder: inout RequestDecoder) {
        for list in [request.extensions, request.reasons] {
            #expect(list.map(\.key).count == list.count)
            var changed = list
            changed.update(with: list)
            changed.set("key", "text")
            changed.removeAll("key")
            #expect((try? KeyValueList.validated(changed.packed)) == changed)
        }
        #expect(decoder.decode(Samples.frame(of: request)) == .request(request))
    }

    private static func damaged(_ frames: [[UInt8]], _ generator: inout SeededGenerator) -> [UInt8] {
        guard var frame = frames.randomElement(using: &generator) else { return [] }
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard let index = frame.indices.randomElement(using: &generator) else { return frame }
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: frame[index] = .random(in: .min ... .max, using: &generator)
            case 1: frame[index] ^= 1 << Int.random(in: 0..<8, using: &generator)
            case 2: frame.remove(at: index)
            case 3: frame.insert(.random(in: 0...5, using: &generator), at: index)
            case 4: frame.removeSubrange(index..<min(index + 11, frame.count))
            default: frame[index] = [0, 1, 127, 128, 255].randomElement(using: &generator) ?? 0
            }
        }
        return frame
    }
}
