import Testing

@testable import callcontrol

/// Heads of requests, read strictly (RFC 9112).
struct HTTPRequestDecoderTests {
    private func read(_ text: String) -> HTTPRequestDecoder.Next {
        var reader = HTTPRequestDecoder()
        reader.append(Array(text.utf8).span)
        return reader.next()
    }

    /// The head of a GET with these further lines.
    private func get(_ lines: String...) -> HTTPRequestDecoder.Next {
        read((["GET /metrics HTTP/1.1", "Host: a"] + lines).joined(separator: "\r\n") + "\r\n\r\n")
    }

    @Test(arguments: [
        ("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", true), ("GET /metrics HTTP/1.0\r\n\r\n", false),
        ("GET /metrics HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true),
        ("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false),
        ("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, CLOSE\r\n\r\n", false),
        ("\r\n\r\nGET /metrics HTTP/1.1\r\nhOsT:a\r\n\r\n", true), ("GET /metrics HTTP/1.1\nHost: a\n\n", true),
        ("GET http://a:9090/metrics HTTP/1.1\r\nHost: a\r\n\r\n", true),
        ("GET /metrics HTTP/1.9\r\nHost: a\r\n\r\n", true),
        ("GET /metrics HTTP/1.1\r\nHost:\r\nX: \u{E9}\r\nContent-Length: 0\r\n\r\n", true),
    ])
    func `a request is read, and whether its connection stays`(text: String, keepsAlive: Bool) {
        #expect(read(text) == .request(HTTPRequest(method: "GET", path: "/metrics", keepsAlive: keepsAlive)))
    }

    @Test(arguments: [
        "GET\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        " GET / HTTP/1.1\r\nHost: a\r\n\r\n", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / http/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/11\r\nHost: a\r\n\r\n", "GET metrics HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\u{1} HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\u{0}\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
    ])
    func `what is plainly no request is 400`(text: String) {
        #expect(read(text) == .refused(.badRequest))
    }

    @Test func `another version is 505, and a head beyond its limit 431`() {
        #expect(read("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == .refused(.versionNotSupported))
        let long = String(repeating: "a", count: HTTPRequestDecoder.limit)
        #expect(get("X: \(long)") == .refused(.headTooLarge))
        #expect(read("GET /\(long)") == .refused(.headTooLarge))
        #expect(read(String(repeating: "\r\n", count: 4_097)) == .refused(.headTooLarge))
        let fits = String(repeating: "a", count: HTTPRequestDecoder.limit - "GET / HTTP/1.0\r\nX: \r\n\r\n".utf8.count)
        #expect(
            read("GET / HTTP/1.0\r\nX: \(fits)\r\n\r\n")
                == .request(HTTPRequest(method: "GET", path: "/", keepsAlive: false)))
        #expect(read("GET / HTTP/1.0\r\nX: \(fits)a\r\n\r\n") == .refused(.headTooLarge))
    }

    @Test func `a body is known by its head`() {
        for line in ["Content-Length: 1", "Content-Length: 00009", "Transfer-Encoding: chunked"] {
            #expect(
                get(line) == .request(HTTPRequest(method: "GET", path: "/metrics", keepsAlive: false, hasBody: true)))
        }
    }

    @Test func `a query is a few names with values`() {
        let request = HTTPRequest(
            method: "GET", path: "/calls", query: ["after": "00ff", "limit": "2", "x": ""], keepsAlive: false)
        #expect(read("GET /calls?after=00ff&limit=1&x&limit=2 HTTP/1.0\r\n\r\n") == .request(request))
    }

    @Test func `requests one behind the other are read one by one, however they are cut`() {
        let text = Array("GET /a HTTP/1.1\r\nHost: a\r\n\r\nHEAD /b HTTP/1.1\r\nHost: a\r\n\r\nGET /c".utf8)
        for cut in text.indices {
            var reader = HTTPRequestDecoder()
            var paths: [String] = []
            for piece in [text[..<cut], text[cut...]] {
                reader.append(Array(piece).span)
                while case .request(let request) = reader.next() { paths.append(request.path) }
            }
            #expect(paths == ["/a", "/b"], "cut at \(cut)")
        }
    }

    @Test func `whatever bytes come, there is one clear reading of them, whole or byte by byte`() {
        let sound = Array(
            "GET /calls?limit=5 HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n".utf8)
        var chance = SplitMix(seed: 3)
        for round in 0..<4_000 {
            var bytes = round % 4 == 0 ? (0..<chance.below(300)).map { _ in UInt8(chance.below(256)) } : sound
            for _ in 0..<chance.below(4) where !bytes.isEmpty {
                let place = chance.below(bytes.count)
                switch chance.below(3) {
                case 0: bytes[place] = UInt8(chance.below(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(Array("\r\n :,/".utf8)[chance.below(6)], at: place)
                }
            }
            #expect(Self.all(bytes, piece: bytes.count) == Self.all(bytes, piece: 1), "round \(round)")
        }
    }

    /// All that is read of the bytes, up to what is refused.
    private static func all(_ bytes: [UInt8], piece: Int) -> [HTTPRequestDecoder.Next] {
        var reader = HTTPRequestDecoder()
        var found: [HTTPRequestDecoder.Next] = []
        for start in stride(from: 0, to: bytes.count, by: max(1, piece)) {
            reader.append(Array(bytes[start..<min(start + piece, bytes.count)]).span)
            var next = reader.next()
            while next != .incomplete {
                found.append(next)
                next = reader.next()
            }
        }
        return found
    }
}

/// Chance that a seed repeats.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }

    mutating func below(_ bound: Int) -> Int { bound == 0 ? 0 : Int(next() % UInt64(bound)) }
}
