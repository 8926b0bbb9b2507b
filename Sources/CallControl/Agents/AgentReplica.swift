import CallModel
import EventLoops

/// What a shard knows of all agents: who is logged in where, for its calls, and how they stand, for what its sessions
/// are told of a DN.
actor AgentReplica: LoopBound {
    static let rank = 35

    nonisolated let seat: ShardSeat
    private(set) var table = AgentMap()
    /// As the events that this shard's sessions have got say it.
    private var told: [Directory.Index: AgentState] = [:]

    init(on seat: ShardSeat) {
        self.seat = seat
    }

    func know(_ agentID: String, on index: Directory.Index) {
        table[index] = agentID
    }

    func note(_ agent: AgentState?, on index: Directory.Index) {
        told[index] = agent
    }

    func agent(on index: Directory.Index) -> AgentState? {
        told[index]
    }
}
