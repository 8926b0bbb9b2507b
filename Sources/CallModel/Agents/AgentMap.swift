/// Who is logged in where, as calls look it up when a DN comes into them.
public struct AgentMap: Sendable, Equatable {
    private var agents: [Directory.Index: String] = [:]

    public init() {}

    /// The AgentID of the agent on a DN; empty: none is logged in there.
    public subscript(index: Directory.Index) -> String {
        get { agents[index] ?? "" }
        set { agents[index] = newValue.isEmpty ? nil : newValue }
    }
}
