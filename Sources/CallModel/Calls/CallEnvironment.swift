public import EventLoops

/// What a step of a call is taken in: the engine's policy, and what holds at that moment. One for each shard, changed
/// between steps.
public struct CallEnvironment: ~Copyable, Sendable {
    public let policy: CallPolicy
    /// When the input reached its call.
    public var moment: Timestamp
    /// The media servers that may take a new recording.
    public var available = MediaServerSet.all
    /// Who is logged in where. Read only for inputs that may add parties (``CallInput/mayAddParties``).
    public var agents = AgentMap()
    /// How many bytes of user data all calls together may have more.
    public var userDataFree = Int.max

    public init(_ policy: CallPolicy, at moment: Timestamp) {
        self.policy = policy
        self.moment = moment
    }
}
