/// Some of the recordings of a call, by their indices: few enough for the bits of a word.
struct RecordingSet: Sendable, Equatable {
    private var bits: UInt64 = 0

    var isEmpty: Bool { bits == 0 }

    var count: Int { bits.nonzeroBitCount }

    /// The index, where there is no other.
    var only: Int? { count == 1 ? bits.trailingZeroBitCount : nil }

    mutating func insert(_ index: Int) {
        precondition(index < 64, "A call has at most 64 recordings at once.")
        bits |= 1 << UInt64(index)
    }

    /// In their order.
    func forEach(_ body: (Int) -> Void) {
        var rest = bits
        while rest != 0 {
            body(rest.trailingZeroBitCount)
            rest &= rest - 1
        }
    }
}
