/// A place in a bencoded text that somebody else wrote: reads what is there, and says `nil` where it is not what it
/// should be. Goes no deeper than ``deepest`` and never beyond the text.
struct BencodeCursor: Sendable, Equatable {
    /// Of lists and dictionaries within each other. A reply of rtpengine has six.
    static let deepest = 32
    /// Of a number: `Int.min` has 19 and a sign.
    private static let mostDigits = 20

    private(set) var place: Int

    init(at place: Int = 0) {
        self.place = place
    }

    /// Whether the dictionary or list ends here; its end is then read.
    mutating func takesEnd(in text: borrowing Span<UInt8>) -> Bool {
        takes(UInt8(ascii: "e"), in: text)
    }

    mutating func takesDictionary(in text: borrowing Span<UInt8>) -> Bool {
        takes(UInt8(ascii: "d"), in: text)
    }

    mutating func takesList(in text: borrowing Span<UInt8>) -> Bool {
        takes(UInt8(ascii: "l"), in: text)
    }

    /// The place of a byte string.
    mutating func string(in text: borrowing Span<UInt8>) -> Range<Int>? {
        var next = place
        guard let length = Self.number(in: text, from: &next, until: UInt8(ascii: ":")) else { return nil }
        guard length >= 0, length <= text.count - next else { return nil }
        place = next + length
        return next..<place
    }

    mutating func integer(in text: borrowing Span<UInt8>) -> Int? {
        guard place < text.count, text[place] == UInt8(ascii: "i") else { return nil }
        var next = place + 1
        guard let value = Self.number(in: text, from: &next, until: UInt8(ascii: "e")) else { return nil }
        place = next
        return value
    }

    /// Goes over one value of any kind.
    mutating func skip(in text: borrowing Span<UInt8>) -> Bool {
        var depth = 0
        repeat {
            guard place < text.count else { return false }
            switch text[place] {
            case UInt8(ascii: "d"), UInt8(ascii: "l"):
                guard depth < Self.deepest else { return false }
                depth += 1
                place += 1
            case UInt8(ascii: "e"):
                guard depth > 0 else { return false }
                depth -= 1
                place += 1
            case UInt8(ascii: "i"):
                guard integer(in: text) != nil else { return false }
            default:
                guard string(in: text) != nil else { return false }
            }
        } while depth > 0
        return true
    }

    private mutating func takes(_ byte: UInt8, in text: borrowing Span<UInt8>) -> Bool {
        guard place < text.count, text[place] == byte else { return false }
        place += 1
        return true
    }

    /// A decimal number and the byte that ends it. No number that an `Int` cannot hold.
    private static func number(
        in text: borrowing Span<UInt8>, from place: inout Int, until end: UInt8
    ) -> Int? {
        var value = 0
        let isNegative = place < text.count && text[place] == UInt8(ascii: "-")
        let first = isNegative ? place + 1 : place
        var next = first
        while next < text.count, text[next] != end {
            guard next - first < mostDigits, text[next] >= UInt8(ascii: "0"), text[next] <= UInt8(ascii: "9") else {
                return nil
            }
            let (tenfold, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowsToo) = tenfold.addingReportingOverflow(Int(text[next] - UInt8(ascii: "0")))
            guard !overflows, !overflowsToo else { return nil }
            value = sum
            next += 1
        }
        guard next < text.count, next > first else { return nil }
        place = next + 1
        return isNegative ? -value : value
    }
}

extension Span<UInt8> {
    /// Whether these bytes are that text.
    func holds(_ text: String, at range: Range<Int>) -> Bool {
        let expected = text.utf8
        guard expected.count == range.count else { return false }
        var place = range.lowerBound
        for byte in expected {
            guard self[place] == byte else { return false }
            place += 1
        }
        return true
    }
}
