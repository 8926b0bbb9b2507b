import TLibrary

/// The names of the recording service's keys, which match without regard to case and are written as here.
public enum RecordingKeyName {
    public static let record = "record"
    public static let id = "id"
    public static let destination = "dest"
    public static let secondDestination = "dest2"
    public static let parameters = "params"
    public static let dn = "dn"
    public static let maximumPause = "max-pause"

    /// User data: the name of the latest file.
    public static let fileName = "GSIP_REC_FN"
    /// User data: what the call's recordings do.
    public static let indication = "GSIP_RECORD"

    /// Whether a key of user data is the engine's own, in any case.
    public static func isOwn(_ key: String) -> Bool {
        matches(key, fileName) || matches(key, indication)
    }

    /// Whether two texts are the same but for the case of A to Z.
    static func matches(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { lowered($0) == lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

/// What the Extensions of a recording request say, once they are found to be sound.
struct RecordingRequest: Sendable, Equatable {
    enum Side: String, Sendable, CaseIterable {
        case source, destination
    }

    var side = Side.source
    var id: RecordingID?
    var place = RecordingDestination()
    /// Of a PAUSE: `max-pause` in seconds; zero: it has none.
    var longestPause: Int32 = 0
    /// Names the party: that to be recorded, instead of a side, or that whose recording is meant.
    var dn: String?

    /// Reads the keys that `verb` has; every other key is left alone.
    init(_ extensions: KeyValueList, of verb: RecordingVerb) throws(RequestError) {
        guard !extensions.isEmpty else { return }
        id = try extensions.recordingID()
        dn = try extensions.text(RecordingKeyName.dn, atMost: DirectoryNumber.maximumLength)
        switch verb {
        case .start:
            if let word = try extensions.text(RecordingKeyName.record, atMost: 255) {
                guard let side = Side.allCases.first(where: { RecordingKeyName.matches($0.rawValue, word) }) else {
                    throw RequestError(.invalidAttribute, "Extensions record is neither source nor destination.")
                }
                self.side = side
            }
            place = try extensions.recordingPlace()
        case .pause:
            longestPause = try extensions.longestPause()
        case .resume, .stop:
            break
        }
    }
}

/// What RequestRouteCall says of recording.
struct RouteRecording: Sendable, Equatable {
    enum Word: String, Sendable, CaseIterable {
        case source, destination
        case disableSource = "disable_source"
        case disableDestination = "disable_destination"
    }

    var word: Word
    var id: RecordingID?
    var place: RecordingDestination

    /// `nil` where the Extensions have no `record`.
    init?(_ extensions: KeyValueList) throws(RequestError) {
        guard !extensions.isEmpty, let text = try extensions.text(RecordingKeyName.record, atMost: 255) else {
            return nil
        }
        guard let word = Word.allCases.first(where: { RecordingKeyName.matches($0.rawValue, text) }) else {
            throw RequestError(
                .invalidAttribute,
                "Extensions record is none of source, destination, disable_source and disable_destination.")
        }
        self.word = word
        id = try extensions.recordingID()
        place = try extensions.recordingPlace()
    }
}

extension KeyValueList {
    fileprivate func recordingID() throws(RequestError) -> RecordingID? {
        guard let text = try text(RecordingKeyName.id, atMost: RecordingID.maximumLength) else { return nil }
        guard let id = RecordingID(text) else {
            throw RequestError(.invalidAttribute, "Extensions id is not 1 to 128 characters of A-Z a-z 0-9 . _ : @ -.")
        }
        return id
    }

    fileprivate func recordingPlace() throws(RequestError) -> RecordingDestination {
        var place = RecordingDestination()
        place.destination = try text(RecordingKeyName.destination, atMost: 1_024) ?? ""
        place.secondDestination = try text(RecordingKeyName.secondDestination, atMost: 1_024) ?? ""
        switch firstIgnoringCase(RecordingKeyName.parameters) {
        case nil: break
        case .list(let list) where list.packed.count <= 4_096: place.parameters = list
        case .list, .string, .unicode, .integer, .binary:
            throw RequestError(.invalidAttribute, "Extensions params is not a list of at most 4,096 bytes.")
        }
        return place
    }

    /// Zero where there is no `max-pause`.
    fileprivate func longestPause() throws(RequestError) -> Int32 {
        switch firstIgnoringCase(RecordingKeyName.maximumPause) {
        case nil: return 0
        case .integer(let seconds) where (1...86_400).contains(seconds): return seconds
        case .integer, .list, .string, .unicode, .binary:
            throw RequestError(.invalidAttribute, "Extensions max-pause is not a number of seconds from 1 to 86,400.")
        }
    }

    /// The text of a key; `nil` where the key is not there.
    func text(_ key: String, atMost limit: Int) throws(RequestError) -> String? {
        switch firstIgnoringCase(key) {
        case nil: return nil
        case .string(let text), .unicode(let text):
            guard text.utf8.count <= limit else {
                throw RequestError(.invalidAttribute, "Extensions \(key) is longer than \(limit) bytes.")
            }
            return text
        case .integer, .binary, .list:
            throw RequestError(.invalidAttribute, "Extensions \(key) is not a string.")
        }
    }
}
