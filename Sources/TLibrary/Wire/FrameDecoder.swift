/// Splits the bytes of one connection into frames (WireFormat, Frame), and keeps an unfinished frame until its rest comes.
///
/// ```swift
/// decoder.append(received)
/// while case .frame(let length) = decoder.next() {
///     decoder.takeFrame(length) { frame in … }
/// }
/// ```
///
/// The decoder keeps what is appended to it until it is taken: bounding that is its owner's part, by pausing reads while
/// ``hasFrame``. One unfinished frame has at most ``limit`` + 4 bytes. A decoder without bytes keeps 4 KiB of memory at most.
public struct FrameDecoder: Sendable {
    /// What lies at the front of a connection's bytes.
    public enum Result: Equatable, Sendable {
        /// A frame's end has not come yet.
        case incomplete
        /// A frame of that many bytes, its length field included.
        case frame(length: Int)
        /// A length field below 4 or above the limit: error 547. What follows cannot be split.
        case invalid
    }

    /// The limit that both sides have unless a server is configured otherwise.
    public static let defaultLimit = 65_536

    /// The highest value that the length field may have, in bytes. It may change between two frames, as it does where a
    /// session opens.
    public var limit: Int
    private var bytes: [UInt8] = []
    /// Where the bytes begin that are not taken yet.
    private var head = 0
    private var isFinished = false

    /// Memory that a decoder without bytes keeps.
    private static let keptCapacity = 4_096

    public init(limit: Int = FrameDecoder.defaultLimit) {
        self.limit = limit
    }

    /// Examines the frame that begins at the offset. A length out of bounds is reported before the rest of the frame comes.
    public static func split(
        _ bytes: Span<UInt8>, at offset: Int = 0, limit: Int = FrameDecoder.defaultLimit
    ) -> Result {
        let available = bytes.count - offset
        guard available >= FrameLayout.lengthSize else { return .incomplete }
        let length = Int(bytes.uint32(at: offset))
        guard length >= FrameLayout.minimumLength, length <= limit else { return .invalid }
        let whole = FrameLayout.lengthSize + length
        return available < whole ? .incomplete : .frame(length: whole)
    }

    /// Appends received bytes; ignores them once ``finish()`` or ``takePendingBytes()`` was called.
    public mutating func append(_ received: Span<UInt8>) {
        guard !isFinished else { return }
        // Where at least half is taken, moving the rest costs less than it frees.
        if head > 0, head >= unreadCount, bytes.count + received.count > bytes.capacity {
            bytes.removeFirst(head)
            head = 0
        }
        bytes.append(copying: received)
    }

    /// Bytes that were not taken yet.
    public var unreadCount: Int { bytes.count - head }

    /// Whether ``next()`` would report a frame or an invalid length. An incomplete frame waits for its sender.
    public var hasFrame: Bool { next() != .incomplete }

    /// What lies at the front. Takes nothing.
    public func next() -> Result {
        Self.split(bytes.span, at: head, limit: limit)
    }

    /// Takes the frame at the front and passes it to `body`, which cannot keep it.
    ///
    /// - Parameters:
    ///   - length: the frame's bytes, as ``next()`` reported them.
    ///   - body: reads the frame. Whether it returns or throws, the frame is taken.
    public mutating func takeFrame<Output: ~Copyable, Failure: Error>(
        _ length: Int, _ body: (Span<UInt8>) throws(Failure) -> Output
    ) throws(Failure) -> Output {
        precondition(length <= unreadCount, "A frame is taken with the length that was reported for it.")
        defer { drop(length) }
        return try body(bytes.span.extracting(head..<head + length))
    }

    private mutating func drop(_ length: Int) {
        head += length
        guard head == bytes.count else { return }
        head = 0
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
    }

    /// Takes all bytes that were not taken yet, for another connection object that goes on with them. The decoder then
    /// ignores what is appended.
    public mutating func takePendingBytes() -> [UInt8] {
        let pending = head == 0 ? bytes : Array(bytes[head...])
        finish()
        return pending
    }

    /// Drops all bytes, and ignores what is appended from now on.
    public mutating func finish() {
        isFinished = true
        bytes = []
        head = 0
    }
}
