import CallControlTesting
import CallModel
import TLibrary
import Testing

@testable import CallControl

/// What a shard takes first, and what it refuses when it has too much to do.
struct AdmissionTests {
    private func served(shards: Int, seed: UInt64 = 6, mailbox: Int) throws -> ServedSimulation {
        try ServedSimulation(
            seed: seed, shards: shards, dns: ["5001", "5002"].map { .init($0, type: .extension) },
            configure: { $0.limits.mailbox = mailbox })
    }

    private func call(_ served: ServedSimulation, by agent: SimulatedClient) throws -> ConnectionID {
        agent.send(.makeCall(MakeCall(otherDN: "5002")), thisDN: "5001")
        served.simulation.advance(by: .seconds(1))
        return try #require(agent.events(.eventDialing).first?.connID)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `new work over the limit is put off, releases are taken, and each request has one answer`(
        seed: UInt64
    ) throws {
        let served = try served(shards: 2, seed: seed, mailbox: 8)
        let agent = served.client("agent", on: ["5001"])
        let call = try call(served, by: agent)
        // Its session is on the other shard: what it asks of the call waits in the inbox of the call's.
        let flooding = served.client("flooding", on: ["5001", "5002"])
        var asked: [ReferenceID] = []
        for number in 0..<2_000 {
            asked.append(
                flooding.send(
                    .updateUserData(["number": .integer(Int32(number))]), thisDN: "5001", connection: call))
        }
        let release = flooding.send(.releaseCall, thisDN: "5002", connection: call)
        served.simulation.advance(by: .seconds(20))
        let answers = asked.map { flooding.answers(to: $0) }
        #expect(answers.allSatisfy { $0.count == 1 })
        let putOff = answers.flatMap { $0 }.filter { $0.errorCode == .tooManyRequests }
        #expect(!putOff.isEmpty && putOff.count < asked.count)
        #expect(putOff.allSatisfy { ($0.extensions?.first("retry-after-ms")?.integer ?? 0) > 0 })
        #expect(flooding.answers(to: release).map(\.message) == [.eventReleased])
        // What was taken was taken in order.
        let taken = flooding.events.filter { $0.message == .eventAttachedDataChanged }.compactMap(\.referenceID)
        #expect(taken == taken.sorted { $0.rawValue < $1.rawValue })
    }

    @Test func `what costs nothing is never put off, nor anything on a shard that keeps up`() throws {
        let served = try served(shards: 1, mailbox: 1)
        let client = served.client("busy", on: ["5001", "5002"])
        let call = try call(served, by: client)
        for _ in 0..<500 {
            client.send(.queryServer)
            client.send(.queryCall(.parties), thisDN: "5001", connection: call)
        }
        served.simulation.advance(by: .seconds(20))
        #expect(client.events(.eventServerInfo).count == 500 && client.events(.eventPartyInfo).count == 500)
    }

    // MARK: - The inbox alone

    /// The order in which a shard takes what was posted to it.
    private func order(_ post: (Mailbox) -> Void) -> [String] {
        let simulation = Simulation(seed: 1)
        let mailbox = Mailbox(simulation.shards[0])
        var taken: [String] = []
        let handle = { (parcel: ShardMessage) in
            switch parcel {
            case .request(let request, let client): taken.append("\(client.serial):\(request.reference.rawValue)")
            case .urgentRequest(_, let client): taken.append("\(client.serial):urgent")
            case .reduceBacklog: taken.append("urgent")
            default: break
            }
        }
        simulation.perform { post(mailbox) }
        while mailbox.waiting > 0 { simulation.perform(on: simulation.shards[0]) { mailbox.drain(handle) } }
        return taken
    }

    private func post(_ mailbox: Mailbox, _ client: UInt64, _ numbers: Range<Int32>, isUrgent: Bool = false) {
        let client = ClientID(shard: 0, serial: client)
        for number in numbers {
            let request = Request(.queryServer, reference: ReferenceID(rawValue: number))
            mailbox.post(isUrgent ? .urgentRequest(request, client) : .request(request, client))
        }
    }

    @Test func `what is urgent goes before all requests, and sessions take turns`() throws {
        let taken = order { mailbox in
            post(mailbox, 1, 1..<1_001)
            post(mailbox, 2, 1..<4)
            post(mailbox, 3, 1..<2, isUrgent: true)
            mailbox.post(.reduceBacklog)
        }
        #expect(taken.count == 1_005)
        #expect(Array(taken.prefix(2)) == ["3:urgent", "urgent"])
        #expect(try #require(taken.firstIndex(of: "2:3")) < 10)
        #expect(taken.filter { $0.hasPrefix("1:") } == (1..<1_001).map { "1:\($0)" })
    }

    @Test func `a short line is taken as it came`() {
        let taken = order { mailbox in
            post(mailbox, 1, 1..<4)
            post(mailbox, 2, 1..<3)
            post(mailbox, 1, 4..<6)
        }
        #expect(taken == ["1:1", "1:2", "1:3", "2:1", "2:2", "1:4", "1:5"])
    }
}
