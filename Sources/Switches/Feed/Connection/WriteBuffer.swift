import CallControl
import EventLoops

/// Bytes for the peer that the connection has not taken yet.
struct WriteBuffer {
    /// Bytes that may wait for a peer that does not read; beyond it commands are refused.
    static let limit = 1_048_576

    private var bytes: [UInt8] = []
    private var head = 0
    private var isBlocked = false

    var isFull: Bool { bytes.count - head > Self.limit }

    mutating func append(_ line: [UInt8], for stream: any ByteStream) {
        bytes += line
        flush(to: stream)
    }

    mutating func becameWritable(_ stream: any ByteStream) {
        isBlocked = false
        flush(to: stream)
    }

    mutating func removeAll() {
        self = WriteBuffer()
    }

    private mutating func flush(to stream: any ByteStream) {
        guard !isBlocked else { return }
        head += stream.write(bytes.span.extracting(head..<bytes.count))
        isBlocked = head < bytes.count
        guard !isBlocked || head > Self.limit else { return }
        bytes.removeFirst(head)
        head = 0
    }
}
