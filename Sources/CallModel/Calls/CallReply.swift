public import TLibrary

/// What goes to the requester alone.
public struct CallReply: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
        /// EventACK to a recording request: the recordings it addressed, with their desired state.
        case accepted(Few<RecordingWish>)
        /// EventError.
        case refused(Refused)
        /// EventPartyInfo.
        indirect case partyInfo(CallInfoType, CallFacts, [RecordingNotice])
    }

    /// A recording that a request addressed, and what is asked for now.
    public struct RecordingWish: Sendable, Equatable {
        public var id: RecordingID
        public var desired: RecordingState

        public init(id: RecordingID, desired: RecordingState) {
            self.id = id
            self.desired = desired
        }
    }

    public var asker: Asker
    public var connection: ConnectionID
    public var content: Content

    public init(to asker: Asker, about connection: ConnectionID, _ content: Content) {
        self.asker = asker
        self.connection = connection
        self.content = content
    }
}

/// Why a request is not carried out: T-Library's code, and one sentence that a person can act on. The sentence never
/// holds user data.
public struct Refused: Error, Sendable, Equatable {
    public var code: ErrorCode
    public var sentence: String

    public init(_ code: ErrorCode, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    /// The limit of calls.
    public static let noRoomForCalls = Refused(
        .resourceUnavailable, "The server has as many calls as it may have.")

    /// What any request gets on the ConnID of a call that has just ended.
    public static let callHasEnded = Refused(.invalidConnectionID, "The ConnID's call has ended.")
}
