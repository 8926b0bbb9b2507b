/// The offsets and sizes of a frame's fixed part, in bytes (WireFormat, Frame).
@usableFromInline
enum FrameLayout {
    /// The bytes of the length field, which it does not count.
    @inlinable static var lengthSize: Int { 4 }
    static let versionOffset = 4
    static let flagsOffset = 5
    static let messageOffset = 6
    /// Where the first attribute begins, if there is one.
    @inlinable static var headerSize: Int { 8 }
    @inlinable static var version: UInt8 { 1 }
    /// The lowest value of the length field: version, flags and message.
    static let minimumLength = 4
}

extension MessageNumber {
    /// The message that a frame says it is, unchecked; nil where the bytes are too few to say.
    public init?(ofFrame frame: Span<UInt8>) {
        guard frame.count >= FrameLayout.headerSize else { return nil }
        self.init(rawValue: frame.uint16(at: FrameLayout.messageOffset))
    }
}
