/// The bytes of a frame while it is written.
///
/// Room is made ahead, so that an attribute costs a few stores and not the growth of an array; what was not needed is
/// taken back at the end.
struct FrameBuilder: ~Copyable {
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

    /// An attribute that is 32 bits, or the beginning of one whose length they are.
    @inline(__always)
    mutating func attribute(_ number: AttributeNumber, _ type: ValueType, _ value: UInt32) {
        ensure(8)
        bytes.store(Self.beginning(number, type, value), at: end)
        end += 7
    }

    @inline(__always)
    mutating func attribute(_ number: AttributeNumber, long value: UInt64) {
        ensure(11)
        bytes.store(Self.beginning(number, .long, 0), at: end)
        bytes.store(value, at: end + 3)
        end += 11
    }

    @inline(__always)
    mutating func attribute(_ number: AttributeNumber, _ type: ValueType, _ value: Span<UInt8>) {
        ensure(8 + value.count)
        bytes.store(Self.beginning(number, type, UInt32(value.count)), at: end)
        bytes.store(value, at: end + 7)
        end += 7 + value.count
    }

    /// Number, type, and the four bytes that follow: 7 bytes, and one that is written over next.
    @inline(__always)
    private static func beginning(_ number: AttributeNumber, _ type: ValueType, _ value: UInt32) -> UInt64 {
        UInt64(number.rawValue) << 48 | UInt64(type.rawValue) << 40 | UInt64(value) << 8
    }

    /// A key, its value's type, and the four bytes that any value begins with: an integer, or a length.
    ///
    /// - Precondition: the key has 1 to 255 bytes.
    @inline(__always)
    mutating func key(_ key: String, _ type: ValueType, _ value: UInt32, room further: Int = 0) {
        let text = key.utf8.span
        let size = text.count
        precondition((1...KeyValueList.maximumKeyLength).contains(size), "A key in a list must have 1 to 255 bytes.")
        ensure(size + 10 + further)
        bytes.store(UInt16(size), at: end)
        bytes.store(text, at: end + 2)
        bytes.store(UInt64(type.rawValue) << 56 | UInt64(value) << 24, at: end + 2 + size)
        end += size + 7
    }

    @inline(__always)
    mutating func pair(_ key: String, _ type: ValueType, _ value: Span<UInt8>) {
        self.key(key, type, UInt32(value.count), room: value.count)
        bytes.store(value, at: end)
        end += value.count
    }

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
