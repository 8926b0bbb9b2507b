/// Writes the pairs of a list in place, at the end of a frame under construction (WireFormat, Lists).
///
/// ``FrameWriter`` passes one to the closure of a list. Lists within the list are written by the same writer.
public struct ListWriter: ~Copyable {
    @usableFromInline var cursor: WireCursor

    @inlinable @inline(__always)
    init(cursor: consuming WireCursor) {
        self.cursor = cursor
    }

    /// Bytes of the frame so far: its limit less these is what fits.
    public var frameLength: Int { cursor.count }

    // MARK: - Keys of the protocol

    /// - Precondition: the key has 1 to ``FrameSize/maximumStaticKey`` bytes.
    @inlinable @inline(__always)
    public mutating func string(_ key: StaticString, _ text: String) {
        cursor.pair(key, text)
    }

    /// A value that is one of the protocol's own words.
    @inlinable @inline(__always)
    public mutating func string(_ key: StaticString, named value: StaticString) {
        cursor.key(key, .string, UInt32(truncatingIfNeeded: value.utf8CodeUnitCount), room: value.utf8CodeUnitCount)
        cursor.copy(short: value)
    }

    @inlinable @inline(__always)
    public mutating func integer(_ key: StaticString, _ value: Int32) {
        cursor.key(key, .integer, UInt32(bitPattern: value))
    }

    @inlinable @inline(__always)
    public mutating func list(_ key: StaticString, _ pairs: KeyValueList) {
        let bytes = pairs.packed.span
        cursor.key(key, .list, UInt32(truncatingIfNeeded: bytes.count), room: bytes.count)
        cursor.copy(bytes)
    }

    /// A list within the list, whose pairs the closure writes.
    @inlinable @inline(__always)
    public mutating func list(_ key: StaticString, _ body: (inout ListWriter) -> Void) {
        cursor.key(key, .list, 0)
        writeCounted(body)
    }

    // MARK: - Keys that are made at run time

    /// - Precondition: every key has 1 to 255 bytes.
    @inlinable @inline(__always)
    public mutating func string(key: String, _ text: String) {
        cursor.pair(key: key, text)
    }

    @inlinable @inline(__always)
    public mutating func string(key: String, named value: StaticString) {
        cursor.key(key, .string, UInt32(truncatingIfNeeded: value.utf8CodeUnitCount), room: value.utf8CodeUnitCount)
        cursor.copy(short: value)
    }

    @inlinable
    public mutating func integer(key: String, _ value: Int32) {
        cursor.key(key, .integer, UInt32(bitPattern: value))
    }

    @inlinable @inline(__always)
    public mutating func list(key: String, _ body: (inout ListWriter) -> Void) {
        cursor.key(key, .list, 0)
        writeCounted(body)
    }

    /// All pairs of another list.
    @inlinable
    public mutating func append(contentsOf pairs: KeyValueList) {
        let bytes = pairs.packed.span
        cursor.require(bytes.count)
        cursor.copy(bytes)
    }

    /// Writes a list's pairs behind its length, and then the length.
    @inlinable @inline(__always)
    mutating func writeCounted(_ body: (inout ListWriter) -> Void) {
        let start = cursor.count
        body(&self)
        cursor.patch(length: cursor.count - start, at: start - 4)
    }
}

extension WireCursor {
    /// A key, its value's type, and the four bytes that any value begins with: an integer, or a length.
    @inlinable @inline(__always)
    mutating func key(_ key: StaticString, _ type: ValueType, _ value: UInt32, room: Int = 0) {
        let size = key.utf8CodeUnitCount
        precondition((1...FrameSize.maximumStaticKey).contains(size), "A key of the protocol has 1 to 16 bytes.")
        require(size &+ 10 &+ room)
        store(UInt16(truncatingIfNeeded: size), at: 0)
        advance(by: 2)
        copy(key)
        self.value(type, value)
    }

    /// - Precondition: eight bytes are within the capacity.
    @inlinable @inline(__always)
    mutating func value(_ type: ValueType, _ word: UInt32) {
        store(UInt64(type.rawValue) << 56 | UInt64(word) << 24, at: 0)
        advance(by: 5)
    }
}
