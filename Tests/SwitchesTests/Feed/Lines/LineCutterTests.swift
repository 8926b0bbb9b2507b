import Testing

@testable import Switches

@Suite struct `Bytes of a feed` {
    private static let text = "{\"a\":1}\n\n \r\n{\"b\":2}\r\n{}\nrest"

    /// The lines of what comes in these pieces, and what comes after them.
    private func cut(_ pieces: [some Collection<UInt8>], limit: Int = 64) -> ([String], LineSplitter.Cut) {
        var cutter = LineSplitter(limit: limit)
        var lines: [String] = []
        var last = LineSplitter.Cut.incomplete
        for piece in pieces {
            cutter.append(Array(piece).span)
            last = cutter.next()
            while case .line(let line) = last {
                lines.append(String(decoding: line, as: UTF8.self))
                last = cutter.next()
            }
            if last == .tooLong { break }
        }
        return (lines, last)
    }

    @Test func `are lines, wherever they are cut`() {
        let bytes = Array(Self.text.utf8)
        for place in bytes.indices {
            let (lines, last) = cut([bytes[..<place], bytes[place...]])
            #expect(lines == ["{\"a\":1}", "{\"b\":2}\r", "{}"] && last == .incomplete)
        }
        #expect(cut(bytes.map { [$0] }).0.count == 3)
    }

    @Test(arguments: [7, 8, 9]) func `are no line beyond the limit, ended or not`(length: Int) {
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: length)
        let isLine = length <= 8
        #expect(
            cut([line + [10]], limit: 8)
                == (isLine ? ([String(repeating: "x", count: length)], .incomplete) : ([], .tooLong)))
        #expect(cut([line], limit: 8).1 == (isLine ? .incomplete : .tooLong))
        #expect(cut(line.map { [$0] }, limit: 8).1 == (isLine ? .incomplete : .tooLong))
    }
}
