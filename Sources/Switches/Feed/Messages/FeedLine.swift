import CallModel
import FoundationEssentials
import TLibrary

/// One thing that the engine says to the peer (article Feed, "Commands").
struct FeedLine: Encodable, Equatable {
    private(set) var command: String?
    private(set) var id: Int?
    private(set) var notice: String?
    private(set) var call: String?
    /// The number of a line on this connection, from 1.
    private(set) var line: Int?
    private(set) var dn: String?
    private(set) var from: String?
    private(set) var to: String?
    private(set) var code: Int32?
    private(set) var text: String?

    /// A command. `nil`: no peer can be asked for it.
    init?(_ verb: SwitchCommand.Verb, of call: FeedCallID, id: Int) {
        guard let word = FeedVerb(verb) else { return nil }
        self.call = call.text
        self.id = id
        command = word.rawValue
        switch verb {
        case .answer(let dn), .release(let dn), .hold(let dn), .retrieve(let dn): self.dn = dn.text
        case .route(let from, let to, _):
            self.from = from.text
            self.to = to.text
        case .make, .predict, .clear, .redirect, .transfer, .add, .remove, .consult, .merge, .alternate, .reconnect:
            return nil
        }
    }

    /// The engine does not take the call that a `begin` told of.
    init(notTaken call: FeedCallID, because refused: RequestError) {
        self.call = call.text
        notice = "not-taken"
        code = refused.code.rawValue
        text = refused.sentence
    }

    /// The engine does not take a call whose `begin` cannot be used. Where its name is unknown, the number of the line on
    /// this connection stands for it.
    init(unusable call: FeedCallID?, line: Int) {
        notice = "not-taken"
        code = ErrorCode.invalidAttribute.rawValue
        if let call {
            self.call = call.text
            text = "begin must have valid values of call, type, from, to and state."
        } else {
            self.line = line
            text = "The line must be a JSON object of a known event with a valid call."
        }
    }

    /// Checks the connection, or answers a check.
    init(notice: Check) {
        self.notice = notice.rawValue
    }

    /// Whether it says that a call is not taken.
    var isRefusal: Bool { notice == "not-taken" }

    enum Check: String {
        case ping, pong
    }

    /// With the line feed that ends it.
    var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("texts and whole numbers can be written as JSON")
        }
        return data + [UInt8(ascii: "\n")]
    }
}
