/// The bytes of a connection that are not read yet, and the request that is next among them.
struct HTTPRequestDecoder: Sendable {
    /// Of a head in bytes, its last empty line included.
    static let limit = 8_192

    enum Next: Equatable, Sendable {
        case incomplete
        case request(HTTPRequest)
        /// What follows cannot be read any more.
        case refused(HTTPStatus)
    }

    private var bytes: [UInt8] = []
    /// Up to here no end of the head was found.
    private var searched = 0
    private var lines: [Range<Int>] = []
    private var lineStart = 0
    private var isLost = false

    var isEmpty: Bool { bytes.isEmpty }

    mutating func append(_ more: Span<UInt8>) {
        guard !isLost else { return }
        for place in more.indices { bytes.append(more[place]) }
    }

    mutating func next() -> Next {
        guard !isLost else { return .incomplete }
        while searched < bytes.count {
            guard searched < Self.limit else { return refuse(.headTooLarge) }
            let byte = bytes[searched]
            searched += 1
            guard byte == UInt8(ascii: "\n") else { continue }
            // Lines end with CR LF; a LF alone is taken too, as the standard allows.
            var end = searched - 1
            if end > lineStart, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
            let line = lineStart..<end
            lineStart = searched
            if !line.isEmpty {
                lines.append(line)
            } else if !lines.isEmpty {
                return finish()
            }
            // Empty lines before a request are passed over.
        }
        return .incomplete
    }

    private mutating func finish() -> Next {
        defer {
            bytes.removeFirst(isLost ? bytes.count : searched)
            searched = 0
            lineStart = 0
            lines = []
        }
        do throws(HTTPError) {
            return .request(try HTTPHead.request(lines.map { bytes[$0] }))
        } catch {
            isLost = true
            return .refused(error.status)
        }
    }

    private mutating func refuse(_ status: HTTPStatus) -> Next {
        isLost = true
        bytes = []
        lines = []
        return .refused(status)
    }
}
