import CallControl
import EventLoops
import Logging
import Testing

@testable import callcontrol

@Suite struct `A log line` {
    private let time = WallTime(microseconds: 1_700_000_003_045_678)

    @Test func `has time, level, label, message, and its metadata in order`() {
        let line = LogLine.text(
            at: time, .notice, "callcontrol", "A shard takes new work again.",
            ["shard": "3", "at": "127.0.0.1:8000", "reason": "no \"room\"\n", "empty": ""])
        #expect(
            line == "2023-11-14T22:13:23.045Z notice callcontrol: A shard takes new work again. at=127.0.0.1:8000 "
                + "empty=\"\" reason=\"no \\\"room\\\"\\n\" shard=3\n")
    }

    @Test func `is one line whatever it is told`() {
        let line = LogLine.text(at: time, .info, "a", "x\ny\u{1B}[2J", ["k\n": "a\r\nb", "l": ["m", "n\n"]])
        #expect(line.dropLast().unicodeScalars.allSatisfy { $0.value >= 0x20 })
        #expect(line.hasSuffix("\n"))
    }

    @Test func `has a bound`() {
        for filler in ["x", "é", "語", "😀"] {
            let line = LogLine.text(at: time, .info, "a", String(repeating: filler, count: 10_000))
            #expect(line.utf8.count <= LogLine.limit + 1 && line.utf8.count > LogLine.limit - 8)
            #expect(line.hasSuffix("…\n"))
        }
    }
}
