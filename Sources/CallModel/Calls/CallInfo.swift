public import TLibrary

/// A call as an event shows it: who it is, who is in it, and its user data at that moment.
public struct CallInfo: Sendable, Equatable {
    public let identity: CallIdentity
    public private(set) var parties: [Party]
    public private(set) var userData: KeyValueList
    /// Where in the user data the pair of GSIP_RECORD begins; `nil`: not known since the data was last changed.
    private var indicationOffset: UInt32?

    public init(identity: CallIdentity, parties: [Party] = [], userData: KeyValueList = KeyValueList()) {
        self.identity = identity
        self.parties = parties
        self.userData = userData
    }

    func party(on dn: DirectoryNumber) -> Party? {
        parties.first { $0.dn == dn }
    }

    public static func == (left: CallInfo, right: CallInfo) -> Bool {
        left.identity == right.identity && left.parties == right.parties && left.userData == right.userData
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

/// Changes. Events of the step that show the call keep it as it was (``Effects/callChanges(_:)``).
extension CallInfo {
    mutating func append(_ party: Party, _ effects: inout Effects) {
        effects.callChanges(self)
        parties.append(party)
    }

    mutating func removeParty(at index: Int, _ effects: inout Effects) -> Party {
        effects.callChanges(self)
        return parties.remove(at: index)
    }

    mutating func setState(_ state: Party.State, ofPartyAt index: Int, _ effects: inout Effects) {
        effects.callChanges(self)
        parties[index].state = state
    }

    mutating func setAgent(_ agentID: String, ofPartyAt index: Int, _ effects: inout Effects) {
        effects.callChanges(self)
        parties[index].agentID = agentID
    }

    @inline(__always)
    mutating func changeUserData(_ effects: inout Effects, _ change: (inout KeyValueList) -> Void) {
        effects.callChanges(self)
        indicationOffset = nil
        change(&userData)
    }

    /// Sets GSIP_RECORD, and before it GSIP_REC_FN where a file begins.
    mutating func indicate(_ word: String, newFile: String?, _ effects: inout Effects) {
        effects.callChanges(self)
        if let newFile {
            userData.set(RecordingKeyName.fileName, newFile)
        } else if let indicationOffset {
            return userData.setText(word, ofPairAt: Int(indicationOffset))
        }
        indicationOffset = UInt32(userData.set(RecordingKeyName.indication, word))
    }
}
