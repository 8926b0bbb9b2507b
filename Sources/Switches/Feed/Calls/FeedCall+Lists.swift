import CallModel
import TLibrary

/// How a call is brought into agreement with a list (article Feed, "Reconnection").
extension FeedCall {
    /// A list names the call: whoever is in it will be named.
    mutating func isListed(
        in list: Int, from: Directory.Entry, to: Directory.Entry, _ outcome: inout FeedEffects
    ) throws(FeedProtocolError) {
        self.list = list
        unreached = nil
        waitsAgain = nil
        for place in parties.indices { parties[place].listed = nil }
        if let place = place(of: from.number) {
            parties[place].listed = .dialing
        } else {
            try joins(from, role: .origination, state: .dialing, &outcome)
        }
        try rings(to, &outcome)
    }

    /// Whether the list tells of the call what is known of it.
    func agrees(with list: Int) -> Bool {
        self.list == list
            && parties.allSatisfy { $0.listed != nil && !($0.state == .held && $0.listed == .established) }
    }

    /// The list is over: whoever it has not named has left, and whoever it says talks does not hold.
    mutating func agree(_ outcome: inout FeedEffects) {
        for place in parties.indices where parties[place].state == .held && parties[place].listed == .established {
            parties[place].state = .established
            tell(.retrieved(parties[place].dn), &outcome)
        }
        let reached = parties.last { $0.listed != nil && $0.role == .destination }?.dn
        while let place = parties.firstIndex(where: { $0.listed == nil }) {
            if parties[place].state == .queued, let reached {
                let party = parties.remove(at: place)
                tell(.diverted(from: party.dn, to: reached), &outcome)
            } else {
                leave(place, parties[place].isWaiting ? .abandoned : .ok, &outcome)
            }
        }
        if parties.count < 2 { ends(&outcome) }
    }
}
