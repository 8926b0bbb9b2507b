/// Names one exchange with the server: a command, its repeats and its answer, and nothing else ever. The server answers
/// a cookie that it has seen with the answer that it gave before.
struct NGCookie: Sendable, Hashable {
    /// Drawn by each link at its start, so that no link, and no run of the program, takes another's answers.
    var run: UInt64
    var number: UInt64

    private static let runDigits = 16
    private static let mostDigits = 19

    /// Reads the cookie at the beginning of a datagram, and where it ends: at the first space. `nil` where it can be
    /// none of ours.
    static func read(_ datagram: borrowing Span<UInt8>) -> (cookie: NGCookie, end: Int)? {
        guard datagram.count > runDigits + 2, datagram[runDigits] == UInt8(ascii: "_") else { return nil }
        var run: UInt64 = 0
        for place in 0..<runDigits {
            guard let digit = value(ofHexDigit: datagram[place]) else { return nil }
            run = run << 4 | UInt64(digit)
        }
        var number: UInt64 = 0
        let first = runDigits + 1
        var place = first
        while place < datagram.count, datagram[place] != UInt8(ascii: " ") {
            let byte = datagram[place]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), place - first < mostDigits else { return nil }
            number = number &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
            place += 1
        }
        guard place < datagram.count, place > first else { return nil }
        return (NGCookie(run: run, number: number), place)
    }

    func append(to bytes: inout [UInt8]) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: run >> UInt64(shift)) & 0x0F
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
        }
        bytes.append(UInt8(ascii: "_"))
        bytes.appendDecimal(number)
    }

    private static func value(ofHexDigit byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
