public import TLibrary

/// A call as an event shows it: who it is, who is in it, and its user data at that moment.
public struct CallInfo: Sendable, Equatable {
    public let identity: CallIdentity
    public var parties: [Party]
    public var userData: KeyValueList

    public init(identity: CallIdentity, parties: [Party] = [], userData: KeyValueList = KeyValueList()) {
        self.identity = identity
        self.parties = parties
        self.userData = userData
    }

    /// The other party, where there is exactly one (WireFormat, "Events": OtherDN).
    public func onlyOther(than party: Party) -> Party? {
        var found: Party?
        for other in parties where other.id != party.id {
            if found != nil { return nil }
            found = other
        }
        return found
    }
}
