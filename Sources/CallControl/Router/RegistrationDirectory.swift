import CallModel
import EventLoops
import TLibrary

/// Who has registered the DNs whose home is this shard, and in which mode (WireFormat, "Registering").
actor RegistrationDirectory: LoopBound {
    static let rank = 22

    nonisolated let seat: ShardSeat
    private let mailboxes: [Mailbox]
    private var claims: [Directory.Index: [ClientID: RegisterMode]] = [:]

    init(on seat: ShardSeat, mailboxes: [Mailbox]) {
        self.seat = seat
        self.mailboxes = mailboxes
    }

    func take(_ claim: RegistrationRequest) {
        var holders = claims[claim.index] ?? [:]
        if let refused = conflict(of: claim, with: holders) {
            mailboxes[claim.client.shard].post(.registrationRefused(claim.client, refused))
            return
        }
        let isNew = holders.updateValue(claim.mode, forKey: claim.client) == nil
        claims[claim.index] = holders
        for mailbox in mailboxes { mailbox.post(.interest(claim, isNew: isNew)) }
    }

    func release(_ index: Directory.Index, of client: ClientID) {
        guard claims[index]?.removeValue(forKey: client) != nil else { return }
        if claims[index]?.isEmpty == true { claims[index] = nil }
        for mailbox in mailboxes { mailbox.post(.unsubscribe(index, shard: client.shard)) }
    }

    private func conflict(of claim: RegistrationRequest, with holders: [ClientID: RegisterMode]) -> RequestError? {
        guard claim.mode != .monitor else { return nil }
        for (client, mode) in holders where client != claim.client {
            if mode == .private || claim.mode == .private && mode == .share {
                return RequestError(
                    .resourceSeized, "Another client has registered ThisDN in a mode that excludes this one.")
            }
        }
        return nil
    }
}
