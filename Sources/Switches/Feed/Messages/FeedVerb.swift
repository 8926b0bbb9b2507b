import CallModel
import TLibrary

/// What the engine may ask of the peer, where its `hello` named it.
enum FeedVerb: String, CaseIterable {
    case route, release, answer, hold, retrieve

    /// `nil`: no peer can be asked for it.
    init?(_ verb: SwitchCommand.Verb) {
        switch verb {
        case .make, .predict, .clear, .redirect, .transfer, .add, .remove, .consult, .merge, .alternate, .reconnect:
            return nil
        case .answer: self = .answer
        case .release: self = .release
        case .hold: self = .hold
        case .retrieve: self = .retrieve
        case .route: self = .route
        }
    }
}

extension CallType {
    /// The words of `type` in a `begin`.
    init?(feedWord: String) {
        switch feedWord {
        case "internal": self = .internal
        case "inbound": self = .inbound
        case "outbound": self = .outbound
        default: return nil
        }
    }
}

extension CallState {
    private static let feedWords: [String: CallState] = [
        "ok": .ok, "transferred": .transferred, "conferenced": .conferenced, "general-error": .generalError,
        "system-error": .systemError, "remote-release": .remoteRelease, "busy": .busy, "no-answer": .noAnswer,
        "all-trunks-busy": .allTrunksBusy, "queue-full": .queueFull, "cleared": .cleared, "overflowed": .overflowed,
        "abandoned": .abandoned, "redirected": .redirected, "forwarded": .forwarded, "picked-up": .pickedUp,
        "dropped": .dropped, "cancel": .cancel, "wrong-number": .wrongNumber,
    ]

    /// The words of `state` in a `released`. A party that has left has left, whatever the word.
    init(feedWord: String) {
        self = Self.feedWords[feedWord] ?? .unknown
    }
}
