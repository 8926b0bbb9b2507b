/// Writes frames that carry events.
public typealias EventWriter = FrameWriter

/// Writes one frame at the end of an array (WireFormat, Frame).
///
/// ```swift
/// let range = EventWriter.write(.eventACK, to: &bytes, capacity: 64) { event in
///     event.integer(.referenceID, 7)
///     event.list(.extensions) { $0.string("id", "rec-1") }
/// }
/// ```
///
/// The array grows once for a frame, by the capacity that the caller gives. Inlinable: an attribute with a constant
/// number costs a comparison and one or two stores.
public struct FrameWriter: ~Copyable {
    @usableFromInline var list: ListWriter
    #if DEBUG
        @usableFromInline let isEvent: Bool
        @usableFromInline var last = -1
    #endif

    @inlinable @inline(__always)
    init(_ message: MessageNumber, _ cursor: consuming WireCursor) {
        list = ListWriter(cursor: cursor)
        #if DEBUG
            isEvent = message.kind == .event
        #endif
        list.cursor.require(FrameSize.header)
        list.cursor.store(UInt64(FrameLayout.version) << 24 | UInt64(message.rawValue), at: 0)
        list.cursor.advance(by: FrameSize.header)
    }

    /// Writes the length field, and returns the frame's size.
    @inlinable @inline(__always)
    consuming func finish() -> Int {
        let size = list.cursor.count
        list.cursor.patch(length: size - FrameLayout.lengthSize, at: 0)
        return size
    }

    /// Bytes of the frame so far.
    public var frameLength: Int { list.frameLength }

    @inlinable @inline(__always)
    public mutating func integer(_ number: AttributeNumber, _ value: Int32) {
        unsigned(number, UInt32(bitPattern: value))
    }

    /// An int that is read without its sign, as times are.
    @inlinable @inline(__always)
    public mutating func unsigned(_ number: AttributeNumber, _ value: UInt32) {
        ascend(to: number)
        list.cursor.attribute(number, .integer, value)
    }

    @inlinable @inline(__always)
    public mutating func enumeration(_ number: AttributeNumber, _ value: some OpenEnumeration) {
        integer(number, value.rawValue)
    }

    @inlinable @inline(__always)
    public mutating func long(_ number: AttributeNumber, _ value: UInt64) {
        ascend(to: number)
        list.cursor.attribute(number, long: value)
    }

    @inlinable @inline(__always)
    public mutating func connection(_ number: AttributeNumber, _ value: ConnectionID) {
        long(number, value.rawValue)
    }

    @inlinable @inline(__always)
    public mutating func string(_ number: AttributeNumber, _ text: String) {
        ascend(to: number)
        list.cursor.attribute(number, text)
    }

    @inlinable @inline(__always)
    public mutating func directoryNumber(_ number: AttributeNumber, _ dn: DirectoryNumber) {
        string(number, dn.text)
    }

    @inlinable @inline(__always)
    public mutating func list(_ number: AttributeNumber, _ pairs: KeyValueList) {
        ascend(to: number)
        let bytes = pairs.packed.span
        list.cursor.attribute(number, .list, UInt32(truncatingIfNeeded: bytes.count), room: bytes.count)
        list.cursor.copy(bytes)
    }

    /// A list whose pairs the closure writes, in place.
    @inlinable @inline(__always)
    public mutating func list(_ number: AttributeNumber, _ body: (inout ListWriter) -> Void) {
        ascend(to: number)
        list.cursor.attribute(number, .list, 0)
        list.writeCounted(body)
    }

    /// A server sends attributes in ascending order; a client may send them in any (WireFormat, Frame).
    @inlinable @inline(__always)
    mutating func ascend(to number: AttributeNumber) {
        #if DEBUG
            assert(!isEvent || Int(number.rawValue) > last, "The attributes of an event must ascend.")
            last = Int(number.rawValue)
        #endif
    }
}

extension WireCursor {
    /// An attribute that is 32 bits, or the beginning of one whose length they are. `room` more bytes fit behind it.
    @inlinable @inline(__always)
    mutating func attribute(_ number: AttributeNumber, _ type: ValueType, _ value: UInt32, room: Int = 0) {
        require(8 &+ room)
        store(UInt64(number.rawValue) << 48 | UInt64(type.rawValue) << 40 | UInt64(value) << 8, at: 0)
        advance(by: 7)
    }

    @inlinable @inline(__always)
    mutating func attribute(_ number: AttributeNumber, long value: UInt64) {
        require(11)
        store(UInt32(number.rawValue) << 16 | UInt32(ValueType.long.rawValue) << 8, at: 0)
        store(value, at: 3)
        advance(by: 11)
    }
}
