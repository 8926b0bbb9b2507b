/// The head of an RTP packet (RFC 3550, section 5.1), and where its payload lies.
package struct RTPPacket: Sendable, Equatable {
    /// Bytes of a head without contributing sources and without an extension: the only kind that we write.
    package static let headerLength = 12

    package var payloadType: UInt8
    /// The first packet of a stretch of speech.
    package var isMarked: Bool
    package var sequence: UInt16
    /// In samples.
    package var timestamp: UInt32
    package var synchronizationSource: UInt32
    /// The payload's place in the datagram; may be empty.
    package var payload: Range<Int>

    package init(
        payloadType: UInt8, isMarked: Bool = false, sequence: UInt16, timestamp: UInt32,
        synchronizationSource: UInt32, payload: Range<Int> = headerLength..<headerLength
    ) {
        self.payloadType = payloadType
        self.isMarked = isMarked
        self.sequence = sequence
        self.timestamp = timestamp
        self.synchronizationSource = synchronizationSource
        self.payload = payload
    }

    /// Reads a datagram; `nil` where it is not RTP version 2, or where its lengths contradict each other.
    package init?(_ datagram: Span<UInt8>) {
        guard datagram.count >= Self.headerLength, datagram[0] >> 6 == 2 else { return nil }
        var start = Self.headerLength + 4 * Int(datagram[0] & 0x0F)
        var end = datagram.count
        if datagram[0] & 0x10 != 0 {
            guard start + 4 <= end else { return nil }
            start += 4 + 4 * Int(datagram.bigEndian(at: start + 2, as: UInt16.self))
        }
        if datagram[0] & 0x20 != 0 {
            // The last byte counts the padding, itself included.
            guard datagram[end - 1] > 0 else { return nil }
            end -= Int(datagram[end - 1])
        }
        guard start <= end else { return nil }
        self.init(
            payloadType: datagram[1] & 0x7F, isMarked: datagram[1] & 0x80 != 0,
            sequence: datagram.bigEndian(at: 2, as: UInt16.self),
            timestamp: datagram.bigEndian(at: 4, as: UInt32.self),
            synchronizationSource: datagram.bigEndian(at: 8, as: UInt32.self), payload: start..<end)
    }

    /// Writes the head over the first ``headerLength`` bytes of a datagram, which has at least as many.
    package func write(over datagram: inout [UInt8]) {
        precondition(datagram.count >= Self.headerLength, "an RTP datagram has room for its head")
        datagram[0] = 0x80
        datagram[1] = payloadType & 0x7F | (isMarked ? 0x80 : 0)
        datagram.write(sequence, at: 2)
        datagram.write(timestamp, at: 4)
        datagram.write(synchronizationSource, at: 8)
    }
}

extension Span<UInt8> {
    fileprivate func bigEndian<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type) -> Value {
        var value: Value = 0
        for place in 0..<Value.bitWidth / 8 {
            value = value << 8 | Value(truncatingIfNeeded: self[offset + place])
        }
        return value
    }
}

extension [UInt8] {
    fileprivate mutating func write(_ value: some FixedWidthInteger, at offset: Int) {
        let length = value.bitWidth / 8
        for place in 0..<length {
            self[offset + place] = UInt8(truncatingIfNeeded: value >> (8 * (length - 1 - place)))
        }
    }
}
