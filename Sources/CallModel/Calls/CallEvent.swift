public import TLibrary

/// Something that happened in a call, as T-Library tells it: one event for each DN of its audience, to every session
/// registered there (WireFormat, "Events").
///
/// What it shows of the call and of a recording is read from the call after the step, unless the step changed that later:
/// then the event has a copy.
public struct CallEvent: Sendable, Equatable {
    public enum Recipients: Sendable, Equatable {
        case everyParty
        /// One party; it may have left the call with this very event.
        case party(Party)
    }

    /// The recording that made the change.
    public enum ChangingRecording: Sendable, Equatable {
        /// No recording did.
        case none
        /// As the call has it after the step, by its index among the call's recordings.
        case live(Int)
        indirect case earlier(RecordingInfo)
    }

    public let message: MessageNumber
    public let audience: Recipients
    /// The call as it was then; `nil`: as it is after the step.
    public internal(set) var earlier: CallInfo?
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
    /// What a recording did, where a recording made the change.
    public internal(set) var changedBy: ChangingRecording

    public init(
        _ message: MessageNumber, to audience: Recipients, _ earlier: CallInfo? = nil, asker: RequestContext? = nil,
        isAnswer: Bool = false, callState: CallState? = nil, cause: Cause? = nil, thirdParty: DirectoryNumber? = nil,
        thirdPartyRole: DNRole? = nil, previous: ConnectionID? = nil, changedBy: ChangingRecording = .none
    ) {
        self.message = message
        self.audience = audience
        self.earlier = earlier
        self.asker = asker
        self.isAnswer = isAnswer
        self.callState = callState
        self.cause = cause
        self.thirdParty = thirdParty
        self.thirdPartyRole = thirdPartyRole
        self.previous = previous
        self.changedBy = changedBy
    }
}
