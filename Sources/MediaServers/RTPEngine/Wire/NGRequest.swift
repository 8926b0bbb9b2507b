/// One command of the NG protocol, as the driver gives them.
struct NGRequest: Sendable, Equatable {
    enum Command: String, Sendable, CaseIterable {
        case ping = "ping"
        case query = "query"
        case start = "start recording"
        case pause = "pause recording"
        case stop = "stop recording"
    }

    var command: Command
    /// Empty: the command concerns no call.
    var callID = ""
    /// What the server keeps with the recording, to be found again by those who find the file.
    var metadata = ""
    /// Where the server is to write, by its own view of the disk; it may not know that key. Empty: where it likes.
    var file = ""

    /// Whether the server makes or closes a file by it.
    var concernsFiles: Bool {
        switch command {
        case .start, .stop, .pause: true
        case .ping, .query: false
        }
    }

    /// The datagram: the cookie, a space, and a bencoded dictionary with its keys in order.
    func datagram(cookie: NGCookie) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(96 + callID.utf8.count + metadata.utf8.count + file.utf8.count)
        cookie.append(to: &bytes)
        bytes.append(UInt8(ascii: " "))
        bytes.append(UInt8(ascii: "d"))
        append("call-id", callID, to: &bytes)
        append("command", command.rawValue, to: &bytes)
        append("metadata", metadata, to: &bytes)
        append("recording-file", file, to: &bytes)
        bytes.append(UInt8(ascii: "e"))
        return bytes
    }

    private func append(_ key: String, _ value: String, to bytes: inout [UInt8]) {
        guard !value.isEmpty else { return }
        bytes.appendBencoded(key)
        bytes.appendBencoded(value)
    }
}

extension [UInt8] {
    /// Appends a byte string in bencode: its length, a colon, and its bytes.
    mutating func appendBencoded(_ text: String) {
        appendDecimal(UInt64(text.utf8.count))
        append(UInt8(ascii: ":"))
        append(contentsOf: text.utf8)
    }

    mutating func appendDecimal(_ number: UInt64) {
        var power: UInt64 = 1
        while number / power >= 10 { power *= 10 }
        repeat {
            append(UInt8(ascii: "0") + UInt8(number / power % 10))
            power /= 10
        } while power > 0
    }
}
