/// What a client of the inspection port asks for, as far as it matters here.
struct HTTPRequest: Equatable, Sendable {
    var method: String
    /// Without the query, as it was written.
    var path: String
    /// By name; of one that stands twice, the last.
    var query: [String: String] = [:]
    /// Whether the connection may serve another request after it.
    var keepsAlive: Bool
    /// A body follows, which nobody here reads.
    var hasBody = false

    var wantsBody: Bool { method != "HEAD" }
}

/// Why a head is not taken.
struct HTTPError: Error, Equatable {
    var status: HTTPStatus

    static let malformed = HTTPError(status: .badRequest)
}

/// The head of a request (RFC 9112), read strictly: what is not plainly one is refused.
struct HTTPHead {
    private var lines: ArraySlice<ArraySlice<UInt8>>
    private var method = ""
    private var target = ""
    private var minor: UInt8 = 0
    private var hosts = 0
    private var hasBody = false
    private var closes = false
    private var asksToKeepAlive = false

    /// `lines` are those of the head, without their ends and without the empty one behind them.
    static func request(_ lines: [ArraySlice<UInt8>]) throws(HTTPError) -> HTTPRequest {
        var head = HTTPHead(lines: lines[...])
        try head.readRequestLine()
        while let line = head.lines.popFirst() { try head.readField(line) }
        return try head.request()
    }

    private init(lines: ArraySlice<ArraySlice<UInt8>>) {
        self.lines = lines
    }

    private mutating func readRequestLine() throws(HTTPError) {
        let words = (lines.popFirst() ?? []).split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, Self.isToken(words[0]), !words[1].isEmpty,
            words[1].allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .malformed }
        method = String(decoding: words[0], as: UTF8.self)
        target = String(decoding: words[1], as: UTF8.self)
        let version = Array(words[2])
        guard version.count == 8, version.starts(with: "HTTP/".utf8), version[6] == UInt8(ascii: "."),
            let major = Self.digit(version[5]), let minor = Self.digit(version[7])
        else { throw .malformed }
        guard major == 1 else { throw HTTPError(status: .versionNotSupported) }
        self.minor = minor
    }

    private mutating func readField(_ line: ArraySlice<UInt8>) throws(HTTPError) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), Self.isToken(line[..<colon]) else { throw .malformed }
        let value = line[(colon + 1)...]
        guard value.allSatisfy({ $0 == UInt8(ascii: "\t") || $0 >= 0x20 && $0 != 0x7F }) else { throw .malformed }
        let words = String(decoding: value, as: UTF8.self).lowercased().split(separator: ",").map { word in
            word.trimmingPrefix { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed()
        }.map { String($0) }
        switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
        case "host": hosts += 1
        case "connection":
            if words.contains("close") { closes = true }
            if words.contains("keep-alive") { asksToKeepAlive = true }
        case "transfer-encoding": hasBody = true
        case "content-length":
            guard words.count == 1, !words[0].isEmpty, words[0].utf8.allSatisfy({ Self.digit($0) != nil }) else {
                throw .malformed
            }
            if words[0].contains(where: { $0 != "0" }) { hasBody = true }
        default: break
        }
    }

    private func request() throws(HTTPError) -> HTTPRequest {
        guard hosts <= 1, hosts == 1 || minor == 0 else { throw .malformed }
        let keepsAlive = !closes && !hasBody && (minor > 0 || asksToKeepAlive)
        var path = target[...]
        if path.lowercased().hasPrefix("http://") {
            path = path.dropFirst(7).drop { $0 != "/" && $0 != "?" }
            if !path.hasPrefix("/") { path = "/" + path }
        }
        guard path.hasPrefix("/") || path == "*" && method == "OPTIONS" else { throw .malformed }
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var request = HTTPRequest(method: method, path: String(parts[0]), keepsAlive: keepsAlive, hasBody: hasBody)
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            request.query[String(sides[0])] = sides.count > 1 ? String(sides[1]) : ""
        }
        return request
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? byte - UInt8(ascii: "0") : nil
    }

    private static func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy { byte in
                digit(byte) != nil || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }
}
