import CallModel

/// Where the media server takes the audio of a recording's two sides: its own addresses, for they are known before
/// anybody speaks, and stay whatever a network in between does to the addresses of telephones.
struct RecordedStreams: Sendable, Equatable {
    var anchor: Set<SocketAddress> = []
    /// Empty: not known. Then all that is not the anchor's is the other side's.
    var other: Set<SocketAddress> = []

    /// Adds what was learned at another moment: the media of a call may move.
    mutating func formUnion(_ learned: RecordedStreams) {
        anchor.formUnion(learned.anchor)
        other.formUnion(learned.other)
    }
}

/// What a `query` says of a call's media, in bencode: for each tag its medias, for each of them its streams.
extension RecordedStreams {
    /// The streams of the session's own tag, and those of the tag that it talks to; where that one is not known, of all
    /// others. `nil` where the text is not the answer to a query.
    init?(query text: borrowing Span<UInt8>, of session: MediaSession) {
        var reader = MediaReader()
        guard reader.readAnswer(text), reader.cursor.place == text.count else { return nil }
        anchor = reader.streams[session.fromTag] ?? []
        let others = reader.streams.filter { $0.key != session.fromTag }
        other = others[session.toTag] ?? others.values.reduce(into: []) { $0.formUnion($1) }
    }
}

/// Reads the part of a query's answer that tells of media. Each function says whether what it read was as it should be.
private struct MediaReader {
    var cursor = BencodeCursor()
    var streams: [String: Set<SocketAddress>] = [:]

    private struct Stream {
        var host = ""
        var port = 0
        /// An RTP stream, which may carry RTCP too.
        var isRTP = false
    }

    mutating func readAnswer(_ text: borrowing Span<UInt8>) -> Bool {
        guard cursor.takesDictionary(in: text) else { return false }
        while !cursor.takesEnd(in: text) {
            guard let key = cursor.string(in: text) else { return false }
            let isRead = text.holds("tags", at: key) ? readTags(text) : cursor.skip(in: text)
            guard isRead else { return false }
        }
        return true
    }

    private mutating func readTags(_ text: borrowing Span<UInt8>) -> Bool {
        guard cursor.takesDictionary(in: text) else { return false }
        while !cursor.takesEnd(in: text) {
            guard let tag = cursor.string(in: text), cursor.takesDictionary(in: text) else { return false }
            let name = text.text(at: tag)
            while !cursor.takesEnd(in: text) {
                guard let key = cursor.string(in: text) else { return false }
                let isRead = text.holds("medias", at: key) ? readMedias(text, of: name) : cursor.skip(in: text)
                guard isRead else { return false }
            }
        }
        return true
    }

    private mutating func readMedias(_ text: borrowing Span<UInt8>, of tag: String) -> Bool {
        guard cursor.takesList(in: text) else { return false }
        while !cursor.takesEnd(in: text) {
            guard cursor.takesDictionary(in: text) else { return false }
            var isAudio = false
            var found: [Stream] = []
            while !cursor.takesEnd(in: text) {
                guard let key = cursor.string(in: text) else { return false }
                if text.holds("type", at: key) {
                    guard let type = cursor.string(in: text) else { return false }
                    isAudio = text.holds("audio", at: type)
                } else if text.holds("streams", at: key) {
                    guard readStreams(text, into: &found) else { return false }
                } else {
                    guard cursor.skip(in: text) else { return false }
                }
            }
            keep(isAudio ? found : [], of: tag)
        }
        return true
    }

    private mutating func keep(_ found: [Stream], of tag: String) {
        for stream in found where stream.isRTP && !stream.host.isEmpty {
            guard let port = UInt16(exactly: stream.port), port > 0 else { continue }
            streams[tag, default: []].insert(SocketAddress(host: stream.host, port: port))
        }
    }

    private mutating func readStreams(_ text: borrowing Span<UInt8>, into found: inout [Stream]) -> Bool {
        guard cursor.takesList(in: text) else { return false }
        while !cursor.takesEnd(in: text) {
            guard cursor.takesDictionary(in: text) else { return false }
            var stream = Stream()
            while !cursor.takesEnd(in: text) {
                guard let key = cursor.string(in: text), readStream(text, key, &stream) else { return false }
            }
            found.append(stream)
        }
        return true
    }

    private mutating func readStream(
        _ text: borrowing Span<UInt8>, _ key: Range<Int>, _ stream: inout Stream
    ) -> Bool {
        if text.holds("local address", at: key) {
            guard let host = cursor.string(in: text) else { return false }
            stream.host = text.text(at: host)
            return true
        }
        if text.holds("local port", at: key) {
            guard let port = cursor.integer(in: text) else { return false }
            stream.port = port
            return true
        }
        guard text.holds("flags", at: key) else { return cursor.skip(in: text) }
        guard cursor.takesList(in: text) else { return false }
        while !cursor.takesEnd(in: text) {
            guard let flag = cursor.string(in: text) else { return false }
            stream.isRTP = stream.isRTP || text.holds("RTP", at: flag)
        }
        return true
    }
}

extension Span<UInt8> {
    fileprivate func text(at range: Range<Int>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for place in range { bytes.append(self[place]) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
