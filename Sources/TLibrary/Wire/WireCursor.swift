/// The end of a frame under construction, within capacity that an array has reserved for it.
///
/// The only type of this target that stores through a pointer. The pointer lives as long as the closure of
/// ``FrameWriter/write(_:to:capacity:_:)``, which owns the cursor. Each store is compared with the capacity first:
/// a frame beyond it ends the process, and never writes behind the array.
@safe
@usableFromInline
struct WireCursor: ~Copyable {
    @usableFromInline let start: UnsafeMutableRawPointer
    @usableFromInline var next: UnsafeMutableRawPointer
    @usableFromInline let end: UnsafeMutableRawPointer

    /// Bytes of capacity behind the frame's bound: attributes of seven bytes are stored as eight.
    @usableFromInline static let slack = 8

    /// - Precondition: `count` bytes at `start` may be written to, for as long as the cursor lives.
    @unsafe
    @inlinable @inline(__always)
    init(_ start: UnsafeMutableRawPointer, count: Int) {
        unsafe self.start = start
        unsafe next = start
        unsafe end = start + count
    }

    /// Bytes written so far.
    @inlinable @inline(__always)
    var count: Int { unsafe next - start }

    @inlinable @inline(__always)
    func require(_ size: Int) {
        if unsafe size > end - next { Self.overrun() }
    }

    @inline(never)
    @usableFromInline static func overrun() -> Never {
        fatalError("A frame has more bytes than its writer reserved for it.")
    }

    // MARK: - Integers

    /// - Precondition: the bytes are within the capacity, by ``require(_:)``.
    @inlinable @inline(__always)
    func store(_ value: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
        unsafe next.storeBytes(of: value.bigEndian, toByteOffset: offset, as: type(of: value))
    }

    @inlinable @inline(__always)
    mutating func advance(by size: Int) {
        unsafe next += size
    }

    /// Replaces a length that is known only behind what it counts.
    @inlinable @inline(__always)
    func patch(length: Int, at offset: Int) {
        precondition(offset >= 0 && offset + 4 <= count, "A length is replaced where one was written.")
        unsafe start.storeBytes(of: UInt32(truncatingIfNeeded: length).bigEndian, toByteOffset: offset, as: UInt32.self)
    }

    // MARK: - Bytes

    /// - Precondition: the bytes are within the capacity, by ``require(_:)``.
    @inlinable @inline(__always)
    mutating func copy(_ bytes: UnsafeRawBufferPointer) {
        let count = bytes.count
        switch count {
        case 8...16:
            // Two words that may overlap: no call for DNs and states.
            unsafe next.storeBytes(of: bytes.loadUnaligned(as: UInt64.self), as: UInt64.self)
            let last = unsafe bytes.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            unsafe next.storeBytes(of: last, toByteOffset: count &- 8, as: UInt64.self)
        case 4...7:
            unsafe next.storeBytes(of: bytes.loadUnaligned(as: UInt32.self), as: UInt32.self)
            let last = unsafe bytes.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
            unsafe next.storeBytes(of: last, toByteOffset: count &- 4, as: UInt32.self)
        default:
            guard let base = bytes.baseAddress else { return }
            unsafe next.copyMemory(from: base, byteCount: count)
        }
        unsafe next += count
    }

    @inlinable @inline(__always)
    mutating func copy(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe copy($0) }
    }

    /// A text that is not a constant here, and has few bytes.
    @inlinable @inline(__always)
    mutating func copy(short text: StaticString) {
        unsafe copy(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inlinable @inline(__always)
    mutating func copy(_ text: StaticString) {
        unsafe next.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        unsafe next += text.utf8CodeUnitCount
    }
}

/// Calls `body` with the text's UTF-8, which lives for the call.
@inlinable @inline(__always)
func withBytes(of text: String, _ body: (UnsafeRawBufferPointer) -> Void) {
    let isDone: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { unsafe body(UnsafeRawBufferPointer($0)) }
    if isDone == nil { unsafe withCopiedBytes(of: text, body) }
}

/// For a text whose UTF-8 does not lie in one piece.
@inline(never)
@usableFromInline
func withCopiedBytes(of text: String, _ body: (UnsafeRawBufferPointer) -> Void) {
    let bytes = Array(text.utf8)
    unsafe bytes.withUnsafeBytes { unsafe body($0) }
}

// Texts.
extension WireCursor {
    @inlinable @inline(__always)
    mutating func attribute(_ number: AttributeNumber, _ text: String) {
        unsafe withBytes(of: text) { bytes in
            attribute(number, .string, UInt32(truncatingIfNeeded: bytes.count), room: bytes.count)
            unsafe copy(bytes)
        }
    }

    @inlinable @inline(__always)
    mutating func pair(_ key: StaticString, _ text: String) {
        unsafe withBytes(of: text) { bytes in
            self.key(key, .string, UInt32(truncatingIfNeeded: bytes.count), room: bytes.count)
            unsafe copy(bytes)
        }
    }

    @inlinable @inline(__always)
    mutating func pair(key: String, _ text: String) {
        unsafe withBytes(of: text) { bytes in
            self.key(key, .string, UInt32(truncatingIfNeeded: bytes.count), room: bytes.count)
            unsafe copy(bytes)
        }
    }

    /// A key, its value's type, and the four bytes that any value begins with: an integer, or a length.
    @inlinable @inline(__always)
    mutating func key(_ key: String, _ type: ValueType, _ word: UInt32, room: Int = 0) {
        unsafe withBytes(of: key) { bytes in
            precondition(
                (1...KeyValueList.maximumKeyLength).contains(bytes.count), "A key in a list must have 1 to 255 bytes.")
            require(bytes.count &+ 10 &+ room)
            store(UInt16(truncatingIfNeeded: bytes.count), at: 0)
            advance(by: 2)
            unsafe copy(bytes)
            value(type, word)
        }
    }
}

extension FrameWriter {
    /// Writes one frame at the end of an array, and returns where in the array it lies, its length field included.
    ///
    /// The array grows once, by `capacity`; the frame's fields are then stored without growing it again. A frame of more
    /// bytes than `capacity` is a programming error and ends the process.
    ///
    /// - Parameters:
    ///   - message: the frame's message number.
    ///   - bytes: what the frame is appended to.
    ///   - capacity: an upper bound of the frame's bytes, its length field included. ``FrameSize`` computes one.
    ///   - body: writes the attributes; those of an event in ascending order.
    @discardableResult
    @inlinable @inline(__always)
    public static func write(
        _ message: MessageNumber, to bytes: inout [UInt8], capacity: Int, _ body: (inout FrameWriter) -> Void
    ) -> Range<Int> {
        let start = bytes.count
        bytes.append(addingCapacity: capacity + WireCursor.slack) { output in
            unsafe output.withUnsafeMutableBufferPointer { storage, count in
                guard let base = storage.baseAddress else { return }
                let cursor = unsafe WireCursor(base + count, count: capacity + WireCursor.slack)
                var frame = FrameWriter(message, cursor)
                body(&frame)
                let size = frame.finish()
                if size > capacity { WireCursor.overrun() }
                count += size
            }
        }
        return start..<bytes.count
    }
}
