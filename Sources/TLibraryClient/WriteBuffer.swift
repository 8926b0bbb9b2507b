import EventLoops
import TLibrary

/// The bytes that wait to be sent.
struct WriteBuffer {
    private var bytes: [UInt8] = []
    private var sent = 0
    /// Whether the stream will say when it takes more.
    private var isBlocked = false

    var count: Int { bytes.count - sent }

    mutating func append(_ message: LinkMessage) {
        message.encode(to: &bytes)
    }

    /// Whether the request's frame is within the limit; otherwise it is not appended.
    mutating func append(_ request: Request, frameLimit: Int) -> Bool {
        let start = bytes.count
        let frame = request.encode(to: &bytes)
        guard frame.count - 4 <= frameLimit else {
            bytes.removeSubrange(start...)
            return false
        }
        return true
    }

    /// Requests that waited for a connection.
    mutating func append(_ other: WriteBuffer) {
        bytes += other.bytes[other.sent...]
    }

    mutating func becameWritable() { isBlocked = false }

    mutating func flush(to stream: any ByteStream) {
        guard !isBlocked, sent < bytes.count else { return }
        sent += stream.write(bytes.span.extracting(sent...))
        isBlocked = sent < bytes.count
        if !isBlocked {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 65_536)
            sent = 0
        } else if sent >= 65_536 {
            bytes.removeFirst(sent)
            sent = 0
        }
    }
}
