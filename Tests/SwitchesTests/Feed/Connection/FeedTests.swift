import CallControl
import CallControlTesting
import CallModel
import EventLoops
import Logging
import TLibrary
import Testing

@testable import Switches

@Suite struct `Telephony over a feed` {
    private static let queued = #"{"event":"begin","call":"A","type":"inbound","from":"T1","to":"9000","ani":"49"}"#
    private static let talks =
        #"{"event":"begin","call":"A","type":"inbound","from":"T1","to":"5001","state":"established"}"#
    private static let sync = #"{"event":"sync"}"#
    private static let synced = #"{"event":"synced"}"#

    /// Carries out a route at once, and a release.
    private static let obliging: SimulatedPeer.Answer = { line in
        let id = line.split(separator: "\"id\":").last?.prefix { $0.isNumber } ?? ""
        let done = #"{"event":"done","id":\#(id)}"#
        guard line.contains("\"route\"") else { return [done] }
        return [
            done, #"{"event":"ringing","call":"A","dn":"5001"}"#, #"{"event":"answered","call":"A","dn":"5001"}"#,
        ]
    }

    /// A call that was routed with `record` = `destination` talks and is recorded.
    private func recorded(seed: UInt64) throws -> (FeedEngineFixture, SimulatedClient, ConnectionID) {
        let plant = try FeedEngineFixture(seed: seed)
        plant.peer.answer(Self.obliging)
        let client = plant.client()
        plant.say(Self.queued)
        let call = client.connection(at: "9000")
        client.send(
            .routeCall(RouteCall(otherDN: "5001")), thisDN: "9000", connection: call,
            extensions: ["record": .string("destination")])
        plant.wait()
        return (plant, client, call)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `waits at a routing point, is routed and recorded, and is released`(seed: UInt64) throws {
        let (plant, client, call) = try recorded(seed: seed)
        #expect(
            client.messages(on: "9000") == [.eventQueued, .eventRouteRequest, .eventRouteUsed, .eventDiverted])
        #expect(client.messages(on: "5001") == [.eventRinging, .eventEstablished, .eventAttachedDataChanged])
        #expect(client.lamp(at: "5001") == "On" && plant.media.live.count == 1)
        let release = client.send(.releaseCall, thisDN: "5001", connection: call)
        plant.wait()
        #expect(client.answers(to: release).map(\.message) == [.eventReleased])
        #expect(client.messages(on: "T1").last == .eventReleased && plant.media.live.isEmpty)
        #expect(client.faults.isEmpty && plant.media.violations.isEmpty)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `is lost, and calls and recordings go on until it says otherwise`(seed: UInt64) throws {
        let (plant, client, call) = try recorded(seed: seed)
        let told = client.events.count
        plant.reconnect(greeting: [SimulatedPeer.hello, Self.sync, Self.talks, Self.synced])
        #expect(plant.peer.connections.count == 2 && plant.peer.isConnected)
        #expect(client.events.count == told, "nothing has changed, and nothing was told")
        #expect(client.lamp(at: "5001") == "On" && plant.media.live.count == 1)
        #expect(client.error(to: client.send(.holdCall, thisDN: "5001", connection: call)) == nil)

        plant.reconnect(greeting: [SimulatedPeer.hello, Self.sync, Self.synced])
        #expect(client.messages(on: "5001").contains(.eventReleased) && plant.media.live.isEmpty)
        #expect(plant.media.violations.isEmpty)
    }

    @Test func `is cut in the middle of a line, and goes on with a whole one`() throws {
        let plant = try FeedEngineFixture()
        let client = plant.client()
        plant.peer.say(bytes: Array(Self.queued.utf8.prefix(40)), in: plant.simulation)
        // Behind the first half it would be no line at all.
        plant.reconnect(greeting: [Self.queued, SimulatedPeer.hello])
        #expect(client.messages(on: "9000") == [.eventQueued, .eventRouteRequest])
    }

