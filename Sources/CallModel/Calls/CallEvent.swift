public import TLibrary

/// Something that happened in a call, as T-Library tells it: one event for each DN of its audience, to every session
/// registered there (WireFormat, "Events"). Shared by all that tells it, and never changed.
public final class CallEvent: Sendable, Equatable {
    public enum Recipients: Sendable, Equatable {
        case everyParty
        /// One party; it may have left the call with this very event.
        case party(Party)
    }

    public let message: MessageNumber
    public let audience: Recipients
    public let facts: CallInfo
    /// Whose request brought the event about: copies with its ThisDN carry its Reasons.
    public let asker: RequestContext?
    /// Whether the event is the first answer to that request: the asker's copy on its ThisDN has the ReferenceID.
    public let isAnswer: Bool
    public let callState: CallState?
    public let cause: Cause?
    /// ThirdPartyDN: in EventAttachedDataChanged who changed the data, in EventDiverted where the call went, in
    /// EventPartyAdded and EventPartyDeleted who came or left, in EventPartyChanged who brought it about.
    public let thirdParty: DirectoryNumber?
    public let thirdPartyRole: DNRole?
    /// PreviousConnID of EventPartyChanged: the call that is now part of this one.
    public let previous: ConnectionID?
    /// What a recording did, in a change that a recording made.
    public let recording: RecordingInfo?

    public init(
        _ message: MessageNumber, to audience: Recipients, _ facts: CallInfo, asker: RequestContext? = nil,
        isAnswer: Bool = false, callState: CallState? = nil, cause: Cause? = nil, thirdParty: DirectoryNumber? = nil,
        thirdPartyRole: DNRole? = nil, previous: ConnectionID? = nil, recording: RecordingInfo? = nil
    ) {
        self.message = message
        self.audience = audience
        self.facts = facts
        self.asker = asker
        self.isAnswer = isAnswer
        self.callState = callState
        self.cause = cause
        self.thirdParty = thirdParty
        self.thirdPartyRole = thirdPartyRole
        self.previous = previous
        self.recording = recording
    }

    public static func == (left: CallEvent, right: CallEvent) -> Bool {
        left.message == right.message && left.audience == right.audience && left.facts == right.facts
            && left.asker == right.asker && left.isAnswer == right.isAnswer && left.callState == right.callState
            && left.cause == right.cause && left.thirdParty == right.thirdParty
            && left.thirdPartyRole == right.thirdPartyRole && left.previous == right.previous
            && left.recording == right.recording
    }
}
