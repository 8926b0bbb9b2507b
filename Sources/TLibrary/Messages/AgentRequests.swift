/// Logs an agent in on ThisDN.
public struct AgentLogin: Sendable, Equatable {
    /// At most 255 bytes.
    public var agentID: String
    public var settings: AgentSettings

    public init(agentID: String, settings: AgentSettings = AgentSettings()) {
        self.agentID = agentID
        self.settings = settings
    }
}

/// What any agent request may say of the agent's queue and work.
public struct AgentSettings: Sendable, Equatable {
    /// The queue that the agent works for; empty where the request names none.
    public var queue: DirectoryNumber
    public var workMode: AgentWorkMode

    public init(queue: DirectoryNumber = "", workMode: AgentWorkMode = .unknown) {
        self.queue = queue
        self.workMode = workMode
    }
}
