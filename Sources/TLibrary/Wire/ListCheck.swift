/// The check of a packed list and all lists within it (WireFormat, Lists).
///
/// It reads each byte once and allocates nothing, and it calls itself no deeper than the limit; so what it costs is
/// bounded by the frame.
struct ListCheck {
    /// How deep lists may nest, the outermost counted as one.
    let maximumDepth: Int

    /// Throws unless the bytes from `start` to `end` are pairs, and nothing else. Both offsets lie within `bytes`. Returns
    /// whether a key or a string among them holds a zero byte.
    @discardableResult
    func check(_ bytes: Span<UInt8>, from start: Int, to end: Int, depth: Int) throws(WireError) -> Bool {
        var holdsZero = false
        guard depth <= maximumDepth else { throw .format("Lists are nested too deep.") }
        var offset = start
        while offset < end {
            guard end - offset >= 2 else { throw .format("A list ends within a key's length.") }
            let keyLength = Int(bytes.uint16(at: offset))
            guard (1...KeyValueList.maximumKeyLength).contains(keyLength) else {
                throw .format("A key in a list must have 1 to 255 bytes.")
            }
            let keyStart = offset + 2
            guard end - keyStart > keyLength else { throw .format("A list ends within a key.") }
            let typeOffset = keyStart + keyLength
            switch bytes.checkText(keyStart..<typeOffset) {
            case .ascii, .text: break
            case .zeroed: holdsZero = true
            case .invalid: throw .format("A key in a list is not UTF-8.")
            }
            offset = try checkValue(bytes, from: typeOffset, to: end, depth: depth, &holdsZero)
        }
        return holdsZero
    }

    /// Checks one value from its type on, and returns where it ends.
    private func checkValue(
        _ bytes: Span<UInt8>, from typeOffset: Int, to end: Int, depth: Int, _ holdsZero: inout Bool
    ) throws(WireError) -> Int {
        guard let type = ValueType(rawValue: bytes[typeOffset]), type != .long else {
            throw .format("A value in a list has an unknown type.")
        }
        guard end - typeOffset >= 5 else { throw .format("A list ends within a value.") }
        let valueStart = typeOffset + 5
        if type == .integer { return valueStart }
        let length = Int(bytes.uint32(at: typeOffset + 1))
        guard end - valueStart >= length else { throw .format("A value in a list is longer than the list.") }
        let valueEnd = valueStart + length
        switch type {
        case .string, .unicode:
            switch bytes.checkText(valueStart..<valueEnd) {
            case .ascii, .text: break
            case .zeroed: holdsZero = true
            case .invalid: throw .format("A string in a list is not UTF-8.")
            }
        case .list:
            if try check(bytes, from: valueStart, to: valueEnd, depth: depth + 1) { holdsZero = true }
        case .binary, .integer, .long:
            break
        }
        return valueEnd
    }
}