    @Test func `is answered nothing in time, and a late answer counts`() throws {
        let plant = try FeedEngineFixture { $1.timeout = .milliseconds(700) }
        let client = plant.client()
        plant.say(Self.queued)
        let call = client.connection(at: "9000")
        let route = client.send(.routeCall(RouteCall(otherDN: "5001")), thisDN: "9000", connection: call)
        plant.wait(.milliseconds(600))
        #expect(client.answers(to: route).isEmpty)
        plant.wait(.milliseconds(200))
        #expect(client.error(to: route) == .timeout)
        plant.say(#"{"event":"done","id":1}"#)
        #expect(client.messages(on: "9000").suffix(2) == [.eventRouteUsed, .eventDiverted])
        #expect(client.answers(to: route).count == 1)
    }

    @Test func `says what it cannot do: no peer, no such command, no answer before the end`() throws {
        let plant = try FeedEngineFixture(greeting: [])
        let client = plant.client()
        plant.say(Self.queued)
        let call = client.connection(at: "9000")
        func answer(_ operation: Operation, on dn: DirectoryNumber = "9000") -> ErrorCode? {
            let reference = client.send(operation, thisDN: dn, connection: call)
            plant.wait()
            return client.error(to: reference)
        }
        let route = Operation.routeCall(RouteCall(otherDN: "5001"))
        #expect(answer(route) == .noSwitch, "no hello")
        plant.say(#"{"event":"hello","commands":["route"]}"#)
        #expect(answer(.releaseCall) == .unsupportedOperation)
        #expect(answer(.makeCall(MakeCall(otherDN: "5001")), on: "5002") == .unsupportedOperation)
        #expect(answer(.routeCall(RouteCall(otherDN: "4711"))) == .badRouteDestination)
        let waiting = client.send(route, thisDN: "9000", connection: call)
        plant.wait()
        #expect(client.answers(to: waiting).isEmpty)
        plant.peer.stopListening()
        plant.peer.close(in: plant.simulation)
        plant.wait()
        #expect(client.error(to: waiting) == .noSwitch, "lost")
        #expect(answer(route) == .noSwitch)
    }

    @Test func `is tried again and again, but not more often than is good`() throws {
        let plant = try FeedEngineFixture(listens: false)
        plant.wait(.seconds(60))
        try plant.peer.listen()
        plant.wait(.seconds(6))
        #expect(plant.peer.connections.count == 1)
        // A peer that closes at once is no reason for haste.
        for _ in 0..<8 {
            plant.peer.close(in: plant.simulation)
            plant.wait(.seconds(6))
        }
        let pauses = zip(plant.peer.connections, plant.peer.connections.dropFirst()).map { $1 - $0 }
        #expect(pauses.count == 8 && pauses.allSatisfy { $0 > .milliseconds(200) })
    }

    @Test(arguments: [true, false])
    func `has its connection closed by a line too long, and comes back`(isEnded: Bool) throws {
        let plant = try FeedEngineFixture { $1.lineLimit = 1_024 }
        let client = plant.client()
        let line = [UInt8](repeating: UInt8(ascii: " "), count: 1_025) + (isEnded ? [10] : [])
        plant.peer.greet(with: [SimulatedPeer.hello, Self.queued])
        plant.peer.say(bytes: line + Array(Self.talks.utf8) + [10], in: plant.simulation)
        plant.wait(.seconds(2))
        #expect(plant.peer.connections.count == 2)
        #expect(
            client.messages(on: "9000") == [.eventQueued, .eventRouteRequest], "what came behind it is not looked at")
        #expect(client.messages(on: "5001").isEmpty)
    }

    @Test func `may say very much at once, of which nothing is lost`() throws {
        let plant = try FeedEngineFixture(shards: 4)
        let client = plant.client()
        let calls = (0..<1_500).map { number in
            #"{"event":"begin","call":"\#(number)","type":"inbound","from":"T1","to":"5002"}"#
        }
        plant.peer.say(calls, in: plant.simulation)
        plant.wait(.seconds(5))
        #expect(client.messages(on: "5002").count == 1_500)
        plant.peer.say([Self.sync, Self.synced], in: plant.simulation)
        plant.wait(.seconds(5))
        #expect(client.events(.eventAbandoned).count == 1_500 && client.faults.isEmpty)
    }

    @Test func `is read no further than it can be handled`() throws {
        let simulation = Simulation(seed: 3)
        let shard = simulation.shards[0]
        let peer = SimulatedPeer(on: shard)
        try peer.listen()
        let feed = FeedClient(
            on: shard, port: SwitchPort(deliver: { _ in }, arrive: { _ in nil }),
            book: FeedCallTable(FeedFixture.directory, commandLimit: 1),
            options: FeedSwitch.Options(address: SimulatedPeer.address),
            logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() })
        simulation.perform(on: shard) { feed.enter(()) { feed, _ in feed.connect() } }
        simulation.advance(by: .milliseconds(100))
        peer.say(bytes: Array(repeating: Array("{}\n".utf8), count: 100_000).flatMap(\.self), in: simulation)
        var unread: [Int] = []
        for _ in 0..<3_000 {
            simulation.step()
            simulation.perform(on: shard) { unread.append(feed.enter(()) { feed, _ in feed.lines.count }) }
        }
        #expect(unread.max() ?? 0 > 10_000)
        #expect(unread.allSatisfy { $0 <= Simulation.Options().piece + 3 })
    }

    @Test func `has no more calls than the engine, and is told so`() throws {
        let plant = try FeedEngineFixture { configuration, _ in configuration.limits.calls = 2 }
        for name in ["A", "B", "C"] {
            plant.say(#"{"event":"begin","call":"\#(name)","type":"inbound","from":"T1","to":"5001"}"#)
        }
        #expect(plant.peer.received.count == 1)
        #expect(plant.peer.received.first?.contains(#""call":"C","code":166,"notice":"not-taken""#) == true)
        plant.say(#"{"event":"end","call":"A"}"#)
        plant.say(#"{"event":"begin","call":"C","type":"inbound","from":"T1","to":"5001"}"#)
        #expect(plant.peer.received.count == 1)
    }

    @Test func `is not read by its peer, and commands beyond what may wait are refused`() throws {
        let plant = try FeedEngineFixture { $1.commandLimit = 3 }
        let client = plant.client()
        var codes: [ErrorCode?] = []
        for number in 0..<5 {
            plant.say(#"{"event":"begin","call":"\#(number)","type":"inbound","from":"T1","to":"9000"}"#)
            let reference = client.send(
                .routeCall(RouteCall(otherDN: "5001")), thisDN: "9000", connection: client.connection(at: "9000"))
            plant.wait()
            codes.append(client.error(to: reference))
        }
        #expect(codes == [nil, nil, nil, .tooManyRequests, .tooManyRequests])
    }
}
