public import TLibrary

/// An agent who is logged in on a DN, and what the agent does there.
public struct AgentState: Sendable, Equatable {
    public let agentID: String
    public var isReady: Bool
    /// What the agent does between calls, as the requests said it; `unknown`: none did.
    public var workMode: AgentWorkMode
    /// The queue that the agent works for; empty: no request named one.
    public var queue: DirectoryNumber

    public init(agentID: String, isReady: Bool, workMode: AgentWorkMode = .unknown, queue: DirectoryNumber = "") {
        self.agentID = agentID
        self.isReady = isReady
        self.workMode = workMode
        self.queue = queue
    }
}
