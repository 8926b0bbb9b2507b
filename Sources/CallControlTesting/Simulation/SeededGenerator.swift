/// SplitMix64: every draw of a simulation comes from one of these, so its seed repeats it on every machine and in
/// every build.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A number from 0 to `bound` - 1. `bound` is at least 1.
    public mutating func draw(below bound: Int) -> Int {
        precondition(bound > 0, "a draw needs something to draw from")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    public mutating func draw(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + draw(below: range.upperBound - range.lowerBound + 1)
    }

    /// In whole nanoseconds. The range may be as wide as 100 years.
    public mutating func draw(_ range: ClosedRange<Duration>) -> Duration {
        .nanoseconds(Int64(draw(range.lowerBound.wholeNanoseconds...range.upperBound.wholeNanoseconds)))
    }

    /// True once in `count` draws, on average; never where `count` is 0.
    public mutating func oneIn(_ count: Int) -> Bool {
        count > 0 && draw(below: count) == 0
    }

    /// One of the elements; there is at least one.
    public mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[draw(below: elements.count)]
    }
}

extension Duration {
    var wholeNanoseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }
}
