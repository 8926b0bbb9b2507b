public import TLibrary

/// What goes to the requester alone.
public struct CallReply: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
        /// EventACK to a recording request: the recordings it addressed, with their desired state.
        case accepted(TinyArray<RequestedState>)
        /// EventError.
        case refused(RequestError)
        /// EventPartyInfo.
        indirect case partyInfo(CallInfoType, CallInfo, [RecordingInfo])
    }

    /// A recording that a request addressed, and what is asked for now.
    public struct RequestedState: Sendable, Equatable {
        public var id: RecordingID
        public var desired: RecordingState

        public init(id: RecordingID, desired: RecordingState) {
            self.id = id
            self.desired = desired
        }
    }

    public var asker: RequestContext
    public var connection: ConnectionID
    public var content: Content

    public init(to asker: RequestContext, about connection: ConnectionID, _ content: Content) {
        self.asker = asker
        self.connection = connection
        self.content = content
    }
}

/// Why a request is not carried out: T-Library's code, and one sentence that a person can act on. The sentence never
/// holds user data.
public struct RequestError: Error, Sendable, Equatable {
    /// A limit that would have been passed.
    public enum Limit: String, Sendable, CaseIterable {
        case calls
        /// Of one session.
        case registrations
        /// Of one call.
        case recordings
        case userData = "user-data"
        /// Of all calls together.
        case userDataTotal = "user-data-total"
        /// Requests with a `request-id` that wait for their answers.
        case requestIDs = "request-ids"
    }

    public var code: ErrorCode
    public var sentence: String
    /// For who counts.
    public var limit: Limit?

    public init(_ code: ErrorCode, _ sentence: String, limit: Limit? = nil) {
        self.code = code
        self.sentence = sentence
        self.limit = limit
    }

    /// The limit of calls.
    public static let noRoomForCalls = RequestError(
        .resourceUnavailable, "The server has as many calls as it may have.", limit: .calls)

    /// The limit of all calls' user data.
    static let noRoomForUserData = RequestError(
        .resourceUnavailable, "The user data of all calls together is at its limit.", limit: .userDataTotal)

    /// The limit of recordings of one call.
    static let noRoomForRecordings = RequestError(
        .resourceUnavailable, "This call has as many recordings as it may have.", limit: .recordings)

    /// What any request gets on the ConnID of a call that has just ended.
    public static let callHasEnded = RequestError(.invalidConnectionID, "The ConnID's call has ended.")
}
