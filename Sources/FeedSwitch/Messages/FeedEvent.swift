import CallModel
import FoundationEssentials
import TLibrary

/// One thing that the peer says (article Feed, "Events").
enum FeedEvent: Equatable {
    case hello(Set<FeedWord>)
    /// A list of all live calls begins, and ends.
    case sync
    case synced
    case begin(Beginning)
    case ringing(CallName, DirectoryNumber)
    case answered(CallName, DirectoryNumber)
    case held(CallName, DirectoryNumber)
    case retrieved(CallName, DirectoryNumber)
    case diverted(CallName, from: DirectoryNumber, to: DirectoryNumber)
    case released(CallName, DirectoryNumber, CallState)
    case end(CallName)
    case media(CallName, DirectoryNumber, FeedMedia)
    case done(Int)
    case refused(Int, Refused)

    struct Beginning: Equatable {
        var call: CallName
        var type: CallType
        var from: DirectoryNumber
        var to: DirectoryNumber
        /// Empty: not known.
        var ani = ""
        var dnis = ""
        var isEstablished = false
    }

    /// Reads one line, without its end.
    init(line: [UInt8]) throws(FeedFault) {
        do {
            self = try JSONDecoder().decode(FeedEvent.self, from: Data(line))
        } catch let fault as FeedFault {
            throw fault
        } catch {
            throw .malformed
        }
    }
}

extension FeedEvent: Decodable {
    fileprivate enum Key: String, CodingKey {
        case event, commands, call, type, from, to, dn, ani, dnis, state, id, code, text, rtp
        case callID = "call-id"
        case fromTag = "from-tag"
        case toTag = "to-tag"
    }

    init(from decoder: any Decoder) throws {
        let line = try decoder.container(keyedBy: Key.self)
        switch try line.decode(String.self, forKey: .event) {
        case "hello":
            self = .hello(Set(try line.decode([String].self, forKey: .commands).compactMap(FeedWord.init(rawValue:))))
        case "sync": self = .sync
        case "synced": self = .synced
        case "begin": self = .begin(try line.beginning())
        case "ringing": self = .ringing(try line.call(), try line.dn())
        case "answered": self = .answered(try line.call(), try line.dn())
        case "held": self = .held(try line.call(), try line.dn())
        case "retrieved": self = .retrieved(try line.call(), try line.dn())
        case "diverted": self = .diverted(try line.call(), from: try line.dn(.from), to: try line.dn(.to))
        case "released":
            let state = try line.decodeIfPresent(String.self, forKey: .state) ?? "ok"
            self = .released(try line.call(), try line.dn(), CallState(feedWord: state))
        case "end": self = .end(try line.call())
        case "media": self = .media(try line.call(), try line.dn(), try line.media())
        case "done": self = .done(try line.decode(Int.self, forKey: .id))
        case "refused": self = .refused(try line.decode(Int.self, forKey: .id), try line.refused())
        default: throw FeedFault.unknownEvent
        }
    }
}

extension KeyedDecodingContainer<FeedEvent.Key> {
    fileprivate func call() throws -> CallName {
        guard let name = CallName(try decode(String.self, forKey: .call)) else { throw FeedFault.malformed }
        return name
    }

    fileprivate func dn(_ key: Key = .dn) throws -> DirectoryNumber {
        DirectoryNumber(try decode(String.self, forKey: key))
    }

    fileprivate func beginning() throws -> FeedEvent.Beginning {
        guard let type = CallType(feedWord: try decode(String.self, forKey: .type)) else { throw FeedFault.malformed }
        return FeedEvent.Beginning(
            call: try call(), type: type, from: try dn(.from), to: try dn(.to), ani: try number(.ani),
            dnis: try number(.dnis), isEstablished: try isEstablished())
    }

    /// What goes into attributes of events: no longer than they may be, and without a zero byte, which ends one.
    private func number(_ key: Key) throws -> String {
        let text = try decodeIfPresent(String.self, forKey: key) ?? ""
        guard text.utf8.count <= DirectoryNumber.maximumLength, !text.utf8.contains(0) else {
            throw FeedFault.malformed
        }
        return text
    }

    private func isEstablished() throws -> Bool {
        switch try decodeIfPresent(String.self, forKey: .state) {
        case nil: false
        case "established": true
        default: throw FeedFault.malformed
        }
    }

    /// A session, or from where the party sends, or both: one of them must be there.
    fileprivate func media() throws -> FeedMedia {
        var media = FeedMedia()
        if contains(.rtp) {
            media.tellsSource = true
            if let text = try decodeIfPresent(String.self, forKey: .rtp) {
                guard let source = SocketAddress(text) else { throw FeedFault.malformed }
                media.source = source
            }
        }
        if contains(.callID) || !media.tellsSource {
            media.tellsSession = true
            media.session = try session()
        }
        return media
    }

    /// `nil` where `call-id` is null: no media any more. One that is left out is a slip of the pen.
    fileprivate func session() throws -> MediaSession? {
        guard contains(.callID) else { throw FeedFault.malformed }
        guard let callID = try decodeIfPresent(String.self, forKey: .callID) else { return nil }
        let session = MediaSession(
            callID: callID, fromTag: try decode(String.self, forKey: .fromTag),
            toTag: try decodeIfPresent(String.self, forKey: .toTag) ?? "")
        guard let session else { throw FeedFault.malformed }
        return session
    }

    fileprivate func refused() throws -> Refused {
        let code = try decodeIfPresent(Int32.self, forKey: .code) ?? ErrorCode.unsupportedOperation.rawValue
        guard code > 0 else { throw FeedFault.malformed }
        let text = try decodeIfPresent(String.self, forKey: .text) ?? ""
        return Refused(ErrorCode(rawValue: code), Self.sentence(text))
    }

    /// The peer's words go on to a client as one line of at most 255 characters, all of them printable.
    private static func sentence(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(255).map { scalar in
            scalar.properties.generalCategory == .control ? " " : String(scalar)
        }.joined()
        return shown.isEmpty ? "The telephony cannot do that." : shown
    }
}
