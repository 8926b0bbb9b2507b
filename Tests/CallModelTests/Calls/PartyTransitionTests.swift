import Testing

@testable import CallModel

/// The table of a party's transitions.
struct PartyTransitionTests {
    private static let departures: [PartyInput] = [.released, .abandoned, .diverted, .cleared]

    @Test(arguments: Party.State.allCases)
    func `what takes a party out of its call does so in every state, and nothing else does`(_ state: Party.State) {
        for input in PartyInput.allCases {
            let leaves = if case .leave = state.move(on: input) { true } else { false }
            #expect(leaves == Self.departures.contains(input), "\(input)")
        }
    }

    @Test(arguments: Party.State.allCases)
    func `only a party that had no media connects it`(_ state: Party.State) {
        for input in PartyInput.allCases {
            let connects = state.move(on: input) == .connect
            #expect(connects == (input == .established && !state.hasMedia), "\(input)")
        }
    }

    @Test(arguments: [
        (PartyInput.established, Party.State.established), (.held, .held), (.retrieved, .established),
        (.queued, .queued),
    ])
    func `a party enters the state that the switch reports`(_ input: PartyInput, _ entered: Party.State) {
        for state in Party.State.allCases {
            let action = state.move(on: input)
            #expect(action == .enter(entered) || action == .connect && entered == .established, "\(state)")
        }
    }

    @Test func `a call that is cleared abandons those that it never reached`() {
        #expect(Party.State.allCases.filter { $0.move(on: .cleared) == .leave(.abandoned) } == [.queued, .ringing])
    }
}
