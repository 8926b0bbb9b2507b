package import EventLoops
import TLibrary

/// One step of a call: what it works on while it is taken, and the outcome as it grows. Handed on whole, so that the
/// outcome, which is large, is never copied.
public struct CallStep: ~Copyable, Sendable {
    let rules: CallPolicy
    let moment: Timestamp
    /// Who is logged in where; empty in steps that bring no DN into the call.
    let agents: AgentMap
    var facts: CallInfo
    var callHasEnded: Bool
    /// How many bytes of user data all calls together may have more.
    var userDataFree = Int.max
    /// Whether what clients set may have changed, or what waits at the switch to be set.
    var changesUserData = false
    /// Whether a request was refused because of the limit of all calls' user data.
    public internal(set) var lacksUserData = false
    /// Whether events of the step may be the first answer to a request: what a switch reports behind its answer is none.
    var mayAnswer = true
    public internal(set) var outcome = CallOutcome()
    /// Recordings whose media server told in this step where it takes their media.
    var intakes: [(RecordingKey, RTPEndpoints)] = []
    /// Recordings that ended in this step.
    var endedPaths: [RecordingID] = []

    /// Gives what is told for records the step's own moment. That of ``CallMachine/take(_:at:available:agents:)`` may be
    /// one for the many steps of a loop iteration.
    package mutating func happened(at moment: Timestamp) {
        for place in outcome.transitions.indices { outcome.transitions[place].moment = moment }
    }

    init(rules: CallPolicy, moment: Timestamp, agents: AgentMap, facts: CallInfo, callHasEnded: Bool) {
        self.rules = rules
        self.moment = moment
        self.agents = agents
        self.facts = facts
        self.callHasEnded = callHasEnded
    }

    func party(on dn: DirectoryNumber) -> Party? {
        facts.parties.first { $0.dn == dn }
    }
}
