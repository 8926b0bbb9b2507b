import CallControlTesting
import TLibrary
import Testing

/// Random histories of agents under the production engine; `SIMULATION_SEEDS` and `SIMULATION_SEED` as in
/// ``HistoryTests``.
struct AgentHistoryTests {
    private func run(seed: UInt64, shards: Int) throws -> AgentHistory {
        let history = try AgentHistory(seed: seed, shards: shards)
        history.run(steps: 120)
        return history
    }

    @Test(arguments: [1, 2, 4])
    func `an agent is in one place, and everybody is told the same of it in the same order`(
        shards: Int
    ) async throws {
        for seed in HistoryTests.seeds.prefix(100) {
            await Task.yield()
            let faults = try run(seed: seed, shards: shards).faults
            #expect(faults.isEmpty, "seed \(seed), \(shards) shards")
            if !faults.isEmpty { return }
        }
    }

    @Test func `a history of agents is repeated by its seed`() throws {
        for seed in HistoryTests.seeds.prefix(3) {
            let digest = try run(seed: seed, shards: 3).scene.served.simulation.trace.digest
            let again = try run(seed: seed, shards: 3).scene.served.simulation.trace.digest
            #expect(digest == again, "seed \(seed)")
        }
    }

    @Test func `histories of agents have all that may happen, or they would prove nothing`() throws {
        let histories = try (0..<10 as Range<UInt64>).map { try run(seed: $0, shards: 4) }
        let events = histories.flatMap { history in (history.clients + [history.observer]).flatMap(\.events) }
        let agentEvents: [MessageNumber] = [
            .eventAgentLogin, .eventAgentLogout, .eventAgentReady, .eventAgentNotReady,
        ]
        for message in agentEvents { #expect(events.contains { $0.message == message }, "\(message)") }
        let codes: [ErrorCode] = [
            .agentIDInUse, .agentAlreadyLoggedIn, .agentNotLoggedIn, .alreadyInState, .invalidAttribute, .notRegistered,
            .accessRestricted,
        ]
        for code in codes { #expect(events.contains { $0.errorCode == code }, "\(code)") }
        #expect(events.contains { $0.message == .eventRinging && $0.agentID != nil })
        let snapshots = events.filter { [.eventRegistered, .eventAddressInfo].contains($0.message) }
        #expect(snapshots.contains { $0.extensions?.first("agent") != nil && $0.extensions?.first("more") != nil })
    }
}
