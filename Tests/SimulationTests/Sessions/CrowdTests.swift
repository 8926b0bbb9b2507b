import CallControlTesting
import CallModel
import TLibrary
import Testing

@testable import CallControl

/// Many clients that have all stopped reading cost what the limits say, and each ends with the truth or is told that it has
/// lost its session.
struct CrowdTests {
    private static let dns = (0..<20).map { DirectoryNumber("50\($0 + 10)") }

    private struct Crowd {
        let served: ServedSimulation
        let agent: SimulatedClient
        let clients: [SimulatedClient]
        var last: [ConnectionID: Int32] = [:]

        var memory: Int { served.engine.exchanges[0].total.now }

        /// Changes the calls in turn. Gives the most memory that there was.
        mutating func change(
            _ count: Int, calls: [(call: ConnectionID, dn: DirectoryNumber)], filling: Int = 0
        ) -> Int {
            let filling = KeyValue.string(String(repeating: "x", count: filling))
            var most = 0
            for number in 0..<count {
                let (call, dn) = calls[number % calls.count]
                last[call] = Int32(number)
                agent.send(
                    .updateUserData(["number": .integer(Int32(number)), "filling": filling]), thisDN: dn,
                    connection: call)
                if number % 20 == 19 {
                    served.simulation.advance(by: .milliseconds(20))
                    most = max(most, memory)
                }
            }
            served.simulation.advance(by: .seconds(1))
            return most
        }

        func knowsTheLast(_ client: SimulatedClient) -> Bool {
            var told: [ConnectionID: Int32] = [:]
            for event in client.events(.eventAttachedDataChanged) {
                guard let call = event.connID else { continue }
                told[call] = event.userData?.first("number")?.integer
            }
            let seen = Set(client.events.compactMap(\.connID))
            return !seen.isEmpty && seen.allSatisfy { told[$0] == last[$0] }
        }
    }

    private func crowd(
        takesUp: Bool = false, _ limits: (inout EngineConfiguration.Limits) -> Void
    ) throws -> (Crowd, [(call: ConnectionID, dn: DirectoryNumber)]) {
        let served = try ServedSimulation(
            seed: 9, shards: 2, linkBuffer: 600, dns: Self.dns.map { .init($0, type: .extension) },
            configure: { configuration in
                configuration.keepAlive = .zero
                limits(&configuration.limits)
            })
        let agent = SimulatedClient(in: served.simulation, at: ServedSimulation.address, name: "agent")
        agent.connection.widen(to: 1 << 30)
        for dn in Self.dns { agent.register(dn) }
        served.simulation.advance(by: .seconds(2))
        let clients = (0..<60).map { number in
            let client = SimulatedClient(
                in: served.simulation, at: ServedSimulation.address, name: "c\(number)", takesUp: takesUp)
            for place in 0..<4 { client.register(Self.dns[(number * 3 + place * 2) % Self.dns.count]) }
            return client
        }
        served.simulation.advance(by: .seconds(5))
        for place in stride(from: 0, to: Self.dns.count, by: 2) {
            agent.send(.makeCall(MakeCall(otherDN: Self.dns[place + 1])), thisDN: Self.dns[place])
        }
        served.simulation.advance(by: .seconds(5))
        let calls = agent.events(.eventDialing).compactMap { event in
            event.connID.flatMap { call in event.thisDN.map { (call: call, dn: $0) } }
        }
        for client in clients { client.stall() }
        return (Crowd(served: served, agent: agent, clients: clients), calls)
    }

    @Test(arguments: [false, true]) func `who reads again knows how things stand`(takesUp: Bool) throws {
        var (crowd, calls) = try crowd(takesUp: takesUp) { _ in }
        let most = crowd.change(3_000, calls: calls)
        // Each event once, and a few places for each session, however many changes there are.
        #expect(most < 60 * 6_000)
        for client in crowd.clients { client.resume() }
        crowd.served.simulation.advance(by: .seconds(40))
        #expect(crowd.clients.allSatisfy { crowd.knowsTheLast($0) && !$0.isClosed && $0.faults.isEmpty })
        #expect(crowd.memory == 0)
    }

    @Test func `over the limit of all together some are cut, and told so, and the others are not`() throws {
        var (crowd, calls) = try crowd { $0.backlogTotal = 60_000 }
        let most = crowd.change(3_000, calls: calls)
        #expect(most < 90_000)
        for client in crowd.clients { client.resume() }
        crowd.served.simulation.advance(by: .seconds(40))
        let cut = crowd.clients.filter(\.isClosed)
        #expect(!cut.isEmpty && cut.count < crowd.clients.count)
        #expect(crowd.clients.allSatisfy { $0.isClosed || crowd.knowsTheLast($0) })
        #expect(crowd.memory == 0)
    }

    /// The rest of a frame that a stopped client is in the middle of stays for a second, so that it can be told why.
    @Test func `those that are cut take none of the others with them`() throws {
        var (unlimited, calls) = try crowd { _ in }
        let wanted = unlimited.change(1_000, calls: calls, filling: 1_400)
        let (other, sameCalls) = try crowd { $0.backlogTotal = wanted / 16 * 15 }
        var limited = other
        let most = limited.change(1_000, calls: sameCalls, filling: 1_400)
        #expect(most <= wanted)
        for client in limited.clients { client.resume() }
        limited.served.simulation.advance(by: .seconds(40))
        let cut = limited.clients.count(where: \.isClosed)
        #expect(cut > 0 && cut < limited.clients.count / 2)
    }

    @Test func `sessions without a connection go before those that have one`() throws {
        var (crowd, calls) = try crowd(takesUp: true) { $0.backlogTotal = 100_000 }
        for client in crowd.clients[..<30] { client.connection.cut() }
        for client in crowd.clients[30...] {
            client.connection.widen(to: 1 << 20)
            client.resume()
        }
        crowd.served.simulation.advance(by: .milliseconds(100))
        _ = crowd.change(1_000, calls: calls)
        #expect(crowd.clients[30...].allSatisfy { !$0.isClosed })
        #expect(crowd.served.sessions.count { $0.isWaiting } < 30)
        #expect(crowd.memory < 120_000)
    }
}
