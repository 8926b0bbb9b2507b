import CallModel

/// What the server answered, as far as the driver asks for it.
struct NGReply: Sendable, Equatable {
    enum Result: Sendable, Equatable {
        case ok, pong
        case refused(ErrorReply)
    }

    enum ErrorReply: Sendable, Equatable {
        /// It carries no such call.
        case unknownCall
        /// It is of a release that does not have the command.
        case unknownCommand
        case other
    }

    /// What a `query` says of the recording; releases before 12.3 say nothing.
    enum Recording: Sendable, Equatable {
        case on, paused
    }

    var result: Result
    var recording: Recording?
    /// RTP packets of the call that have come in, and their octets.
    var packets = 0
    var octets = 0
    /// Whether a query shows the metadata of the call: releases that do so stop writing while they are paused, and
    /// write each recording to a file of its own. Those before them (12.5 is one) do neither.
    var showsMetadata = false
    /// What a query tells of the parties' audio, by their tags.
    private var media = MediaReader()

    /// Reads a bencoded dictionary. `nil` where it is none, is cut short, or has no `result`.
    init?(_ text: borrowing Span<UInt8>) {
        var cursor = BencodeCursor()
        guard cursor.takesDictionary(in: text) else { return nil }
        var result: Range<Int>?
        var reason: Range<Int>?
        self.result = .ok
        while !cursor.takesEnd(in: text) {
            guard let key = cursor.string(in: text) else { return nil }
            if text.holds("result", at: key) {
                result = cursor.string(in: text)
            } else if text.holds("error-reason", at: key) {
                reason = cursor.string(in: text)
            } else if text.holds("recording", at: key) {
                guard readRecording(text, &cursor) else { return nil }
            } else if text.holds("tags", at: key) {
                var reader = MediaReader(cursor: cursor)
                let isRead = reader.readTags(text)
                if isRead { (media, cursor) = (reader, reader.cursor) }
                guard isRead || cursor.skip(in: text) else { return nil }
            } else if text.holds("totals", at: key) {
                guard readTotals(text, &cursor) else { return nil }
            } else {
                showsMetadata = showsMetadata || text.holds("metadata", at: key)
                guard cursor.skip(in: text) else { return nil }
            }
        }
        guard let result, cursor.place == text.count else { return nil }
        self.result = Self.result(text, result, reason)
    }

    /// RTP packets that have come in from the session's own party, and from the party that it talks to; `nil`: the
    /// answer does not tell the two apart.
    func packets(of session: MediaSession) -> (anchor: Int, other: Int)? {
        let (anchor, others) = media.tags(of: session)
        guard let anchor, !others.isEmpty else { return nil }
        return (anchor.packets, others.reduce(0) { $0 &+ $1.packets })
    }

    private static func result(
        _ text: borrowing Span<UInt8>, _ result: Range<Int>, _ reason: Range<Int>?
    ) -> Result {
        if text.holds("ok", at: result) { return .ok }
        if text.holds("pong", at: result) { return .pong }
        guard let reason else { return .refused(.other) }
        if text.holds("Unknown call-id", at: reason) { return .refused(.unknownCall) }
        if text.holds("Unrecognized command", at: reason) { return .refused(.unknownCommand) }
        return .refused(.other)
    }

    private mutating func readRecording(_ text: borrowing Span<UInt8>, _ cursor: inout BencodeCursor) -> Bool {
        guard cursor.takesDictionary(in: text) else { return cursor.skip(in: text) }
        while !cursor.takesEnd(in: text) {
            guard let key = cursor.string(in: text) else { return false }
            guard text.holds("call recording", at: key) else {
                guard cursor.skip(in: text) else { return false }
                continue
            }
            guard let value = cursor.integer(in: text) else { return false }
            recording = value == 0 ? .paused : .on
        }
        return true
    }

    private mutating func readTotals(_ text: borrowing Span<UInt8>, _ cursor: inout BencodeCursor) -> Bool {
        guard cursor.takesDictionary(in: text) else { return cursor.skip(in: text) }
        while !cursor.takesEnd(in: text) {
            guard let key = cursor.string(in: text) else { return false }
            guard text.holds("RTP", at: key), cursor.takesDictionary(in: text) else {
                guard cursor.skip(in: text) else { return false }
                continue
            }
            guard readCounts(text, &cursor) else { return false }
        }
        return true
    }

    private mutating func readCounts(_ text: borrowing Span<UInt8>, _ cursor: inout BencodeCursor) -> Bool {
        while !cursor.takesEnd(in: text) {
            guard let key = cursor.string(in: text) else { return false }
            if text.holds("packets", at: key), let count = cursor.integer(in: text) {
                packets = count
            } else if text.holds("bytes", at: key), let count = cursor.integer(in: text) {
                octets = count
            } else {
                guard cursor.skip(in: text) else { return false }
            }
        }
        return true
    }
}
