/// The values of the attributes of the frame that was read last.
///
/// Each answers nil where the attribute is not there or has another type, and for numbers from 192 on, which this
/// protocol does not use. The frame must be the one that ``read(_:maximumDepth:)`` was given.
extension AttributeTable {
    @inline(__always)
    public func contains(_ number: AttributeNumber) -> Bool {
        present.contains(number.rawValue)
    }

    @inline(__always)
    public func integer(_ number: AttributeNumber, in frame: Span<UInt8>) -> Int32? {
        unsigned(number, in: frame).map { Int32(bitPattern: $0) }
    }

    /// The 32 bits of an integer without a sign, as times are read.
    @inline(__always)
    public func unsigned(_ number: AttributeNumber, in frame: Span<UInt8>) -> UInt32? {
        guard let value = value(number, .integer, in: frame) else { return nil }
        return frame.uint32(at: value)
    }

    @inline(__always)
    public func enumeration<Value: OpenEnumeration>(
        _ number: AttributeNumber, in frame: Span<UInt8>, as _: Value.Type = Value.self
    ) -> Value? {
        integer(number, in: frame).map { Value(rawValue: $0) }
    }

    @inline(__always)
    public func long(_ number: AttributeNumber, in frame: Span<UInt8>) -> UInt64? {
        guard let value = value(number, .long, in: frame) else { return nil }
        return frame.uint64(at: value)
    }

    @inline(__always)
    public func connection(_ number: AttributeNumber, in frame: Span<UInt8>) -> ConnectionID? {
        long(number, in: frame).map { ConnectionID(rawValue: $0) }
    }

    @inline(__always)
    public func string(_ number: AttributeNumber, in frame: Span<UInt8>) -> String? {
        bytes(number, .string, in: frame).map { String(checked: frame, $0, isASCII: marks.isASCII) }
    }

    @inline(__always)
    public func directoryNumber(_ number: AttributeNumber, in frame: Span<UInt8>) -> DirectoryNumber? {
        string(number, in: frame).map { DirectoryNumber($0) }
    }

    @inline(__always)
    public func list(_ number: AttributeNumber, in frame: Span<UInt8>) -> KeyValueList? {
        bytes(number, .list, in: frame).map { KeyValueList(sound: [UInt8](copying: frame.extracting($0))) }
    }

    @inline(__always)
    public func binary(_ number: AttributeNumber, in frame: Span<UInt8>) -> [UInt8]? {
        bytes(number, .binary, in: frame).map { [UInt8](copying: frame.extracting($0)) }
    }

    /// Where the bytes of a string, a list or a binary are, after their length.
    @inline(__always)
    private func bytes(_ number: AttributeNumber, _ type: ValueType, in frame: Span<UInt8>) -> Range<Int>? {
        guard let value = value(number, type, in: frame) else { return nil }
        return value + 4..<value + 4 + Int(frame.uint32(at: value))
    }
}
