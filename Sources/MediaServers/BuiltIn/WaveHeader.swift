import RTPAudio

/// The header of a WAV file of 16-bit PCM: RIFF while the file's size fits into its 32 bits, and from there on RF64
/// (EBU Tech 3306), in the same bytes.
///
/// Pure.
struct WaveHeader {
    /// Bytes before the first sample.
    static let length = 80
    /// The largest size that RIFF can tell.
    static let riffLimit = UInt64(UInt32.max)
    /// Of the chunk that is room in RIFF, and has the sizes in RF64.
    private static let sizesLength: UInt32 = 28

    /// Bytes of samples.
    var dataLength: UInt64
    /// A file whose size after its first eight bytes is beyond this one is RF64.
    var limit = riffLimit

    private var riffSize: UInt64 { dataLength + UInt64(Self.length) - 8 }

    var isLarge: Bool { riffSize > limit }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.length)
        bytes += isLarge ? "RF64".utf8 : "RIFF".utf8
        bytes.append(little: isLarge ? UInt32.max : UInt32(riffSize))
        bytes += "WAVE".utf8
        bytes += isLarge ? "ds64".utf8 : "JUNK".utf8
        bytes.append(little: Self.sizesLength)
        bytes.append(little: isLarge ? riffSize : 0)
        bytes.append(little: isLarge ? dataLength : 0)
        bytes.append(little: isLarge ? dataLength / UInt64(Self.frameLength) : 0)
        bytes.append(little: UInt32(0))
        bytes += "fmt ".utf8
        bytes.append(little: UInt32(16))
        bytes.append(little: UInt16(1))
        bytes.append(little: UInt16(RecordingFormat.channels))
        bytes.append(little: UInt32(RecordingFormat.frameRate))
        bytes.append(little: UInt32(RecordingFormat.frameRate * Self.frameLength))
        bytes.append(little: UInt16(Self.frameLength))
        bytes.append(little: UInt16(16))
        bytes += "data".utf8
        bytes.append(little: isLarge ? UInt32.max : UInt32(dataLength))
        return bytes
    }

    static let frameLength = RecordingFormat.channels * MemoryLayout<Int16>.size
}

extension [UInt8] {
    fileprivate mutating func append(little value: some FixedWidthInteger) {
        for place in 0..<value.bitWidth / 8 { append(UInt8(truncatingIfNeeded: value >> (8 * place))) }
    }
}
