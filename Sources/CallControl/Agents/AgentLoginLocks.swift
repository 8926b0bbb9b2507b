import CallModel
import EventLoops
import TLibrary

/// On which DN each agent is logged in: what all shards must agree on at once, since an agent is in one place.
final class AgentLoginLocks: Sendable {
    private let places = Locked<[ExactText: Directory.Index]>([:])

    /// `false`: the agent is logged in on another DN.
    func take(_ agentID: String, for index: Directory.Index) -> Bool {
        let name = ExactText(agentID)
        return places.withLock { places in
            guard let place = places[name] else {
                places[name] = index
                return true
            }
            return place == index
        }
    }

    func free(_ agentID: String) {
        places.withLock { _ = $0.removeValue(forKey: ExactText(agentID)) }
    }
}
