import TLibrary

/// A line of a log file of records, as it is read back: the beginning of a recording, or its record.
struct RecordLine: Decodable, Equatable {
    struct File: Decodable, Equatable {
        var name: String
        var mediaServer: String
        var pause: String
        var proof: String?
        var began: String
    }

    struct Gap: Decodable, Equatable {
        var from: String
        var to: String
        var ms: Int64
        var why: String
    }

    /// What a record says of the end. The beginning of a recording has none of it.
    struct End: Decodable, Equatable {
        var ended: String
        var ending: String
        var endCause: String
        var reason: String?
        var capturedMs: Int64
        var uncapturedMs: Int64
        /// Absent in older records, which went by the indication.
        var evidence: String?
        var resolutionMs: Int64?
        var files: [File]
        var gaps: [Gap]
        /// Absent where all codecs were decoded.
        var codecs: [String]?
    }

    var id: String
    var connID: String
    var callUUID: String?
    var anchor: String
    var agent: String?
    var cause: String
    var requester: JSON?
    var began: String
    /// When it ended, by any line that says so.
    var ended: String?
    /// `nil`: it only began.
    var end: End?
    /// The first file, and when its start was confirmed: of a line that tells the beginning.
    var firstFile: File?

    private enum Key: String, CodingKey {
        case line, id, connID, callUUID, anchor, agent, cause, requester, began, ended
        case file, started, mediaServer, pause, proof
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        id = try members.decode(String.self, forKey: .id)
        connID = try members.decode(String.self, forKey: .connID)
        callUUID = try members.decodeIfPresent(String.self, forKey: .callUUID)
        anchor = try members.decode(String.self, forKey: .anchor)
        agent = try members.decodeIfPresent(String.self, forKey: .agent)
        cause = try members.decode(String.self, forKey: .cause)
        began = try members.decode(String.self, forKey: .began)
        ended = try members.decodeIfPresent(String.self, forKey: .ended)
        requester = try members.decodeIfPresent(JSON.self, forKey: .requester)
        guard try members.decodeIfPresent(String.self, forKey: .line) == RecordLineHead.Kind.began.rawValue else {
            end = try End(from: decoder)
            return
        }
        firstFile = File(
            name: try members.decode(String.self, forKey: .file),
            mediaServer: try members.decode(String.self, forKey: .mediaServer),
            pause: try members.decode(String.self, forKey: .pause),
            proof: try members.decodeIfPresent(String.self, forKey: .proof),
            began: try members.decode(String.self, forKey: .started))
    }

    var key: RecordKey? { RecordKey(id: id, connID: connID) }
}

/// Which recording a line is about.
struct RecordKey: Hashable, Sendable {
    var connection: UInt64
    var id: String

    init?(id: String, connID: String) {
        guard let connection = ConnectionID(hex: connID[...]) else { return nil }
        self.connection = connection.rawValue
        self.id = id
    }
}

/// What a line begins with: which recording it is about, and how. Lines as they are written are not decoded for that.
struct RecordLineHead: Equatable {
    enum Kind: String {
        case began, record
    }

    var kind: Kind
    var key: RecordKey

    /// `nil`: the line is none.
    init?(_ line: borrowing [UInt8]) {
        if let head = Self(written: line) {
            self = head
        } else {
            guard let line = RecordLine(decoding: line), let key = line.key else { return nil }
            self.init(kind: line.end == nil ? .began : .record, key: key)
        }
    }

    private init(kind: Kind, key: RecordKey) {
        self.kind = kind
        self.key = key
    }

    /// Of a line as `JSON(begun:)` and `JSON(_:)` write it: `{"line":"…","id":"…","connID":"…"`.
    private init?(written line: borrowing [UInt8]) {
        var place = 0
        guard let kind = Self.text(behind: "{\"line\":\"", of: line, &place).flatMap({ Kind(rawValue: $0) }),
            let id = Self.text(behind: ",\"id\":\"", of: line, &place),
            let connID = Self.text(behind: ",\"connID\":\"", of: line, &place),
            let key = RecordKey(id: id, connID: connID)
        else { return nil }
        self.init(kind: kind, key: key)
    }

    /// The text between what stands there and the next quotation mark; none with an escape in it.
    private static func text(behind mark: StaticString, of line: borrowing [UInt8], _ place: inout Int) -> String? {
        let mark = Array(mark.description.utf8)
        guard line.count > place + mark.count, line[place..<place + mark.count].elementsEqual(mark) else { return nil }
        let start = place + mark.count
        guard let end = line[start...].firstIndex(of: UInt8(ascii: "\"")),
            !line[start..<end].contains(UInt8(ascii: "\\"))
        else { return nil }
        place = end + 1
        return String(decoding: line[start..<end], as: UTF8.self)
    }
}
