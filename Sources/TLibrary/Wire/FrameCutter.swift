/// Where things stand in a frame (WireFormat, Frame).
enum FrameLayout {
    /// The bytes of the length field, which it does not count.
    static let lengthSize = 4
    static let versionOffset = 4
    static let flagsOffset = 5
    static let messageOffset = 6
    /// Where the first attribute begins, if there is one.
    static let headerSize = 8
    static let version: UInt8 = 1
    /// The lowest value of the length field: version, flags and message.
    static let minimumLength = 4
}

/// What a ``FrameCutter`` finds at a place in the bytes of a connection.
public enum FrameCut: Equatable, Sendable {
    /// The frame has not come in whole.
    case incomplete
    /// A frame of that many bytes, its length field included.
    case frame(length: Int)
    /// The length field is below 4 or above the limit: error 547, and nothing behind it can be read any more.
    case refused
}

/// Finds the frames in the bytes of one connection (WireFormat, Frame).
public struct FrameCutter: Sendable {
    /// The limit that both sides have unless a server is configured otherwise.
    public static let defaultLimit = 65_536

    /// The highest value that the length field may have, in bytes.
    public let limit: Int

    public init(limit: Int = FrameCutter.defaultLimit) {
        self.limit = limit
    }

    /// Looks at the frame that begins at the offset. A refusal does not wait for the rest of the frame.
    public func cut(_ bytes: Span<UInt8>, at offset: Int) -> FrameCut {
        let available = bytes.count - offset
        guard available >= FrameLayout.lengthSize else { return .incomplete }
        let length = Int(bytes.uint32(at: offset))
        guard length >= FrameLayout.minimumLength, length <= limit else { return .refused }
        let whole = FrameLayout.lengthSize + length
        return available < whole ? .incomplete : .frame(length: whole)
    }
}

extension MessageNumber {
    /// The message that a frame says it is, unchecked; nil where the bytes are too few to say.
    public init?(ofFrame frame: Span<UInt8>) {
        guard frame.count >= FrameLayout.headerSize else { return nil }
        self.init(rawValue: frame.uint16(at: FrameLayout.messageOffset))
    }
}
