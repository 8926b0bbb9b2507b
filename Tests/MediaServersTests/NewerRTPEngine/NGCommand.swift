/// A datagram that a client sent, held against what the protocol asks for.
struct NGCommand: Sendable {
    static let known: Set<String> = [
        "ping", "offer", "answer", "delete", "query", "list", "start recording", "pause recording", "stop recording",
    ]
    private static let ofNoCall: Set<String> = ["ping", "list"]

    let cookie: String
    let name: String
    let callID: String
    let request: Bencode
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) throws {
        guard let space = bytes.firstIndex(of: UInt8(ascii: " ")), space > 0 else {
            throw Bencode.Fault(reason: "there is no cookie before a space")
        }
        let cookie = bytes[..<space]
        guard cookie.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Bencode.Fault(reason: "the cookie has bytes that cannot be printed")
        }
        self.cookie = String(decoding: cookie, as: UTF8.self)
        self.bytes = bytes
        request = try Bencode(strictly: bytes[(space + 1)...])
        guard let name = request["command"]?.text, Self.known.contains(name) else {
            throw Bencode.Fault(reason: "there is no command that the protocol has")
        }
        self.name = name
        callID = request["call-id"]?.text ?? ""
        if callID.isEmpty != Self.ofNoCall.contains(name) {
            throw Bencode.Fault(reason: "\(name) \(callID.isEmpty ? "lacks" : "has") a call-id")
        }
    }
}
