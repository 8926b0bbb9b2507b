import CallModel
import Foundation
import TLibrary
import TLibraryClient
import TestSupport
import Testing

/// Calls that an agent's telephone does not take, and how calls end.
@Suite(.serialized, .hangLimit) struct `A SIP call that fails or ends` {
    private static let dns: [DirectoryNumber] = ["9000", "5001", "trunk-1"]

    @Test func `comes back to its routing point from each agent that does not take it, and is answered by another`()
        async throws
    {
        try await Chain.run(with: ["RING=2000", "REACH=1000"]) { chain in
            try await ChainDesktop.run(chain, on: Self.dns) { desktop in
                let caller = try ChainTelephone(.caller, in: chain)
                let scenarios: [ChainScenario?] = [
                    .refuses(486), .refuses(486, ringing: true), .refuses(603), .refuses(480), .refuses(404),
                    .onlyRings,
                    nil,
                ]
                for (place, scenario) in scenarios.enumerated() {
                    let agent = try scenario.map { try ChainTelephone(.agent, $0, in: chain) }
                    let request = try await desktop.sees(.eventRouteRequest, at: "9000", times: place + 1)
                    let call = try #require(request.connID)
                    try await desktop.client.route(
                        call, at: "9000", to: "5001", extensions: place == 0 ? ["record": .string("destination")] : [:])
                    try await desktop.sees(.eventRouteRequest, at: "9000", times: place + 2)
                    try await agent?.endsWell()
                }
                let agent = try ChainTelephone(.agent, in: chain)
                let call = try #require(try await desktop.sees(.eventRouteRequest, at: "9000").connID)
                try await desktop.client.route(call, at: "9000", to: "5001")
                try await desktop.sees(.eventEstablished, at: "trunk-1")
                try await Task.sleep(for: .milliseconds(300))
                try await desktop.client.release(call, at: "5001")
                try await caller.endsWell()
                try await agent.endsWell()

                let turn: [MessageNumber] = [.eventQueued, .eventRouteRequest, .eventRouteUsed, .eventDiverted]
                #expect(desktop.messages(at: "9000") == Array(repeating: turn, count: 8).flatMap(\.self))
                #expect(
                    desktop.messages(at: "trunk-1") == [
                        .eventDialing, .eventDestinationBusy, .eventDestinationBusy, .eventDestinationBusy,
                        .eventEstablished, .eventReleased,
                    ])
                #expect(
                    desktop.messages(at: "5001") == [
                        .eventRinging, .eventReleased, .eventRinging, .eventReleased, .eventRinging, .eventEstablished,
                        .eventReleased,
                    ])
                let states = desktop.events.filter { $0.message == .eventReleased && $0.thisDN == "5001" }
                #expect(states.map(\.callState) == [.busy, .noAnswer, .ok])
                #expect(desktop.lamps(at: "5001").isEmpty, "the first agent's recording was dropped with him")
                #expect(try await chain.mediaSessions == 0)
            }
        }
    }

    @Test func `ends with the state of the telephone, where it was dialled`() async throws {
        try await Chain.run(with: ["RING=1500", "REACH=1000"]) { chain in
            let expected: [(ChainScenario?, CallState)] = [
                (.refuses(486), .busy), (.refuses(603, ringing: true), .busy), (.refuses(404), .wrongNumber),
                (.onlyRings, .noAnswer), (nil, .noAnswer),
            ]
            for (scenario, state) in expected {
                try await ChainDesktop.run(chain, on: ["5001", "trunk-1"]) { desktop in
                    let agent = try scenario.map { try ChainTelephone(.agent, $0, in: chain) }
                    let caller = try ChainTelephone(.caller, calling: "5001", in: chain)
                    let released = try await desktop.sees(.eventReleased, at: "trunk-1")
                    #expect(released.callState == state)
                    #expect(try await desktop.sees(.eventReleased, at: "5001").callState == state)
                    #expect(desktop.messages(at: "trunk-1").contains(.eventDestinationBusy) == (state == .busy))
                    try await agent?.endsWell()
                    _ = try? await caller.endsWell()
                }
            }
            #expect(try await chain.mediaSessions == 0)
        }
    }

    @Test func `says which side has hung up`() async throws {
        try await Chain.run { chain in
            for isCallers in [true, false] {
                try await ChainDesktop.run(chain, on: Self.dns) { desktop in
                    let agent = try ChainTelephone(.agent, .answers(hangsUp: !isCallers), in: chain)
                    let caller = try ChainTelephone(.caller, .calls(hangsUp: isCallers), in: chain)
                    let call = try #require(try await desktop.sees(.eventRouteRequest, at: "9000").connID)
                    try await desktop.client.route(call, at: "9000", to: "5001")
                    let atCaller = try await desktop.sees(.eventReleased, at: "trunk-1").callState
                    let atAgent = try await desktop.sees(.eventReleased, at: "5001").callState
                    #expect(atCaller == (isCallers ? .ok : .remoteRelease))
                    #expect(atAgent == (isCallers ? .remoteRelease : .ok))
                    try await caller.endsWell()
                    try await agent.endsWell()
                }
            }
            try await ChainDesktop.run(chain, on: Self.dns) { desktop in
                let agent = try ChainTelephone(.agent, .onlyRings, in: chain)
                let caller = try ChainTelephone(.caller, calling: "5001", .givesUp(after: 300), in: chain)
                #expect(try await desktop.sees(.eventReleased, at: "trunk-1").callState == .ok)
                #expect(try await desktop.sees(.eventAbandoned, at: "5001").callState == .abandoned)
                try await caller.endsWell()
                try await agent.endsWell()
            }
            #expect(try await chain.mediaSessions == 0)
        }
    }

    @Test func `is held and retrieved by each side, and the recording goes on`() async throws {
        try await Chain.run { chain in
            for (direction, isCallers) in [("inactive", false), ("sendonly", true)] {
                try await ChainDesktop.run(chain, on: Self.dns) { desktop in
                    let changes = [direction, "sendrecv"]
                    let agent = try ChainTelephone(
                        .agent, isCallers ? .answers(takes: 2) : .answers(changes), in: chain)
                    let caller = try ChainTelephone(.caller, isCallers ? .calls(changes) : .calls(takes: 2), in: chain)
                    let call = try await desktop.recordsNextCall()
                    let (holder, other): (DirectoryNumber, DirectoryNumber) =
                        isCallers ? ("trunk-1", "5001") : ("5001", "trunk-1")
                    try await desktop.sees(.eventRetrieved, at: holder)
                    #expect(desktop.messages(at: holder).suffix(3) == [.eventEstablished, .eventHeld, .eventRetrieved])
                    #expect(desktop.messages(at: other).last == .eventEstablished)
                    #expect(desktop.lamps(at: "5001").map(\.state) == ["On"])
                    // The ACK is on its way, which the telephones want before a BYE.
                    try await Task.sleep(for: .milliseconds(300))
                    try await desktop.client.release(call, at: "5001")
                    try await caller.endsWell()
                    try await agent.endsWell()
                }
            }
        }
    }
}

extension ChainDesktop {
    /// Sends the next call of the routing point to the agent, recorded, and waits until the lamp is on.
    func recordsNextCall() async throws -> ConnectionID {
        let call = try #require(try await sees(.eventRouteRequest, at: "9000").connID)
        try await client.route(call, at: "9000", to: "5001", extensions: ["record": .string("destination")])
        try await shows(["On"], at: "5001")
        return call
    }
}
