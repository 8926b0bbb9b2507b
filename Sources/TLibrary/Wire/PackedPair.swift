/// Where one pair lies in a packed list that is known to be sound (WireFormat, Lists).
struct PackedPair {
    /// Where the pair begins: at the length of its key.
    let start: Int
    let key: Range<Int>
    let type: ValueType
    /// The value's own bytes, after its length if it has one.
    let value: Range<Int>

    /// Where the next pair begins.
    var end: Int { value.upperBound }

    var bounds: Range<Int> { start..<end }

    /// Where the byte stands that tells the value's type.
    var typeOffset: Int { key.upperBound }

    init(at start: Int, in list: Span<UInt8>) {
        self.start = start
        key = start + 2..<start + 2 + Int(list.uint16(at: start))
        let offset = key.upperBound
        guard let type = ValueType(rawValue: list[offset]) else {
            preconditionFailure("A packed list was changed without being checked.")
        }
        self.type = type
        switch type {
        case .integer:
            value = offset + 1..<offset + 5
        case .long:
            value = offset + 1..<offset + 9
        case .string, .unicode, .binary, .list:
            value = offset + 5..<offset + 5 + Int(list.uint32(at: offset + 1))
        }
    }

    func hasKey(_ other: Span<UInt8>, in list: Span<UInt8>) -> Bool {
        guard key.count == other.count else { return false }
        for index in other.indices where list[key.lowerBound + index] != other[index] { return false }
        return true
    }

    /// As `hasKey(_:in:)`, with A to Z equal to a to z.
    func hasKey(ignoringCase other: Span<UInt8>, in list: Span<UInt8>) -> Bool {
        guard key.count == other.count else { return false }
        for index in other.indices
        where Self.lowercase(list[key.lowerBound + index]) != Self.lowercase(other[index]) { return false }
        return true
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
