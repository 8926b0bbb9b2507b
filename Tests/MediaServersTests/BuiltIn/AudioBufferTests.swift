import Testing

@testable import MediaServers

@Suite struct AudioBufferTests {
    private let tick = [Int16](repeating: 1, count: 160 * 2)

    @Test func `Audio that fits is handed on as it came`() {
        var buffer = AudioBuffer()
        buffer.append(tick, silence: 0)
        buffer.append(tick, silence: 3)
        let full = buffer.empty()
        #expect(full.samples == tick + tick + Array(repeating: 0, count: 6))
        #expect(full.owed == 0)
        #expect(buffer.isEmpty)
    }

    @Test func `A buffer that nobody empties stops growing and owes the rest as silence`() {
        var buffer = AudioBuffer()
        for _ in 0..<1_000 {
            buffer.append(tick, silence: 0)
        }
        let full = buffer.empty()
        #expect(full.samples.count <= AudioBuffer.capacity * 2)
        #expect(full.samples.count / 2 + full.owed == 160 * 1_000)
        #expect(full.dropped == full.owed)
        #expect(buffer.dropped == 0)
    }

    @Test func `Silence beyond all room is owed and nothing of it counts as dropped`() {
        var buffer = AudioBuffer()
        buffer.append(tick, silence: 1_000_000)
        let full = buffer.empty()
        #expect(full.samples == tick)
        #expect(full.owed == 1_000_000)
        #expect(full.dropped == 0)
    }

    @Test func `The writer is woken for half a second`() {
        var buffer = AudioBuffer()
        for _ in 0..<24 {
            buffer.append(tick, silence: 0)
        }
        #expect(!buffer.isWorthWriting)
        buffer.append(tick, silence: 0)
        #expect(buffer.isWorthWriting)
    }
}
