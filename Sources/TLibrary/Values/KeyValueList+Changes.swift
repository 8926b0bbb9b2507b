// The four ways in which requests change user data (WireFormat, User data), and those in which the engine does.
extension KeyValueList {
    /// Adds a pair at the end; a key that stands there already then stands twice.
    ///
    /// - Precondition: the key has 1 to 255 bytes.
    public mutating func append(_ key: String, _ value: KeyValue) {
        packed.appendPair(key, value)
    }

    /// Adds all pairs at the end, as RequestAttachUserData does.
    public mutating func append(contentsOf other: KeyValueList) {
        packed.append(contentsOf: other.packed)
    }

    /// Removes every pair of the key and tells how many there were, as RequestDeletePair does.
    @discardableResult
    public mutating func removeAll(_ key: String) -> Int {
        let key = key.utf8.span
        let list = self
        let bytes = list.packed.span
        return keepPairs { !$0.hasKey(key, in: bytes) }
    }

    /// Removes every pair but those whose key is to be kept, as RequestDeleteUserData does for the engine's own keys.
    public mutating func removeAll(except keep: (_ key: String) -> Bool) {
        let list = self
        keepPairs { keep(list.key(of: $0)) }
    }

    /// Makes the key's value this text, in the place of its first pair, and removes further pairs of the key; appends
    /// the pair where there is none. Allocates nothing as long as the list has room.
    ///
    /// Returns where the pair begins (``setText(_:ofPairAt:)``).
    ///
    /// - Precondition: the key has 1 to 255 bytes.
    @discardableResult
    public mutating func set(_ key: String, _ text: String) -> Int {
        let length = text.utf8.count
        let (found, further) = pairs(of: key)
        guard let pair = found else {
            // Exactly the capacity for it, and for a few bytes more of a value that changes its length.
            packed.reserveCapacity(packed.count + key.utf8.count + length + 15)
            let offset = packed.count
            packed.appendPair(key, .string(text))
            return offset
        }
        if let further { removeAll(key, from: further) }
        guard pair.type == .string || pair.type == .unicode else {
            var replacement: [UInt8] = []
            replacement.appendPair(key, .string(text))
            packed.replaceSubrange(pair.bounds, with: replacement)
            return pair.start
        }
        setText(text, of: pair)
        return pair.start
    }

    /// Makes this text the value of the pair that begins there.
    ///
    /// - Precondition: a pair with a text begins there, as ``set(_:_:)`` returned it, and nothing else has changed the
    ///   list since.
    public mutating func setText(_ text: String, ofPairAt offset: Int) {
        setText(text, of: PackedPair(at: offset, in: packed.span))
    }

    private mutating func setText(_ text: String, of pair: PackedPair) {
        packed.replaceSubrange(pair.value, with: text.utf8)
        packed[pair.typeOffset] = ValueType.string.rawValue
        packed.write(bigEndian: UInt32(text.utf8.count), at: pair.typeOffset + 1)
    }

    /// The first pair of the key, and where the second begins, in one walk.
    private func pairs(of key: String) -> (first: PackedPair?, second: Int?) {
        let key = key.utf8.span
        let bytes = packed.span
        var first: PackedPair?
        var offset = 0
        while offset < bytes.count {
            let keyLength = Int(bytes.uint16(at: offset))
            let type = offset + 2 + keyLength
            let end =
                switch bytes[type] {
                case ValueType.integer.rawValue: type + 5
                case ValueType.long.rawValue: type + 9
                default: type + 5 + Int(bytes.uint32(at: type + 1))
                }
            if keyLength == key.count, isKey(key, at: offset + 2, in: bytes) {
                if first != nil { return (first, offset) }
                first = PackedPair(at: offset, in: bytes)
            }
            offset = end
        }
        return (first, nil)
    }

    private func isKey(_ key: Span<UInt8>, at offset: Int, in bytes: Span<UInt8>) -> Bool {
        for index in key.indices where bytes[offset + index] != key[index] { return false }
        return true
    }

    private mutating func removeAll(_ key: String, from offset: Int) {
        var offset = offset
        while let pair = pair(at: offset) {
            if self.key(of: pair).hasSameBytes(as: key) {
                packed.removeSubrange(pair.bounds)
            } else {
                offset = pair.end
            }
        }
    }

    /// Keeps the pairs that are wanted, in order, and tells how many were not.
    @discardableResult
    private mutating func keepPairs(where isWanted: (PackedPair) -> Bool) -> Int {
        var removed = 0
        var end = 0
        var offset = 0
        while let pair = pair(at: offset) {
            offset = pair.end
            guard isWanted(pair) else {
                removed += 1
                continue
            }
            if end < pair.start {
                for index in pair.bounds { packed[end + index - pair.start] = packed[index] }
            }
            end += pair.bounds.count
        }
        if removed > 0 { packed.removeLast(packed.count - end) }
        return removed
    }
}
