import CallModel
import TLibrary

/// What shards say to each other of agents.
enum AgentMessage: Sendable {
    /// To the DN's home: a request whose session and DN are in order.
    case asked(ClientRequest, Directory.Index)
    /// From it to the session that asked.
    case refused(ClientID, RequestError)
    /// From it to all shards, whose calls learn who is logged in.
    case moved(AgentLoginChange)
    /// Back to it: a shard's calls know.
    case known(serial: UInt64)
    /// From it to all shards, once all of them know: the event.
    case told(AgentEvent)
}

/// A change of an agent's, on its way to the calls of all shards.
struct AgentLoginChange: Sendable {
    var home: Int
    /// Counts the changes of one home.
    var serial: UInt64
    var index: Directory.Index
    /// Who is logged in on the DN from now on; empty: nobody. `nil`: that stays as it is.
    var agentID: String?
}

/// The event of an agent's change, and how the DN's agent stands with it.
struct AgentEvent: Sendable {
    var index: Directory.Index
    var agent: AgentState?
    var frame: [UInt8]
    /// Whose request it answers.
    var asker: RequestContext
}
