extension FrameWriter {
    /// Appends a copy of an encoded event with the ReferenceID of the request that it answers, and tells where it lies.
    ///
    /// An event is encoded once for all sessions on a DN; only the requester's copy has a ReferenceID (WireFormat, Events).
    /// It is put where the ascending order wants it.
    ///
    /// - Precondition: `frame` is one event of ours, whole and without a ReferenceID.
    @discardableResult
    public static func appendCopy(
        of frame: Span<UInt8>, withReference reference: ReferenceID, to bytes: inout [UInt8]
    ) -> Range<Int> {
        let start = bytes.count
        let place = placeOfReference(in: frame)
        bytes.append(copying: frame.extracting(..<place))
        bytes.append(addingCapacity: 7) { output in
            output.append(bigEndian: AttributeNumber.referenceID.rawValue)
            output.append(ValueType.integer.rawValue)
            output.append(bigEndian: UInt32(bitPattern: reference.rawValue))
        }
        bytes.append(copying: frame.extracting(place...))
        bytes.write(bigEndian: UInt32(bytes.count - start - FrameLayout.lengthSize), at: start)
        return start..<bytes.count
    }

    /// The only attributes that can stand before it are ProtocolVersion and ErrorMessage, both strings.
    private static func placeOfReference(in frame: Span<UInt8>) -> Int {
        var offset = FrameLayout.headerSize
        while offset < frame.count {
            let number = frame.uint16(at: offset)
            precondition(number != AttributeNumber.referenceID.rawValue, "The event has a ReferenceID already.")
            if number > AttributeNumber.referenceID.rawValue { break }
            offset += 7 + Int(frame.uint32(at: offset + 3))
        }
        return offset
    }
}
