/// In which order the bytes of a number stand.
enum ByteOrder: Equatable {
    case big
    case little
}

extension Span<UInt8> {
    /// The number at an offset, which has its bytes in the span.
    func number<Value: FixedWidthInteger>(
        at offset: Int, as type: Value.Type = Value.self, _ order: ByteOrder = .big
    ) -> Value {
        var value: Value = 0
        for place in 0..<Value.bitWidth / 8 {
            value = value << 8 | Value(truncatingIfNeeded: self[offset + place])
        }
        switch order {
        case .big: return value
        case .little: return value.byteSwapped
        }
    }
}
