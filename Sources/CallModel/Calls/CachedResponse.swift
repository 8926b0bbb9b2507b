public import TLibrary

/// The first answer to a request, as it is kept for those who ask again: without user data.
public enum CachedResponse: Sendable, Equatable {
    /// EventACK to a recording request.
    case accepted(TinyArray<CallReply.RequestedState>)
    /// EventError.
    case refused(RequestError)
    /// An event of a call, to be made anew.
    indirect case event(CachedEvent)
    /// An event about an agent, as it was sent, without ReferenceID.
    case agentEvent([UInt8])

    /// `nil`: the answer to a query, which is not kept.
    public init?(_ content: borrowing CallReply.Content) {
        switch content {
        case .accepted(let wishes): self = .accepted(wishes)
        case .refused(var refused):
            // It is counted once, however often it is asked.
            refused.limit = nil
            self = .refused(refused)
        case .partyInfo: return nil
        }
    }

    /// `nil`: the event is not told to ThisDN. `call` is what the event shows.
    public init?(_ event: CallEvent, of call: CallInfo) {
        guard let event = CachedEvent(event, of: call) else { return nil }
        self = .event(event)
    }

    /// Whether it is one to remember: a server that had too much to do may have less when it is asked again.
    public var isRemembered: Bool {
        if case .refused(let refused) = self { refused.code != .tooManyRequests } else { true }
    }
}

/// A call's event that was the first answer to a request: what of it does not follow from the call.
public struct CachedEvent: Sendable, Equatable {
    public var connection: ConnectionID { call.connection }
    let call: CallIdentity
    let message: MessageNumber
    /// That on ThisDN. It may have left with this very event.
    let party: Party
    let callState: CallState?
    let cause: Cause?
    let thirdParty: DirectoryNumber?
    let thirdPartyRole: DNRole?

    init?(_ event: CallEvent, of info: CallInfo) {
        guard let party = event.partyThatAsked(in: info) else { return nil }
        call = info.identity
        message = event.message
        self.party = party
        callState = event.callState
        cause = event.cause
        thirdParty = event.thirdParty
        thirdPartyRole = event.thirdPartyRole
    }

    /// The event as the call stands now, for one who asked again.
    func again(_ facts: CallInfo, to asker: RequestContext) -> CallEvent {
        let now = facts.parties.first { $0.id == party.id }
        return CallEvent(
            message, to: .party(now ?? party), facts, asker: asker, isAnswer: true, callState: callState, cause: cause,
            thirdParty: thirdParty, thirdPartyRole: thirdPartyRole)
    }

    /// The same where the call is gone, and with it all data that it had.
    func againOfEndedCall(to asker: RequestContext) -> CallEvent {
        again(CallInfo(identity: call), to: asker)
    }
}

/// An answer to somebody who asked again. It goes to nobody else.
public enum ReplayedResponse: Sendable, Equatable {
    case reply(CallReply)
    case event(CallEvent)
}

extension CallEvent {
    /// The party on the ThisDN of the request that the event answers.
    fileprivate func partyThatAsked(in call: CallInfo) -> Party? {
        guard let asker else { return nil }
        return switch audience {
        case .party(let party): party
        case .everyParty: call.parties.first { $0.dn == asker.thisDN }
        }
    }
}
