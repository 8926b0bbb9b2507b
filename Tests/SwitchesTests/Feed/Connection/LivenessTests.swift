import CallControl
import CallControlTesting
import CallModel
import TLibrary
import Testing

@testable import Switches

@Suite struct `A peer that may be lost` {
    private static let hello = #"{"event":"hello","commands":["route","release"],"keep-alive":true}"#
    private static let ping = #"{"notice":"ping"}"#
    private static let talks =
        #"{"event":"begin","call":"A","type":"inbound","from":"T1","to":"5001","state":"established"}"#

    @Test func `is pinged after an interval of silence, and its answer counts`() throws {
        let plant = try FeedEngineFixture(greeting: [Self.hello])
        plant.peer.answer { $0 == Self.ping ? [#"{"event":"pong"}"#] : [] }
        plant.wait(.milliseconds(4_500))
        #expect(plant.peer.received.isEmpty)
        plant.wait(.seconds(60))
        #expect(plant.peer.connections.count == 1 && plant.peer.isConnected)
        #expect((10...13).contains(plant.peer.received.count) && plant.peer.received.allSatisfy { $0 == Self.ping })
    }

    @Test func `is not pinged while it speaks`() throws {
        let plant = try FeedEngineFixture(greeting: [Self.hello])
        for _ in 0..<20 {
            plant.wait(.seconds(3))
            plant.say(#"{"event":"sync"}"#)
        }
        #expect(plant.peer.received.isEmpty && plant.peer.connections.count == 1)
    }

    @Test func `that does not answer is closed and connected again, and its calls go on`() throws {
        let plant = try FeedEngineFixture(greeting: [Self.hello])
        let client = plant.client()
        plant.say(Self.talks)
        let told = client.events.count
        plant.peer.greet(with: [Self.hello, #"{"event":"sync"}"#, Self.talks, #"{"event":"synced"}"#])
        plant.wait(.milliseconds(9_500))
        #expect(plant.peer.connections.count == 1)
        plant.wait(.seconds(3))
        #expect(plant.peer.connections.count == 2 && plant.peer.isConnected)
        #expect(client.events.count == told)
    }

    @Test(arguments: [
        (SimulatedPeer.hello, Duration.seconds(5)), (Self.hello, .zero),
    ])
    func `is not pinged where it did not say that it answers, or the option is 0`(hello: String, interval: Duration)
        throws
    {
        let plant = try FeedEngineFixture(greeting: [hello]) { $1.keepAlive = interval }
        plant.wait(.seconds(120))
        #expect(plant.peer.received.isEmpty && plant.peer.connections.count == 1)
    }

    @Test func `may take its word back, and give it later`() throws {
        let plant = try FeedEngineFixture(greeting: [SimulatedPeer.hello])
        plant.say(Self.hello)
        plant.wait(.seconds(1))
        plant.say(SimulatedPeer.hello)
        plant.wait(.seconds(60))
        #expect(plant.peer.received.isEmpty && plant.peer.connections.count == 1)
        plant.say(Self.hello)
        plant.wait(.milliseconds(5_500))
        #expect(plant.peer.received == [Self.ping])
    }

    @Test func `is answered, whatever it said of itself`() throws {
        let plant = try FeedEngineFixture(greeting: []) { $1.keepAlive = .zero }
        plant.say(#"{"event":"ping"}"#, #"{"event":"pong"}"#)
        #expect(plant.peer.received == [#"{"notice":"pong"}"#])
    }

    @Test func `is given time to be read by a program that was stopped`() {
        var liveness = FeedKeepAliveMonitor(interval: .seconds(5))
        liveness.heard(at: .seconds(1))
        #expect(liveness.look(at: .seconds(2)) == .wait(.seconds(4)))
        #expect(liveness.look(at: .seconds(60)) == .ping(.seconds(5)))
        #expect(liveness.look(at: .seconds(90)) == .wait(.milliseconds(100)))
        liveness.heard(at: .seconds(90))
        #expect(liveness.look(at: .seconds(91)) == .wait(.seconds(4)))
        #expect(liveness.look(at: .seconds(95)) == .ping(.seconds(5)))
        #expect(liveness.look(at: .seconds(100)) == .wait(.milliseconds(100)))
        #expect(liveness.look(at: .seconds(101)) == .lost)
    }
}
