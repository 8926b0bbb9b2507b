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
        append(reference, to: &bytes)
        bytes.append(copying: frame.extracting(place...))
        bytes.write(bigEndian: UInt32(bytes.count - start - FrameLayout.lengthSize), at: start)
        return start..<bytes.count
    }

    /// Appends a copy of an encoded event as one session gets it: with a ReferenceID where it answers, and with
    /// Extensions `conflated` where it stands for `conflated` others (WireFormat, "Slow consumers").
    ///
    /// - Precondition: `frame` is one event of ours, whole, without `conflated`, and without a ReferenceID where one is
    ///   given.
    package static func appendCopy(
        of frame: Span<UInt8>, withReference reference: ReferenceID?, conflated: Int32, to bytes: inout [UInt8]
    ) {
        let start = bytes.count
        var copied = 0
        if let reference {
            copied = placeOfReference(in: frame)
            bytes.append(copying: frame.extracting(..<copied))
            append(reference, to: &bytes)
        }
        if conflated > 0 {
            let place = AttributeIterator.place(of: .extensions, in: frame)
            bytes.append(copying: frame.extracting(copied..<place.offset))
            copied = appendExtensions(of: frame, at: place, conflated: conflated, to: &bytes)
        }
        bytes.append(copying: frame.extracting(copied...))
        bytes.write(bigEndian: UInt32(bytes.count - start - FrameLayout.lengthSize), at: start)
    }

    /// By how much a copy is longer for its ReferenceID.
    package static var referenceSize: Int { 7 }

    /// By how much it is longer for `conflated`.
    package static func conflatedSize(hasExtensions: Bool) -> Int {
        hasExtensions ? conflatedPair.count + 4 : 7 + conflatedPair.count + 4
    }

    private static func append(_ reference: ReferenceID, to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: referenceSize) { output in
            output.append(bigEndian: AttributeNumber.referenceID.rawValue)
            output.append(ValueType.integer.rawValue)
            output.append(bigEndian: UInt32(bitPattern: reference.rawValue))
        }
    }

    /// The length of the key, the key, and the type of its value.
    private static let conflatedPair: [UInt8] = [0, 9] + Array("conflated".utf8) + [ValueType.integer.rawValue]

    /// The Extensions that the event has, or new ones, with the pair at their end. Says where the rest of the event begins.
    private static func appendExtensions(
        of frame: Span<UInt8>, at place: AttributeIterator.Place, conflated: Int32, to bytes: inout [UInt8]
    ) -> Int {
        let added = conflatedPair.count + 4
        bytes.append(addingCapacity: 7) { output in
            output.append(bigEndian: AttributeNumber.extensions.rawValue)
            output.append(ValueType.list.rawValue)
            output.append(bigEndian: UInt32(place.value.count + added))
        }
        bytes.append(copying: frame.extracting(place.value))
        bytes.append(contentsOf: conflatedPair)
        bytes.append(addingCapacity: 4) { $0.append(bigEndian: UInt32(bitPattern: conflated)) }
        return place.value.upperBound
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

/// Goes over the attributes of an event of ours, which is sound and in ascending order.
enum AttributeIterator {
    struct Place {
        /// Where the attribute begins, or would have to.
        var offset: Int
        /// Its value's own bytes, behind type and length; empty, and at `offset`, where the event does not have it.
        var value: Range<Int>
        var isThere: Bool
    }

    static func place(of number: AttributeNumber, in frame: Span<UInt8>, from start: Int? = nil) -> Place {
        var offset = start ?? FrameLayout.headerSize
        while offset < frame.count {
            let found = frame.uint16(at: offset)
            let value = value(at: offset, in: frame)
            if found == number.rawValue { return Place(offset: offset, value: value, isThere: true) }
            if found > number.rawValue { break }
            offset = value.upperBound
        }
        return Place(offset: offset, value: offset..<offset, isThere: false)
    }

    private static func value(at offset: Int, in frame: Span<UInt8>) -> Range<Int> {
        switch ValueType(rawValue: frame[offset + 2]) {
        case .integer: return offset + 3..<offset + 7
        case .long: return offset + 3..<offset + 11
        case .string, .unicode, .binary, .list:
            let start = offset + 7
            return start..<start + Int(frame.uint32(at: offset + 3))
        case nil: preconditionFailure("An event of this server's own has an attribute of no type.")
        }
    }
}
