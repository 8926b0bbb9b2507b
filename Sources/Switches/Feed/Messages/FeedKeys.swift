import CallModel
import EventLoops
import TLibrary

/// The keys of one line of the peer's, each read as what it has to be.
struct FeedKeys {
    /// Whether invalid bytes of the line were replaced by U+FFFD: in the `userInfo` of its decoder.
    static let isRepaired: CodingUserInfoKey = {
        guard let key = CodingUserInfoKey(rawValue: "isRepaired") else { preconditionFailure("any text names a key") }
        return key
    }()

    enum Key: String, CodingKey {
        case event, commands, call, type, from, to, dn, ani, dnis, state, id, code, text, rtp
        case callID = "call-id"
        case fromTag = "from-tag"
        case toTag = "to-tag"
        case keepAlive = "keep-alive"
    }

    private let line: KeyedDecodingContainer<Key>
    private let isRepaired: Bool

    /// Throws where the line is no JSON object.
    init(_ decoder: any Decoder) throws {
        line = try decoder.container(keyedBy: Key.self)
        isRepaired = decoder.userInfo[Self.isRepaired] as? Bool ?? false
    }

    // MARK: - Values

    /// `nil`: the key is missing, or its value is no valid text.
    private func text(_ key: Key) -> String? {
        guard let text = try? line.decode(String.self, forKey: key) else { return nil }
        return isRepaired && text.unicodeScalars.contains("\u{FFFD}") ? nil : text
    }

    /// Text that may be left out, or be null.
    private func optionalText(_ key: Key) throws(FeedProtocolError) -> String? {
        guard isGiven(key) else { return nil }
        guard let text = text(key) else { throw .malformed }
        return text
    }

    private func isGiven(_ key: Key) -> Bool {
        guard line.contains(key) else { return false }
        return (try? line.decodeNil(forKey: key)) != true
    }

    var event: String? { text(.event) }

    func call() throws(FeedProtocolError) -> FeedCallID {
        guard let name = text(.call).flatMap(FeedCallID.init) else { throw .malformed }
        return name
    }

    func dn(_ key: Key = .dn) throws(FeedProtocolError) -> DirectoryNumber {
        guard let text = text(key) else { throw .malformed }
        return DirectoryNumber(text)
    }

    func state() throws(FeedProtocolError) -> String? { try optionalText(.state) }

    // MARK: - hello

    func commands() throws(FeedProtocolError) -> Set<FeedVerb> {
        guard let words = try? line.decode([String].self, forKey: .commands) else { throw .malformed }
        return Set(words.compactMap(FeedVerb.init(rawValue:)))
    }

    var hasKeepAlive: Bool { (try? line.decode(Bool.self, forKey: .keepAlive)) ?? false }

    // MARK: - begin

    /// A number that no event can carry is left out.
    func beginning() throws(FeedProtocolError) -> FeedEvent.Beginning {
        guard let type = text(.type).flatMap(CallType.init(feedWord:)) else { throw .malformed }
        let (ani, dnis) = (number(.ani), number(.dnis))
        return FeedEvent.Beginning(
            call: try call(), type: type, from: try dn(.from), to: try dn(.to), ani: ani ?? "", dnis: dnis ?? "",
            isEstablished: try isEstablished(), lacksNumber: ani == nil || dnis == nil)
    }

    /// What goes into attributes of events: no longer than they may be, and without a zero byte, which ends one. Empty
    /// where it is left out; `nil`: it is invalid.
    private func number(_ key: Key) -> String? {
        guard isGiven(key) else { return "" }
        guard let text = text(key), text.utf8.count <= DirectoryNumber.maximumLength, !text.utf8.contains(0) else {
            return nil
        }
        return text
    }

    private func isEstablished() throws(FeedProtocolError) -> Bool {
        switch try state() {
        case nil: false
        case "established": true
        default: throw .malformed
        }
    }

    // MARK: - media

    /// A session, the address from which the party sends, or both: a line has at least one of them.
    func media() throws(FeedProtocolError) -> FeedMedia {
        var media = FeedMedia()
        if line.contains(.rtp) {
            media.tellsSource = true
            if let text = try optionalText(.rtp) {
                guard let source = SocketAddress(text) else { throw .malformed }
                media.source = source
            }
        }
        if line.contains(.callID) || !media.tellsSource {
            media.tellsSession = true
            media.session = try session()
        }
        return media
    }

    /// `nil` where `call-id` is null: no media any more. One that is left out is a slip of the pen.
    private func session() throws(FeedProtocolError) -> MediaSession? {
        guard line.contains(.callID) else { throw .malformed }
        guard let callID = try optionalText(.callID) else { return nil }
        guard let fromTag = text(.fromTag),
            let session = MediaSession(callID: callID, fromTag: fromTag, toTag: try optionalText(.toTag) ?? "")
        else { throw .malformed }
        return session
    }

    // MARK: - Answers

    func id() throws(FeedProtocolError) -> Int {
        guard let id = try? line.decode(Int.self, forKey: .id) else { throw .malformed }
        return id
    }

    /// The reason is for a person, whatever its bytes were.
    func refused() throws(FeedProtocolError) -> RequestError {
        var code = ErrorCode.unsupportedOperation.rawValue
        if isGiven(.code) {
            guard let given = try? line.decode(Int32.self, forKey: .code), given > 0 else { throw .malformed }
            code = given
        }
        let text = (try? line.decode(String.self, forKey: .text)) ?? ""
        return RequestError(ErrorCode(rawValue: code), Self.sentence(text))
    }

    /// The peer's words go on to a client as one line of at most 255 characters, all of them printable.
    private static func sentence(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(255).map { scalar in
            scalar.properties.generalCategory == .control ? " " : String(scalar)
        }.joined()
        return shown.isEmpty ? "The telephony cannot do that." : shown
    }
}
