/// What a switch reports of one party that is in the call.
package enum PartyInput: Sendable, Equatable, CaseIterable {
    /// It speaks.
    case established
    /// It has put the call on hold.
    case held
    /// It has taken the call back from hold.
    case retrieved
    /// The call waits at it, a queue or routing point: the called party of a predictive call has answered.
    case queued
    /// It is out of the call.
    case released
    /// It is out of the call, which it never reached: the caller gave up.
    case abandoned
    /// The call left it, a queue or routing point, for another DN.
    case diverted
    /// All parties are out of the call, on one party's behalf.
    case cleared
}

/// What becomes of the party. ``CallMachine`` carries it out.
package enum PartyAction: Sendable, Equatable {
    /// Its media comes into the call: it is established, and what is armed for it starts.
    case connect
    /// It is in that state from now on.
    case enter(Party.State)
    /// It leaves the call, with EventReleased, EventAbandoned or EventDiverted.
    case leave(Departure)

    package enum Departure: Sendable, Equatable {
        case released, abandoned, diverted
    }
}

extension Party.State {
    /// Every transition of a party. A switch is believed: no report is refused because of the state before it.
    package func move(on input: PartyInput) -> PartyAction {
        switch (self, input) {
        case (.dialing, .established), (.queued, .established), (.ringing, .established): .connect
        case (.established, .established), (.held, .established): .enter(.established)

        case (.dialing, .held), (.queued, .held), (.ringing, .held), (.established, .held), (.held, .held):
            .enter(.held)

        case (.dialing, .retrieved), (.queued, .retrieved), (.ringing, .retrieved), (.established, .retrieved),
            (.held, .retrieved):
            .enter(.established)

        case (.dialing, .queued), (.queued, .queued), (.ringing, .queued), (.established, .queued), (.held, .queued):
            .enter(.queued)

        case (.dialing, .released), (.queued, .released), (.ringing, .released), (.established, .released),
            (.held, .released):
            .leave(.released)

        case (.dialing, .abandoned), (.queued, .abandoned), (.ringing, .abandoned), (.established, .abandoned),
            (.held, .abandoned):
            .leave(.abandoned)

        case (.dialing, .diverted), (.queued, .diverted), (.ringing, .diverted), (.established, .diverted),
            (.held, .diverted):
            .leave(.diverted)

        // One that only rang, or waited, has taken no part.
        case (.queued, .cleared), (.ringing, .cleared): .leave(.abandoned)
        case (.dialing, .cleared), (.established, .cleared), (.held, .cleared): .leave(.released)
        }
    }
}
