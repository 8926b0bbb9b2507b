import CallControlTesting
import CallModel
import TLibrary
import Testing

@testable import CallControl

/// A request that crosses the end of its call is told so.
struct CallTombstoneTests {
    @Test(arguments: [1, 4], 0..<4 as Range<UInt64>)
    func `for five seconds the answer says that the call has ended`(shards: Int, seed: UInt64) throws {
        let served = try ServedSimulation(
            seed: seed, shards: shards, dns: ["5001", "5002", "5900"].map { .init($0, type: .extension) },
            media: { [ScriptedMediaServer(in: $0, name: "media", script: .sound)] })
        let agent = served.client("desktop", on: ["5001", "5002"])
        let supervisor = served.client("supervisor", on: ["5900"])
        agent.send(.makeCall(MakeCall(otherDN: "5002")), thisDN: "5001")
        served.simulation.advance(by: .seconds(1))
        let call = try #require(agent.events(.eventDialing).first?.connID)
        agent.send(.releaseCall, thisDN: "5001", connection: call)
        served.simulation.runUntilIdle()

        func answer(_ connection: ConnectionID, _ operation: TLibrary.Operation) -> Event? {
            let reference = supervisor.send(operation, thisDN: "5900", connection: connection)
            served.simulation.runUntilIdle()
            return supervisor.answers(to: reference).first
        }
        let operations: [TLibrary.Operation] = [
            .privateService(4_013), .queryCall(.status), .holdCall, .releaseCall, .deleteUserData,
        ]
        for operation in operations {
            let event = answer(call, operation)
            #expect(event?.errorCode == .invalidConnectionID && event?.errorMessage?.contains("call has ended") == true)
            let stranger = answer(ConnectionID(rawValue: call.rawValue + 64), operation)
            #expect(stranger?.errorCode == .invalidConnectionID)
            #expect(stranger?.errorMessage?.contains("call has ended") == false)
        }
        #expect(answer(.none, .holdCall)?.errorMessage?.contains("call has ended") == false)
        served.simulation.advance(by: .milliseconds(4_900))
        #expect(answer(call, .holdCall)?.errorMessage?.contains("call has ended") == true)
    }

    @Test func `they are forgotten in their order, and counted`() {
        var ended = CallTombstones(limit: 3)
        func connection(_ number: UInt64) -> ConnectionID { ConnectionID(rawValue: number) }
        let forgotten = (1...5).map { ended.add(connection($0), at: .milliseconds($0)) }
        #expect(forgotten == [0, 0, 0, 1, 1] && ended.isCrowded)
        #expect((1...5).map { ended.contains(connection($0)) } == [false, false, true, true, true])
        #expect(ended.add(connection(6), at: .seconds(6)) == 0 && !ended.isCrowded, "the others' time has come")
        #expect((3...6).map { ended.contains(connection($0)) } == [false, false, false, true])
    }
}
