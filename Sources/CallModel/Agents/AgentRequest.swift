public import TLibrary

/// What a T-Client asks about the agent on a DN.
public struct AgentRequest: Sendable, Equatable {
    public enum Verb: Sendable, Equatable {
        /// With the AgentID.
        case login(String)
        case logout
        case ready
        case notReady
    }

    public var verb: Verb
    public var settings: AgentSettings

    public init(_ verb: Verb, _ settings: AgentSettings = AgentSettings()) {
        self.verb = verb
        self.settings = settings
    }

    /// `nil`: the operation is none of agents.
    public init?(_ operation: Operation) {
        switch operation {
        case .agentLogin(let login): self.init(.login(login.agentID), login.settings)
        case .agentLogout(let settings): self.init(.logout, settings)
        case .agentReady(let settings): self.init(.ready, settings)
        case .agentNotReady(let settings): self.init(.notReady, settings)
        default: return nil
        }
    }
}
