import CallModel
import FoundationEssentials
import TLibrary

/// One thing that the peer says (article Feed, "Events").
enum FeedEvent: Equatable {
    /// What the peer can carry out, and whether it answers `ping`.
    case hello(Set<FeedVerb>, keepAlive: Bool)
    /// The peer checks the connection, or answers a check.
    case ping
    case pong
    /// A list of all live calls begins, and ends.
    case sync
    case synced
    case begin(Beginning)
    /// A `begin`, or a line that may have been one, that cannot be used; the name of its call where that is valid.
    case unusable(FeedCallID?)
    case ringing(FeedCallID, DirectoryNumber)
    case answered(FeedCallID, DirectoryNumber)
    case held(FeedCallID, DirectoryNumber)
    case retrieved(FeedCallID, DirectoryNumber)
    case diverted(FeedCallID, from: DirectoryNumber, to: DirectoryNumber)
    case released(FeedCallID, DirectoryNumber, CallState)
    case end(FeedCallID)
    case media(FeedCallID, DirectoryNumber, FeedMedia)
    case done(Int)
    case refused(Int, RequestError)

    struct Beginning: Equatable {
        var call: FeedCallID
        var type: CallType
        var from: DirectoryNumber
        var to: DirectoryNumber
        /// Empty: not known.
        var ani = ""
        var dnis = ""
        var isEstablished = false
        /// Whether `ani` or `dnis` had a value that no event can carry.
        var lacksNumber = false
    }

    /// Reads one line, without its end. Where a line is not UTF-8, U+FFFD replaces each invalid byte; no name is valid with
    /// one of those.
    init(line: [UInt8]) throws(FeedProtocolError) {
        let isRepaired = String(validating: line, as: UTF8.self) == nil
        let decoder = JSONDecoder()
        decoder.userInfo[FeedKeys.isRepaired] = isRepaired
        let bytes = isRepaired ? Array(String(decoding: line, as: UTF8.self).utf8) : line
        do {
            self = try decoder.decode(FeedEvent.self, from: Data(bytes))
        } catch let fault as FeedProtocolError {
            throw fault
        } catch {
            self = .unusable(nil)
        }
    }
}

extension FeedEvent: Decodable {
    init(from decoder: any Decoder) throws {
        let line = try FeedKeys(decoder)
        guard let word = line.event else {
            self = .unusable(nil)
            return
        }
        switch word {
        case "hello": self = .hello(try line.commands(), keepAlive: line.hasKeepAlive)
        case "ping": self = .ping
        case "pong": self = .pong
        case "sync": self = .sync
        case "synced": self = .synced
        case "begin":
            if let beginning = try? line.beginning() {
                self = .begin(beginning)
            } else {
                self = .unusable(try? line.call())
            }
        case "ringing": self = .ringing(try line.call(), try line.dn())
        case "answered": self = .answered(try line.call(), try line.dn())
        case "held": self = .held(try line.call(), try line.dn())
        case "retrieved": self = .retrieved(try line.call(), try line.dn())
        case "diverted": self = .diverted(try line.call(), from: try line.dn(.from), to: try line.dn(.to))
        case "released":
            self = .released(try line.call(), try line.dn(), CallState(feedWord: try line.state() ?? "ok"))
        case "end": self = .end(try line.call())
        case "media": self = .media(try line.call(), try line.dn(), try line.media())
        case "done": self = .done(try line.id())
        case "refused": self = .refused(try line.id(), try line.refused())
        default:
            // A word of a later protocol, or one that was damaged.
            guard Self.isWord(word) else {
                self = .unusable(nil)
                return
            }
            throw FeedProtocolError.unknownEvent
        }
    }

    private static func isWord(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count) && text.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil
    }
}
