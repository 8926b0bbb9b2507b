import CallModel
import TLibrary

/// Who has registered the DNs whose home is this shard, and in which mode (WireFormat, "Registering").
actor Registrar: ShardBound {
    static let rank = 22

    nonisolated let seat: ShardSeat
    private let inboxes: [Inbox]
    private var claims: [Directory.Index: [ClientID: RegisterMode]] = [:]

    init(on seat: ShardSeat, inboxes: [Inbox]) {
        self.seat = seat
        self.inboxes = inboxes
    }

    func take(_ claim: Claim) {
        var holders = claims[claim.index] ?? [:]
        if let refused = conflict(of: claim, with: holders) {
            inboxes[claim.client.shard].post(.claimRefused(claim.client, refused))
            return
        }
        let isNew = holders.updateValue(claim.mode, forKey: claim.client) == nil
        claims[claim.index] = holders
        for inbox in inboxes { inbox.post(.interest(claim, isNew: isNew)) }
    }

    func release(_ index: Directory.Index, of client: ClientID) {
        guard claims[index]?.removeValue(forKey: client) != nil else { return }
        if claims[index]?.isEmpty == true { claims[index] = nil }
        for inbox in inboxes { inbox.post(.interestEnded(index, shard: client.shard)) }
    }

    private func conflict(of claim: Claim, with holders: [ClientID: RegisterMode]) -> Refused? {
        guard claim.mode != .monitor else { return nil }
        for (client, mode) in holders where client != claim.client {
            if mode == .private || claim.mode == .private && mode == .share {
                return Refused(
                    .resourceSeized, "Another client has registered ThisDN in a mode that excludes this one.")
            }
        }
        return nil
    }
}
