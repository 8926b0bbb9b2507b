extension KeyValueList {
    /// Takes over each pair of the other list, in order: it replaces the first pair of its key and removes further
    /// ones, or is appended where the key is not there yet (WireFormat, User data).
    ///
    /// Of a key that stands twice in the other list the last pair counts, for it replaces the one before.
    ///
    /// Both lists come from outside and may hold thousands of pairs. So the other list's keys are sorted once, and each
    /// pair of this list is looked up among them: the work grows with the product of no two lengths.
    public mutating func update(with other: KeyValueList) {
        if other.isEmpty { return }
        var keys = UpdateKeys(of: other)
        var result: [UInt8] = []
        result.reserveCapacity(packed.count + other.packed.count)
        var offset = 0
        while let pair = pair(at: offset) {
            offset = pair.end
            if let key = keys.index(of: pair.key, in: packed.span, among: other.packed.span) {
                keys.place(key, from: other, into: &result)
            } else {
                result.append(copying: packed.span.extracting(pair.bounds))
            }
        }
        keys.placeRest(from: other, into: &result)
        packed = result
    }
}

/// The distinct keys of an update, sorted by their bytes, each with the pair that counts for it.
private struct UpdateKeys {
    private struct Key {
        let bytes: Range<Int>
        /// The first pair of the key tells its place among what is appended, the last its value.
        let firstStart: Int
        var last: Range<Int>
        var isPlaced = false
    }

    private var keys: [Key] = []

    init(of list: KeyValueList) {
        var all: [Key] = []
        var offset = 0
        while let pair = list.pair(at: offset) {
            all.append(Key(bytes: pair.key, firstStart: pair.start, last: pair.bounds))
            offset = pair.end
        }
        let bytes = list.packed
        all.sort { left, right in
            let order = Self.order(left.bytes, in: bytes.span, right.bytes, in: bytes.span)
            return order == 0 ? left.firstStart < right.firstStart : order < 0
        }
        for key in all {
            if let last = keys.last, Self.order(last.bytes, in: bytes.span, key.bytes, in: bytes.span) == 0 {
                keys[keys.count - 1].last = key.last
            } else {
                keys.append(key)
            }
        }
    }

    /// Finds a key of another list among these, which lie in `own`.
    func index(of key: Range<Int>, in list: Span<UInt8>, among own: Span<UInt8>) -> Int? {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            let order = Self.order(keys[middle].bytes, in: own, key, in: list)
            if order == 0 { return middle }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// Appends the key's pair, the first time that it is asked to.
    mutating func place(_ index: Int, from list: KeyValueList, into result: inout [UInt8]) {
        if keys[index].isPlaced { return }
        keys[index].isPlaced = true
        result.append(copying: list.packed.span.extracting(keys[index].last))
    }

    mutating func placeRest(from list: KeyValueList, into result: inout [UInt8]) {
        for key in keys.filter({ !$0.isPlaced }).sorted(by: { $0.firstStart < $1.firstStart }) {
            result.append(copying: list.packed.span.extracting(key.last))
        }
    }

    /// Below, at or above zero, as the left key comes before, is, or comes after the right one.
    private static func order(
        _ left: Range<Int>, in leftBytes: Span<UInt8>, _ right: Range<Int>, in rightBytes: Span<UInt8>
    ) -> Int {
        for (leftIndex, rightIndex) in zip(left, right) where leftBytes[leftIndex] != rightBytes[rightIndex] {
            return Int(leftBytes[leftIndex]) - Int(rightBytes[rightIndex])
        }
        return left.count - right.count
    }
}
