/// Big-endian integers and runs of bytes, out of spans and into arrays (WireFormat, Frame).
extension Span<UInt8> {
    @inline(__always)
    func uint16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }

    @inline(__always)
    func uint32(at offset: Int) -> UInt32 {
        UInt32(uint16(at: offset)) << 16 | UInt32(uint16(at: offset + 2))
    }

    @inline(__always)
    func uint64(at offset: Int) -> UInt64 {
        UInt64(uint32(at: offset)) << 32 | UInt64(uint32(at: offset + 4))
    }
}

extension Span<UInt8> {
    /// Whether a zero byte is among these, eight bytes at a time. Unsafe in name: any bytes are an integer; the bounds are
    /// checked by the load.
    @inline(__always)
    func hasZero(_ range: Range<Int>) -> Bool {
        var offset = range.lowerBound
        let bytes = unsafe self.bytes
        while range.upperBound - offset >= 8 {
            let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 { return true }
            offset += 8
        }
        while offset < range.upperBound {
            if self[offset] == 0 { return true }
            offset += 1
        }
        return false
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
