/// Big-endian integers and runs of bytes, out of spans and into arrays (WireFormat, Frame).
///
/// The loads are unsafe in name only: any bytes are an integer, and the load checks its bounds.
extension Span<UInt8> {
    @inline(__always)
    func uint16(at offset: Int) -> UInt16 {
        let raw = unsafe bytes
        return UInt16(bigEndian: unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    @inline(__always)
    func uint32(at offset: Int) -> UInt32 {
        let raw = unsafe bytes
        return UInt32(bigEndian: unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    @inline(__always)
    func uint64(at offset: Int) -> UInt64 {
        let raw = unsafe bytes
        return UInt64(bigEndian: unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Eight bytes, the first one lowest.
    @inline(__always)
    private func word(at offset: Int) -> UInt64 {
        let raw = unsafe bytes
        return UInt64(littleEndian: unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}

/// What a check of bytes as text found.
enum TextCheck {
    /// ASCII without zero bytes.
    case ascii
    /// UTF-8 without zero bytes, and not ASCII alone.
    case text
    /// UTF-8 with a zero byte in it.
    case zeroed
    case invalid
}

extension Span<UInt8> {
    /// Whether these bytes are well-formed UTF-8 (no overlong form, no surrogate, no truncated sequence), and whether a
    /// zero byte is among them. ASCII is checked eight bytes at a time. Never inlined: the loop over attributes, most of
    /// which hold no text, needs the registers.
    @inline(never)
    func checkText(_ range: Range<Int>) -> TextCheck {
        isASCII(range) ? .ascii : checkAnyText(range)
    }

    /// Whether these bytes are ASCII without zero bytes: none has a high bit, and none has one after 1 is subtracted.
    @inline(__always)
    fileprivate func isASCII(_ range: Range<Int>) -> Bool {
        var offset = range.lowerBound
        var flags: UInt64 = 0
        while range.upperBound &- offset >= 8 {
            let word = word(at: offset)
            flags |= word | (word &- 0x0101_0101_0101_0101)
            offset &+= 8
        }
        let rest = range.upperBound &- offset
        if rest > 0 {
            if range.upperBound >= 8 {
                // The last eight bytes, those before the rest replaced by ones.
                let shift = UInt64(truncatingIfNeeded: 8 &- rest) &* 8
                let word = word(at: range.upperBound &- 8) &>> shift | ~(~0 &>> shift) & 0x0101_0101_0101_0101
                flags |= word | (word &- 0x0101_0101_0101_0101)
            } else {
                for index in offset..<range.upperBound where self[index] &- 1 >= 0x7F { return false }
            }
        }
        return flags & 0x8080_8080_8080_8080 == 0
    }

    @inline(never)
    private func checkAnyText(_ range: Range<Int>) -> TextCheck {
        do {
            _ = try UTF8Span(validating: extracting(range))
        } catch {
            return .invalid
        }
        for index in range where self[index] == 0 { return .zeroed }
        return .text
    }
}

extension String {
    /// The text of bytes that ``Span/checkText(_:)`` found to be UTF-8, or ASCII.
    @inline(__always)
    init(checked bytes: Span<UInt8>, _ range: Range<Int>, isASCII: Bool = false) {
        self.init(copying: unsafe UTF8Span(unchecked: bytes.extracting(range), isKnownASCII: isASCII))
    }
}

extension String {
    /// Whether the UTF-8 of both is the same byte for byte, where `==` also takes equivalent spellings for equal.
    ///
    /// Inlinable, and over pointers that live for the comparison alone: DNs are compared several times for each request.
    @inlinable
    public func hasSameBytes(as other: String) -> Bool {
        let count = utf8.count
        guard count == other.utf8.count else { return false }
        let isSame = unsafe utf8.withContiguousStorageIfAvailable { left in
            unsafe other.utf8.withContiguousStorageIfAvailable { right in
                unsafe UnsafeRawBufferPointer(left).isSame(as: UnsafeRawBufferPointer(right))
            }
        }
        return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}

extension UnsafeRawBufferPointer {
    /// By words, of which the last may overlap the one before.
    ///
    /// - Precondition: both have the same count.
    @inlinable @inline(__always)
    func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        if count >= 8 {
            while offset < count &- 8 {
                guard unsafe isSame(as: other, UInt64.self, at: offset) else { return false }
                offset &+= 8
            }
            return unsafe isSame(as: other, UInt64.self, at: count &- 8)
        }
        if count >= 4 {
            return unsafe isSame(as: other, UInt32.self, at: 0) && isSame(as: other, UInt32.self, at: count &- 4)
        }
        while offset < count {
            guard unsafe self[offset] == other[offset] else { return false }
            offset &+= 1
        }
        return true
    }

    @inlinable @inline(__always)
    func isSame<Word: FixedWidthInteger & BitwiseCopyable>(
        as other: UnsafeRawBufferPointer, _: Word.Type, at offset: Int
    ) -> Bool {
        unsafe loadUnaligned(fromByteOffset: offset, as: Word.self)
            == other.loadUnaligned(fromByteOffset: offset, as: Word.self)
    }
}

extension [UInt8] {
    /// Writes over four bytes that are there already: a length that was not known before what it counts.
    mutating func write(bigEndian value: UInt32, at offset: Int) {
        self[offset] = UInt8(truncatingIfNeeded: value >> 24)
        self[offset + 1] = UInt8(truncatingIfNeeded: value >> 16)
        self[offset + 2] = UInt8(truncatingIfNeeded: value >> 8)
        self[offset + 3] = UInt8(truncatingIfNeeded: value)
    }

    /// Appends a copy of the bytes.
    ///
    /// The one kind of place in this target that needs a pointer: the standard library copies a span into an array only one byte
    /// after the other, and user data is kilobytes. The pointer does not outlive the closure, and its count is the span's.
    @inline(__always)
    package mutating func append(copying bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { buffer in unsafe append(contentsOf: buffer) }
    }

    /// Writes over bytes that are there already, the highest first. Unsafe in name: the view could break an element's
    /// invariant, and a byte has none; where it is written is checked.
    @inline(__always)
    mutating func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
        var span = mutableSpan
        var bytes = unsafe span.mutableBytes
        bytes.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Value.self)
    }

    /// Writes a copy of the bytes over as many that are there already. It needs a pointer for the same
    /// reason; the bounds are checked before.
    @inline(__always)
    mutating func store(_ text: Span<UInt8>, at offset: Int) {
        precondition(offset >= 0 && text.count <= count - offset, "Bytes are written into room that was made.")
        unsafe text.withUnsafeBytes { source in
            unsafe withUnsafeMutableBytes { target in
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: source)
            }
        }
    }

    init(copying bytes: Span<UInt8>) {
        self = []
        append(copying: bytes)
    }
}

/// Room at the end of an array, reserved once for all that a caller writes there.
extension OutputSpan<UInt8> {
    @inline(__always)
    mutating func append(bigEndian value: some FixedWidthInteger & UnsignedInteger) {
        var shift = value.bitWidth
        while shift > 0 {
            shift -= 8
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
