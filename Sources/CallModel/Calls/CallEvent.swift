public import TLibrary

/// Something that happened in a call, as T-Library tells it: one event for each DN of its audience, to every session
/// registered there (WireFormat, "Events").
public struct CallEvent: Sendable, Equatable {
    public enum Audience: Sendable, Equatable {
        case everyParty
        /// One party; it may have left the call with this very event.
        case party(Party)
    }

    public var message: MessageNumber
    public var audience: Audience
    public var facts: CallFacts
    /// Whose request brought the event about: copies with its ThisDN carry its Reasons.
    public var asker: Asker?
    /// Whether the event is the first answer to that request: the asker's copy on its ThisDN has the ReferenceID.
    public var isAnswer = false
    public var callState: CallState?
    public var cause: Cause?
    /// ThirdPartyDN: in EventAttachedDataChanged who changed the data, in EventDiverted where the call went.
    public var thirdParty: DirectoryNumber?
    /// What a recording did, in a change that a recording made.
    public var recording: RecordingNotice?

    public init(_ message: MessageNumber, to audience: Audience, _ facts: CallFacts) {
        self.message = message
        self.audience = audience
        self.facts = facts
    }
}
