package import CallModel
package import EventLoops
import TLibrary

/// What a shard keeps for those who look into it: its sessions and its calls in their order, and what happened to
/// recordings last. There is one only where the engine is looked into.
actor IntrospectionIndex: LoopBound {
    static let rank = 46
    /// So many transitions are kept, of all calls of the shard together.
    static let kept = 4_096
    /// So many are told of one call.
    static let told = 32

    nonisolated let seat: ShardSeat
    private var sessions = SortedIDSet()
    private var calls = SortedIDSet()
    /// A ring, once it is full.
    private var transitions: [Kept] = []
    private var oldest = 0

    private struct Kept {
        /// In which it happened.
        var call: ConnectionID
        var transition: TransitionSummary
    }

    init(on seat: ShardSeat) {
        self.seat = seat
    }

    func came(_ client: ClientID) { sessions.insert(client.rawValue) }
    func left(_ client: ClientID) { sessions.remove(client.rawValue) }
    func began(_ call: ConnectionID) { calls.insert(call.rawValue) }
    func ended(_ call: ConnectionID) { calls.remove(call.rawValue) }

    func note(_ happened: borrowing [RecordingTransition], in call: ConnectionID) {
        for place in happened.indices {
            // Evidence would push out what people look for.
            if case .evidence = happened[place].event { continue }
            let kept = Kept(call: call, transition: TransitionSummary(happened[place]))
            if transitions.count < Self.kept {
                transitions.append(kept)
            } else {
                transitions[oldest] = kept
                oldest = (oldest + 1) % Self.kept
            }
        }
    }

    // MARK: - Looking in

    func sessions(_ count: Int, after client: ClientID?) -> [ClientID] {
        sessions.first(count, after: client?.rawValue).map { ClientID(rawValue: $0) }
    }

    func calls(_ count: Int, after call: ConnectionID?) -> [ConnectionID] {
        calls.first(count, after: call?.rawValue).map { ConnectionID(rawValue: $0) }
    }

    /// What happened to a call's recordings last, the oldest first, as far as it is still kept here: in that call, and
    /// before to those that were carried into it.
    func transitions(of call: ConnectionID, and carried: [RecordingKey]) -> [TransitionSummary] {
        var found: [TransitionSummary] = []
        for step in 0..<transitions.count where found.count < Self.told {
            let place = (oldest + transitions.count - 1 - step) % transitions.count
            if transitions[place].call == call || carried.contains(transitions[place].transition.name) {
                found.append(transitions[place].transition)
            }
        }
        return found.reversed()
    }
}

/// One thing that happened to a recording, without what its requester said besides.
package struct TransitionSummary: Sendable {
    package let name: RecordingKey
    package let moment: Timestamp
    /// A wish is without its asker here.
    package let event: RecordingTransition.Event
    /// Whose request or route a wish carried out; `nil`: nobody's.
    package let by: ClientID?

    init(_ transition: RecordingTransition) {
        name = RecordingKey(origin: transition.call.connection, recording: transition.recording)
        moment = transition.moment
        if case .wished(var wish) = transition.event {
            by = wish.asker?.client
            wish.asker = nil
            event = .wished(wish)
        } else {
            event = transition.event
            by = nil
        }
    }
}
