/// Bytes on their way, in order.
struct ByteQueue {
    private var bytes: [UInt8] = []
    private var head = 0

    var count: Int { bytes.count - head }
    var isEmpty: Bool { count == 0 }
    /// What is there, in order.
    var contents: [UInt8] { Array(bytes[head...]) }

    mutating func append(_ span: Span<UInt8>, count: Int) {
        bytes.reserveCapacity(bytes.count + count)
        for index in 0..<count { bytes.append(span[index]) }
    }

    mutating func append(_ more: [UInt8]) {
        bytes += more
    }

    mutating func take(_ count: Int) -> [UInt8] {
        let taken = Array(bytes[head..<head + count])
        drop(count)
        return taken
    }

    mutating func drop(_ count: Int) {
        head += count
        guard head == bytes.count || head > 65_536 else { return }
        bytes.removeFirst(head)
        head = 0
    }

    mutating func removeAll() {
        bytes = []
        head = 0
    }
}
