import Logging
import Testing

@testable import callcontrol

@Suite struct `The queue of log lines` {
    private var queue = LogQueue(limit: 20)

    private func summary(_ counts: LogQueue.Counts) -> String { "dropped \(counts.reduce(0, +))\n" }

    private mutating func append(_ line: String, _ level: Logger.Level = .info) -> Bool {
        queue.append(line, level, summary: summary)
    }

    private mutating func take() -> (batch: LogQueue.Batch, text: String) {
        let batch = queue.take(summary: summary)
        return (batch, String(decoding: batch.bytes, as: UTF8.self))
    }

    @Test mutating func `gives the lines in their order`() {
        #expect(queue.isEmpty)
        for number in 0..<3 { #expect(append("\(number)\n")) }
        #expect(!queue.isEmpty)
        #expect(take().text == "0\n1\n2\n")
        #expect(queue.isEmpty)
    }

    @Test mutating func `keeps a tenth for errors, and drops what does not fit`() {
        for number in 0..<18 { #expect(append("\(number)\n")) }
        #expect([append("e\n", .error), append("e\n", .critical), append("e\n", .error)] == [true, true, false])
        #expect(!append("x\n"))
    }

    @Test mutating func `counts lines that are being written as waiting`() {
        for _ in 0..<18 { _ = append("x\n") }
        let (batch, _) = take()
        #expect(!append("y\n"))
        queue.settle(batch, isWritten: true)
        #expect(append("z\n"))
        #expect(take().text == "dropped 1\nz\n")
    }

    @Test mutating func `tells how many were dropped where nothing else is logged any more`() {
        for _ in 0..<25 { _ = append("x\n") }
        queue.settle(take().batch, isWritten: true)
        #expect(!queue.isEmpty)
        #expect(take().text == "dropped 7\n")
        #expect(queue.isEmpty)
    }

    @Test mutating func `counts what could not be written as dropped, by level`() {
        _ = append("x\n", .warning)
        _ = append("y\n", .error)
        let (batch, _) = take()
        queue.settle(batch, isWritten: false)
        var told: LogQueue.Counts = []
        _ = queue.take { counts in
            told = counts
            return ""
        }
        #expect(told == [0, 0, 0, 0, 1, 1, 0])
    }
}
