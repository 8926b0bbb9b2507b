/// A T-Library list: pairs in order, in which a key may stand twice, kept as they lie on the wire.
///
/// User data comes in as bytes, and goes out as the same bytes to every session that sees the call. So a list is never
/// taken apart to be passed on: it is copied as a whole, and read pair by pair where somebody asks. Keys and texts are
/// UTF-8, compared byte for byte (WireFormat, Lists).
///
/// A list that came in as bytes was checked by ``validated(_:maximumDepth:)`` or by an ``AttributeTable``, so whatever
/// holds a list may rely on its structure.
public struct KeyValueList: Sendable, Hashable {
    /// The deepest that lists in a request nest, the outermost counted as one. In events it is ``maximumEventDepth``.
    public static let maximumDepth = 12

    /// The deepest that lists in an event nest: a snapshot wraps user data.
    public static let maximumEventDepth = 16

    /// The most bytes of UTF-8 that a key has; the fewest is one.
    public static let maximumKeyLength = 255

    /// The pairs back to back, without the length that stands before a list on the wire.
    public internal(set) var packed: [UInt8]

    @inline(__always)
    public init() {
        packed = []
    }

    public init(_ pairs: some Sequence<(String, KeyValue)>) {
        packed = []
        for (key, value) in pairs { append(key, value) }
    }

    /// Takes bytes that have been checked.
    init(sound packed: [UInt8]) {
        self.packed = packed
    }

    /// Checks bytes from outside and takes them as a list. Nothing is allocated, and no list within one is read twice.
    public static func validated(
        _ bytes: [UInt8], maximumDepth: Int = KeyValueList.maximumDepth
    ) throws(WireError) -> KeyValueList {
        try ListCheck(maximumDepth: maximumDepth).check(bytes.span, from: 0, to: bytes.count, depth: 1)
        return KeyValueList(sound: bytes)
    }

    @inlinable
    public var isEmpty: Bool { packed.isEmpty }

    /// How many pairs, those of lists within the list not counted. Walks the list.
    public var count: Int {
        var count = 0
        var offset = 0
        while let pair = pair(at: offset) {
            count += 1
            offset = pair.end
        }
        return count
    }

    /// The value of the first pair with this key.
    public func first(_ key: String) -> KeyValue? {
        let key = key.utf8.span
        let packed = packed.span
        return firstPair { $0.hasKey(key, in: packed) }.map(value)
    }

    /// As ``first(_:)``, with A to Z equal to a to z, as Extensions are read.
    public func firstIgnoringCase(_ key: String) -> KeyValue? {
        let key = key.utf8.span
        let packed = packed.span
        return firstPair { $0.hasKey(ignoringCase: key, in: packed) }.map(value)
    }

    /// Whether any pair has the key, with A to Z equal to a to z.
    public func hasKey(ignoringCase key: String) -> Bool {
        let key = key.utf8.span
        let packed = packed.span
        return firstPair { $0.hasKey(ignoringCase: key, in: packed) } != nil
    }
}

// Pairs in place.
extension KeyValueList {
    /// The pair that begins there, or nil at the list's end.
    func pair(at offset: Int) -> PackedPair? {
        offset < packed.count ? PackedPair(at: offset, in: packed.span) : nil
    }

    func firstPair(from offset: Int = 0, where matches: (PackedPair) -> Bool) -> PackedPair? {
        var offset = offset
        while let pair = pair(at: offset) {
            if matches(pair) { return pair }
            offset = pair.end
        }
        return nil
    }

    func key(of pair: PackedPair) -> String {
        String(checked: packed.span, pair.key)
    }

    func value(of pair: PackedPair) -> KeyValue {
        let bytes = packed.span
        switch pair.type {
        case .string: return .string(String(checked: bytes, pair.value))
        case .unicode: return .unicode(String(checked: bytes, pair.value))
        case .integer: return .integer(Int32(bitPattern: bytes.uint32(at: pair.value.lowerBound)))
        case .binary: return .binary([UInt8](copying: bytes.extracting(pair.value)))
        case .list: return .list(KeyValueList(sound: [UInt8](copying: bytes.extracting(pair.value))))
        case .long: preconditionFailure("A packed list was changed without being checked.")
        }
    }
}

extension KeyValueList: Sequence {
    public struct Iterator: IteratorProtocol {
        private let list: KeyValueList
        private var offset = 0

        init(_ list: KeyValueList) {
            self.list = list
        }

        public mutating func next() -> KeyValuePair? {
            guard let pair = list.pair(at: offset) else { return nil }
            offset = pair.end
            return KeyValuePair(key: list.key(of: pair), value: list.value(of: pair))
        }
    }

    public func makeIterator() -> Iterator {
        Iterator(self)
    }

    public var underestimatedCount: Int { isEmpty ? 0 : 1 }
}

extension KeyValueList: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral pairs: (String, KeyValue)...) {
        self.init(pairs)
    }
}
