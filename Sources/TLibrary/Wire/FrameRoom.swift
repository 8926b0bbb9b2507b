/// The bytes of a frame while it is written.
///
/// Room is made ahead, so that an attribute costs a few stores and not the growth of an array; what was not needed is
/// taken back at the end.
struct FrameRoom: ~Copyable {
    private var bytes: [UInt8]
    /// Where the next byte goes.
    private(set) var end: Int

    /// What is made ahead: most events fit.
    private static let step = 512

    /// Writes behind what the array holds. The caller's is empty until ``finish(in:)``: nothing is copied.
    init(taking bytes: inout [UInt8]) {
        self.bytes = []
        end = bytes.count
        swap(&self.bytes, &bytes)
        makeRoom(Self.step)
    }

    mutating func finish(in bytes: inout [UInt8]) {
        self.bytes.removeLast(self.bytes.count - end)
        swap(&self.bytes, &bytes)
    }

    @inline(__always)
    private mutating func ensure(_ count: Int) {
        if bytes.count - end < count { makeRoom(max(count, Self.step)) }
    }

    @inline(never)
    private mutating func makeRoom(_ count: Int) {
        bytes.append(addingCapacity: count) { $0.append(repeating: 0, count: count) }
    }

    // MARK: - Attributes and pairs

    @inline(__always)
    mutating func header(_ message: MessageNumber) {
        ensure(FrameLayout.headerSize)
        bytes.store(UInt64(FrameLayout.version) << 24 | UInt64(message.rawValue), at: end)
        end += FrameLayout.headerSize
    }

    /// An attribute's number, its type, and the four bytes that any value begins with.
    @inline(__always)
    mutating func attribute(_ number: AttributeNumber, _ type: ValueType, _ value: UInt32) {
        ensure(8)
        bytes.store(UInt64(number.rawValue) << 48 | UInt64(type.rawValue) << 40 | UInt64(value) << 8, at: end)
        end += 7
    }

    @inline(__always)
    mutating func attribute(_ number: AttributeNumber, long value: UInt64) {
        ensure(11)
        bytes.store(number.rawValue, at: end)
        bytes.store(ValueType.long.rawValue, at: end + 2)
        bytes.store(value, at: end + 3)
        end += 11
    }

    /// A key, its value's type, and the four bytes that any value begins with: an integer, or a length.
    ///
    /// - Precondition: the key has 1 to 255 bytes.
    @inline(__always)
    mutating func key(_ key: String, _ type: ValueType, _ value: UInt32) {
        let text = key.utf8.span
        precondition(
            (1...KeyValueList.maximumKeyLength).contains(text.count), "A key in a list must have 1 to 255 bytes.")
        ensure(text.count + 7)
        bytes.store(UInt16(text.count), at: end)
        bytes.store(text, at: end + 2)
        bytes.store(type.rawValue, at: end + 2 + text.count)
        bytes.store(value, at: end + 3 + text.count)
        end += text.count + 7
    }

    @inline(__always)
    mutating func append(_ text: Span<UInt8>) {
        ensure(text.count)
        bytes.store(text, at: end)
        end += text.count
    }

    /// Writes over a length that was not known before what it counts.
    mutating func write(length: Int, at place: Int) {
        bytes.store(UInt32(length), at: place)
    }
}
