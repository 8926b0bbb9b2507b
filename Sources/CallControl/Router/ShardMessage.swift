import CallModel
import TLibrary

/// What reaches a shard's part of the engine: from another shard, or from its own in a later turn.
enum ShardMessage: Sendable {
    // To a call of this shard.
    case request(Request, ClientID)
    case repeated(IdempotencyMessage)
    /// One that takes away work, and that overtakes none of its own session.
    case urgentRequest(Request, ClientID)
    case switching(SwitchReport)
    /// Several of one call, in one turn.
    case switchingTogether([SwitchReport])
    case media(MediaReport)
    case arrival(ConnectionID, SwitchPort.ExternalCall)
    case letter(InterCallMessage, to: ConnectionID)
    case shutdown

    // About recordings whose call has become part of another: between where they began and where they go on.
    case forward([RecordingKey], to: ConnectionID)
    case forget(RecordingKey)
    case forwarded(MediaReport, to: ConnectionID)
    case command(MediaCommand)
    case path(MediaRoute)
    case transition(RecordingTransition)

    /// Work of a switch or a driver that came from another thread.
    case errand(@Sendable () -> Void)

    // To the records of this shard's calls.
    /// A session was opened, under this ApplicationName.
    case sessionOpened(ClientID, String)
    case sessionClosed(ClientID)

    // To sessions of this shard.
    case event(RemoteEvent)
    case answer(RemoteReply)
    /// The session has lost its place while it waited to be taken up.
    case evict(ClientID)
    /// The largest backlog of all is on this shard, and there is too much.
    case reduceBacklog

    case agent(AgentMessage)

    // Registration: to the DN's home, from it to all shards, and back to the session's.
    case claim(RegistrationRequest)
    case release(ClientID, Directory.Index)
    case registrationRefused(ClientID, RequestError)
    case interest(RegistrationRequest, isNew: Bool)
    case unsubscribe(Directory.Index, shard: Int)
    case census(CallListing)

    // Snapshots and queries: to the shards of the calls, and back.
    case survey(CallListingQuery)
    case surveyed(CallListing, AddressStatus)
    case describe(SnapshotPageRequest)
    case described(SnapshotPage)
}

/// One event for one DN, for the sessions of another shard.
struct RemoteEvent: Sendable {
    var index: Directory.Index
    var connection: ConnectionID
    var origin: Int
    var frame: [UInt8]
    var answers: RequestContext?
}

/// Frames for one session.
struct RemoteReply: Sendable {
    var client: ClientID
    /// The call that says it; `none`: none does.
    var connection: ConnectionID
    var frame: [UInt8]
    /// Whether it is the first answer to a request; the outcome of a recording request is not.
    var isFirst: Bool
}

extension ShardMessage {
    /// Whose requests it must not overtake, where it is work that can wait for its turn; `nil`: it is taken before all
    /// such work (Architecture, "Scheduling").
    var queue: ClientID? {
        switch self {
        case .request(_, let client), .sessionClosed(let client): client
        case .repeated(.inCall(let asked)): asked.client
        case .urgentRequest, .repeated, .switching, .switchingTogether, .media, .arrival, .letter, .shutdown, .forward,
            .forget,
            .forwarded, .command, .path, .transition, .agent, .errand, .sessionOpened, .event, .answer, .evict,
            .reduceBacklog, .claim, .release, .registrationRefused, .interest, .unsubscribe, .census, .survey,
            .surveyed,
            .describe, .described:
            nil
        }
    }
}

/// A session's wish to be registered on a DN.
struct RegistrationRequest: Sendable {
    var client: ClientID
    var index: Directory.Index
    var mode: RegisterMode
    /// Whether the calls on the DN are to be described. Where they are not, there is nothing that their events wait for
    /// but the answer itself.
    var wantsCalls: Bool
}

/// The calls that a shard has on a DN, at the moment from which on it sends that DN's events to the session.
struct CallListing: Sendable {
    var client: ClientID
    var index: Directory.Index
    var origin: Int
    var calls: [ConnectionID]
}

/// Asks every shard for its calls on a DN, without a registration.
struct CallListingQuery: Sendable {
    var client: ClientID
    var index: Directory.Index
}

/// Asks a shard to describe calls of its own.
struct SnapshotPageRequest: Sendable {
    var client: ClientID
    var index: Directory.Index
    var calls: [ConnectionID]
    /// Bytes that the descriptions may take.
    var room: Int
    /// Nothing stands in the part yet: at least one call is described, whatever the room.
    var isWholePart: Bool
    /// Whether a registration waits for them, so that its events are held meanwhile.
    var isForRegistration: Bool
}

/// What a shard says of its calls, as far as there was room.
struct SnapshotPage: Sendable {
    var client: ClientID
    var index: Directory.Index
    var origin: Int
    var pairs: KeyValueList
    var described: [ConnectionID]
    var rest: [ConnectionID]
    var isForRegistration: Bool
}
