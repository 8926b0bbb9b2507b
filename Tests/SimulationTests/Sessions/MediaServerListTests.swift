import CallControl
import CallControlTesting
import CallModel
import EventLoops
import TLibrary
import Testing

/// A media server that confirms, and says whether it answers when the test wants it to.
private final class ReachableServer: MediaServer {
    let name: String
    let capabilities = MediaCapabilities(pause: .silence, startsPaused: true)
    private let state = Locked<State>(State())

    private struct State {
        var server = 0
        var reports: MediaReports?
        var live: Set<RecordingID> = []
        var most = 0
        var starts = 0
    }

    init(_ name: String) { self.name = name }

    func attach(to shard: any EventLoop, server: Int, reports: MediaReports) {
        state.withLock { ($0.server, $0.reports) = (server, reports) }
    }

    func perform(_ command: MediaCommand, on shard: any EventLoop) {
        let reports = state.withLock { state in
            switch command.verb {
            case .start:
                state.live.insert(command.recording)
                state.starts += 1
            case .stop: state.live.remove(command.recording)
            case .pause, .resume: break
            }
            state.most = max(state.most, state.live.count)
            return state.reports
        }
        if case .start(let order) = command.verb {
            let event = MediaReport.Event.started(
                command.id, file: order.fileName, intake: nil, proof: .simulated)
            reports?.report(MediaReport(answering: command, event))
        } else {
            reports?.report(MediaReport(answering: command, .confirmed(command.id)))
        }
    }

    func tell(isReachable: Bool, shards: Int) {
        let (server, reports) = state.withLock { ($0.server, $0.reports) }
        for shard in -1...shards {
            reports?.tell(MediaReachability(server: server, shard: shard, isReachable: isReachable))
        }
        reports?.tell(MediaReachability(server: 5_000, shard: 0, isReachable: isReachable))
    }

    var starts: Int { state.withLock { $0.starts } }
    /// Recordings that it had at once, at the worst moment.
    var most: Int { state.withLock { $0.most } }

    func shutDown() async {}
}

/// A list of media servers, seen from T-Clients (Configuration, `media`).
struct MediaServerListTests {
    private let first = ReachableServer("first")
    private let second = ReachableServer("second")

    private func serve(shards: Int, limit: Int? = nil, order: [Int] = [0, 1]) throws -> ServedSimulation {
        try ServedSimulation(
            shards: shards, dns: (0..<40).map { .init(DirectoryNumber("\(5_000 + $0)"), type: .extension) },
            media: { _ in [first, second] },
            list: { servers in
                [
                    MediaServerEntry(servers[0], order: order[0], maxRecordings: limit),
                    MediaServerEntry(servers[1], order: order[1]),
                ]
            })
    }

    /// Calls between pairs of DNs, all in talk.
    private func talk(_ count: Int, _ client: SimulatedClient, _ served: ServedSimulation) -> [ConnectionID] {
        for pair in 0..<count {
            let called = DirectoryNumber("\(5_001 + 2 * pair)")
            client.send(.makeCall(MakeCall(otherDN: called)), thisDN: DirectoryNumber("\(5_000 + 2 * pair)"))
        }
        served.simulation.advance(by: .seconds(1))
        let calls = client.events(.eventRinging)
        for call in calls { client.send(.answerCall, thisDN: call.thisDN ?? "", connection: call.connID ?? .none) }
        served.simulation.advance(by: .seconds(1))
        return calls.compactMap(\.connID)
    }

    private func ask(_ number: Int32, _ calls: [ConnectionID], _ client: SimulatedClient, _ served: ServedSimulation) {
        for call in calls { client.ask(number, of: call, as: "5000") }
        served.simulation.advance(by: .seconds(1))
    }

    @Test(arguments: [1, 4])
    func `what is beyond max-recordings goes to the next server, on all shards together`(shards: Int) throws {
        let served = try serve(shards: shards, limit: 3)
        let client = served.client(on: (0..<40).map { DirectoryNumber("\(5_000 + $0)") })
        let calls = talk(10, client, served)
        #expect(calls.count == 10)
        ask(4_013, calls, client, served)
        #expect(first.most == 3 && first.starts == 3 && second.starts == 7)
        ask(4_014, calls, client, served)
        ask(4_013, [calls[0]], client, served)
        #expect(first.starts == 4, "there is room again")
    }

    @Test(arguments: [1, 4])
    func `a server that does not answer gets no recordings until it does`(shards: Int) throws {
        let served = try serve(shards: shards)
        let client = served.client(on: (0..<40).map { DirectoryNumber("\(5_000 + $0)") })
        let calls = talk(3, client, served)
        served.simulation.perform { first.tell(isReachable: false, shards: shards) }
        ask(4_013, [calls[0]], client, served)
        #expect(first.starts == 0 && second.starts == 1)
        served.simulation.perform { first.tell(isReachable: true, shards: shards) }
        ask(4_013, [calls[1]], client, served)
        #expect(first.starts == 1 && second.starts == 1)
    }

    @Test func `where all are out a start fails at once, and the lamp stays dark`() throws {
        let served = try serve(shards: 1)
        let client = served.client(on: ["5000", "5001"])
        let calls = talk(1, client, served)
        served.simulation.perform {
            first.tell(isReachable: false, shards: 1)
            second.tell(isReachable: false, shards: 1)
        }
        ask(4_013, calls, client, served)
        #expect(first.starts + second.starts == 0)
        let outcome = try #require(client.events(.eventPrivateInfo).last?.extensions)
        #expect(outcome.first("result") == .string("failed") && outcome.first("reason") == .string("no-media-server"))
        let lamp = client.events(.eventAttachedDataChanged).last?.userData?.first("GSIP_RECORD")
        #expect(lamp == .string("Off"))
    }

    @Test func `servers of one order share the recordings`() throws {
        let served = try serve(shards: 2, order: [0, 0])
        let client = served.client(on: (0..<40).map { DirectoryNumber("\(5_000 + $0)") })
        ask(4_013, talk(20, client, served), client, served)
        #expect(first.starts + second.starts == 20)
        #expect(first.starts >= 4 && second.starts >= 4)
    }
}
