/// Pairs of a list and the values in them, appended as they lie on the wire (WireFormat, Lists).
extension [UInt8] {
    /// Appends a key, its value's type, and the four bytes that any value begins with: an integer, or a length.
    ///
    /// - Precondition: the key has 1 to 255 bytes.
    mutating func appendKey(_ key: String, _ type: ValueType, _ word: UInt32) {
        let bytes = key.utf8.span
        precondition(
            (1...KeyValueList.maximumKeyLength).contains(bytes.count), "A key in a list must have 1 to 255 bytes.")
        append(addingCapacity: bytes.count + 7) { output in
            output.append(bigEndian: UInt16(bytes.count))
            for index in bytes.indices { output.append(bytes[index]) }
            output.append(type.rawValue)
            output.append(bigEndian: word)
        }
    }

    mutating func appendPair(_ key: String, integer value: Int32) {
        appendKey(key, .integer, UInt32(bitPattern: value))
    }

    mutating func appendPair(_ key: String, _ type: ValueType, text: String) {
        let bytes = text.utf8.span
        appendKey(key, type, UInt32(bytes.count))
        append(copying: bytes)
    }

    mutating func appendPair(_ key: String, _ type: ValueType, bytes: [UInt8]) {
        appendKey(key, type, UInt32(bytes.count))
        append(copying: bytes.span)
    }

    mutating func appendPair(_ key: String, _ value: KeyValue) {
        switch value {
        case .string(let text): appendPair(key, .string, text: text)
        case .unicode(let text): appendPair(key, .unicode, text: text)
        case .integer(let value): appendPair(key, integer: value)
        case .binary(let bytes): appendPair(key, .binary, bytes: bytes)
        case .list(let pairs): appendPair(key, .list, bytes: pairs.packed)
        }
    }
}
