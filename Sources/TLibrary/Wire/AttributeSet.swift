/// A set of attribute numbers below 192, among which are all that this protocol uses.
struct AttributeSet: Equatable {
    /// The first number that a set cannot hold.
    static let bound = 192

    private var low: UInt64 = 0
    private var middle: UInt64 = 0
    private var high: UInt64 = 0

    init() {}

    init(_ numbers: some Sequence<AttributeNumber>) {
        for number in numbers { insert(number.rawValue) }
    }

    init(_ numbers: AttributeNumber...) {
        self.init(numbers)
    }

    var isEmpty: Bool { low | middle | high == 0 }

    /// The lowest number, which is the one that an error message names.
    @inline(__always)
    var first: AttributeNumber? {
        if low != 0 { return AttributeNumber(rawValue: UInt16(low.trailingZeroBitCount)) }
        if middle != 0 { return AttributeNumber(rawValue: 64 + UInt16(middle.trailingZeroBitCount)) }
        if high != 0 { return AttributeNumber(rawValue: 128 + UInt16(high.trailingZeroBitCount)) }
        return nil
    }

    @inline(__always)
    func contains(_ number: UInt16) -> Bool {
        let bit = UInt64(1) &<< UInt64(number & 63)
        return switch number >> 6 {
        case 0: low & bit != 0
        case 1: middle & bit != 0
        case 2: high & bit != 0
        default: false
        }
    }

    @inline(__always)
    mutating func insert(_ number: UInt16) {
        let bit = UInt64(1) &<< UInt64(number & 63)
        switch number >> 6 {
        case 0: low |= bit
        case 1: middle |= bit
        case 2: high |= bit
        default: preconditionFailure("An attribute set holds numbers below 192 only.")
        }
    }

    /// Inserts a number below 192; false if the set had it.
    @inline(__always)
    mutating func insertNew(_ number: UInt16) -> Bool {
        let bit = UInt64(1) &<< UInt64(number & 63)
        let before: UInt64
        if number < 64 {
            before = low
            low = before | bit
        } else if number < 128 {
            before = middle
            middle = before | bit
        } else {
            before = high
            high = before | bit
        }
        return before & bit == 0
    }

    @inline(__always)
    func union(_ other: AttributeSet) -> AttributeSet {
        var result = self
        result.low |= other.low
        result.middle |= other.middle
        result.high |= other.high
        return result
    }

    @inline(__always)
    func intersection(_ other: AttributeSet) -> AttributeSet {
        var result = self
        result.low &= other.low
        result.middle &= other.middle
        result.high &= other.high
        return result
    }

    @inline(__always)
    func subtracting(_ other: AttributeSet) -> AttributeSet {
        var result = self
        result.low &= ~other.low
        result.middle &= ~other.middle
        result.high &= ~other.high
        return result
    }
}
