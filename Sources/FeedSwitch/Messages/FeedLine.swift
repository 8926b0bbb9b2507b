import CallModel
import FoundationEssentials
import TLibrary

/// One thing that the engine says to the peer (article Feed, "Commands").
struct FeedLine: Encodable, Equatable {
    private(set) var command: String?
    private(set) var id: Int?
    private(set) var notice: String?
    let call: String
    private(set) var dn: String?
    private(set) var from: String?
    private(set) var to: String?
    private(set) var code: Int32?
    private(set) var text: String?

    /// A command. `nil`: no peer can be asked for it.
    init?(_ verb: SwitchCommand.Verb, of call: CallName, id: Int) {
        guard let word = FeedWord(verb) else { return nil }
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
    init(notTaken call: CallName, because refused: Refused) {
        self.call = call.text
        notice = "not-taken"
        code = refused.code.rawValue
        text = refused.sentence
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
