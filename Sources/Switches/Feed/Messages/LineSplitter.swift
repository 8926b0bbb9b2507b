import TLibrary

/// Bytes of the connection, cut into lines: each ends with a line feed.
struct LineSplitter {
    enum Cut: Equatable {
        /// One line, without its end.
        case line([UInt8])
        /// No whole line is there.
        case incomplete
        /// A line has more bytes than it may have: nothing that follows is looked at.
        case tooLong
    }

    /// Bytes that a line may have, without its end.
    let limit: Int
    private var bytes: [UInt8] = []
    private var head = 0
    /// Lines that have ended, empty ones among them.
    private(set) var number = 0
    /// No line ends before it.
    private var searched = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// Bytes that were not cut yet.
    var count: Int { bytes.count - head }

    mutating func append(_ more: Span<UInt8>) {
        if head > 0 {
            bytes.removeFirst(head)
            searched -= head
            head = 0
        }
        bytes.append(copying: more)
    }

    /// Empty lines are passed over.
    mutating func next() -> Cut {
        while true {
            guard let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
                searched = bytes.count
                return count > limit ? .tooLong : .incomplete
            }
            let line = bytes[head..<end]
            searched = end + 1
            number += 1
            guard line.count <= limit else { return .tooLong }
            head = end + 1
            if line.contains(where: { !Self.isBlank($0) }) { return .line(Array(line)) }
        }
    }

    mutating func removeAll() {
        self = LineSplitter(limit: limit)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
