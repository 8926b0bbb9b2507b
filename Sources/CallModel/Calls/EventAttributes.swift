import TLibrary

/// What an event says beside what happened to whom.
struct EventAttributes {
    /// Whose request brought it about; `nil`: nobody's.
    var asker: RequestContext?
    /// Whether the event may be the first answer to that request.
    var mayAnswer = true
    var callState: CallState?
    var cause: Cause?
    var thirdParty: DirectoryNumber?
    var thirdPartyRole: DNRole?
    /// For EventPartyChanged alone.
    var previous: ConnectionID?

    /// The same, with a third party, or none.
    func about(_ thirdParty: DirectoryNumber?, _ role: DNRole? = nil) -> EventAttributes {
        var note = self
        note.thirdParty = thirdParty
        note.thirdPartyRole = role
        return note
    }

    /// The same, of a party that the call never reached.
    var abandoned: EventAttributes {
        var note = self
        note.callState = .abandoned
        return note
    }
}

extension MessageNumber {
    /// Whether the event tells how a party left.
    private var tellsCallState: Bool {
        self == .eventReleased || self == .eventAbandoned || self == .eventPartyDeleted
    }

    /// Its CallState, of a note that is for several events.
    func callState(of note: EventAttributes) -> CallState? {
        tellsCallState ? note.callState : nil
    }
}
