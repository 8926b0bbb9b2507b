/// Why something that the peer said was skipped (article Feed, "What is skipped"). The raw values are those of logs and
/// counters.
enum FeedProtocolError: String, Error, CaseIterable {
    /// No JSON object, or one that lacks a key, or has a value of another type or size than it may.
    case malformed
    case unknownEvent = "unknown-event"
    /// The DN is not configured.
    case unknownDN = "unknown-dn"
    case unknownCall = "unknown-call"
    /// The DN is no party of the call.
    case unknownParty = "unknown-party"
    /// The call or the party is in no state for it.
    case wrongState = "wrong-state"
    /// A `begin` of a call that lives already, outside a list.
    case liveCall = "live-call"
    /// The engine has as many calls as it may have.
    case tooManyCalls = "too-many-calls"
    case tooManyParties = "too-many-parties"
    /// An answer to a command that does not wait for one.
    case strayAnswer = "stray-answer"
}
