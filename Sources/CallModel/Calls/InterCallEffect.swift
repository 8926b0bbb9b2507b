public import TLibrary

/// What a call has to do with other calls. Whoever steps a call carries these out when all else of the outcome is done,
/// in their order.
public enum InterCallEffect: Sendable, Equatable {
    /// A consultation call arises: its parties follow from the switch.
    case begin(NewConsultation)
    /// To another call, wherever it lives.
    indirect case write(InterCallMessage, to: ConnectionID)
    /// What media servers say of these recordings goes to that call from now on: theirs has become part of it.
    case forward([RecordingKey], to: ConnectionID)
    /// The recording is over: nothing is forwarded of it any more.
    case forget(RecordingKey)
    /// An input that had to wait, and comes now.
    indirect case take(CallInput)
}

/// A recording as media servers know it: by the call in which it began.
public struct RecordingKey: Hashable, Sendable {
    public var origin: ConnectionID
    public var recording: RecordingID

    public init(origin: ConnectionID, recording: RecordingID) {
        self.origin = origin
        self.recording = recording
    }
}

/// A consultation call, as it arises.
public struct NewConsultation: Sendable, Equatable {
    public let identity: CallIdentity
    /// What the asker attached; once it begins, with what comes of the main call's (option `consult-user-data`).
    public internal(set) var userData: KeyValueList
    /// Bytes of user data that it was to have when it was asked for.
    let reservedUserData: Int
    /// Whether it shares its user data with the main call.
    public let isJoint: Bool
    /// Who asked for it.
    public let asker: RequestContext
}

/// What one call says to another.
public enum InterCallMessage: Sendable, Equatable {
    /// You are part of the asking call now: hand over who and what you have.
    case handOver(MergeRequest)
    /// The answer: all that the other call had.
    case handedOver(MergedCallState)
    /// The user data that both share is this now, by a request on that DN.
    case shared(KeyValueList, from: ConnectionID, by: DirectoryNumber)
}

/// What a call that becomes part of another must know.
public struct MergeRequest: Sendable, Equatable {
    /// The call that goes on.
    public let main: ConnectionID
    /// Who made one call of the two, and whether it leaves both.
    public let party: DirectoryNumber
    public let merging: SwitchCommand.Merging
    /// `nil`: nobody asked; the switch has done it.
    public let asker: RequestContext?
    /// The DNs that are in the call that goes on.
    let present: [DirectoryNumber]
    /// Recording ids that it has used.
    let usedIDs: [RecordingID]
    /// So many more recordings it can have at once.
    let room: Int
}

/// All that a call hands over when it becomes part of another. One that is not there hands over nothing.
public struct MergedCallState: Sendable, Equatable {
    public let from: ConnectionID
    /// In their order, without the one that made one call of the two.
    var parties: [Party] = []
    /// What clients attached.
    var userData = KeyValueList()
    /// Whether the asker has had its answer.
    var hasAnswered = false
    var recordings = MergedRecordings()
    var paths: [MediaRoute] = []

    /// Of a call that is not there.
    public init(from connection: ConnectionID) {
        from = connection
    }
}
