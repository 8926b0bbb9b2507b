import CallModel
import EventLoops

/// What a query's answer tells of one party's audio.
struct TagMedia: Sendable, Equatable {
    /// The server's own addresses for its RTP.
    var streams: Set<SocketAddress> = []
    /// The codec that it sends, in lower case.
    var codecs: Set<String> = []
    /// RTP packets that have come in.
    var packets = 0
}

/// Reads the part of a query's answer that tells of media. Each function says whether what it read was as it should be.
struct MediaReader: Sendable, Equatable {
    var cursor = BencodeCursor()
    private(set) var tags: [String: TagMedia] = [:]

    private struct Stream: Sendable {
        var host = ""
        var port = 0
        var packets = 0
        /// An RTP stream, which may carry RTCP too.
        var isRTP = false
    }

    private struct Media {
        var isAudio = false
        var codec = ""
        var streams: [Stream] = []
    }

    init(cursor: BencodeCursor = BencodeCursor()) {
        self.cursor = cursor
    }

    /// The session's own tag, and the tag that it talks to; where that one is not known, all others.
    func tags(of session: MediaSession) -> (anchor: TagMedia?, others: [TagMedia]) {
        let others = tags.filter { $0.key != session.fromTag }
        return (tags[session.fromTag], others[session.toTag].map { [$0] } ?? Array(others.values))
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

    mutating func readTags(_ text: borrowing Span<UInt8>) -> Bool {
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
            var media = Media()
            while !cursor.takesEnd(in: text) {
                guard let key = cursor.string(in: text), readMedia(text, key, &media) else { return false }
            }
            if media.isAudio { keep(media, of: tag) }
        }
        return true
    }

    private mutating func readMedia(_ text: borrowing Span<UInt8>, _ key: Range<Int>, _ media: inout Media) -> Bool {
        if text.holds("type", at: key) {
            guard let type = cursor.string(in: text) else { return false }
            media.isAudio = text.holds("audio", at: type)
            return true
        }
        if text.holds("codec", at: key) {
            guard let codec = cursor.string(in: text) else { return false }
            media.codec = text.text(at: codec).lowercased()
            return true
        }
        return text.holds("streams", at: key) ? readStreams(text, into: &media.streams) : cursor.skip(in: text)
    }

    private mutating func keep(_ media: Media, of tag: String) {
        if !media.codec.isEmpty { tags[tag, default: TagMedia()].codecs.insert(media.codec) }
        for stream in media.streams where stream.isRTP {
            tags[tag, default: TagMedia()].packets &+= stream.packets
            guard !stream.host.isEmpty, let port = UInt16(exactly: stream.port), port > 0 else { continue }
            tags[tag, default: TagMedia()].streams.insert(SocketAddress(host: stream.host, port: port))
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
        if text.holds("stats", at: key) { return readStats(text, &stream) }
        guard text.holds("flags", at: key) else { return cursor.skip(in: text) }
        guard cursor.takesList(in: text) else { return false }
        while !cursor.takesEnd(in: text) {
            guard let flag = cursor.string(in: text) else { return false }
            stream.isRTP = stream.isRTP || text.holds("RTP", at: flag)
        }
        return true
    }

    private mutating func readStats(_ text: borrowing Span<UInt8>, _ stream: inout Stream) -> Bool {
        guard cursor.takesDictionary(in: text) else { return false }
        while !cursor.takesEnd(in: text) {
            guard let key = cursor.string(in: text) else { return false }
            guard text.holds("packets", at: key) else {
                guard cursor.skip(in: text) else { return false }
                continue
            }
            guard let packets = cursor.integer(in: text) else { return false }
            stream.packets = packets
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
