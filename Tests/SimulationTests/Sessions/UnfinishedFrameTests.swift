import CallControlTesting
import CallModel
import EventLoops
import TLibrary
import Testing

@testable import CallControl

/// Frames that arrive in pieces, or never whole, and clients that leave while they are not read.
struct UnfinishedFrameTests {
    /// About 58 kB.
    private static let large: [UInt8] = {
        var extensions: KeyValueList = [:]
        for number in 0..<58 { extensions.append("k\(number)", .string(String(repeating: "x", count: 1_000))) }
        return UnopenedFixture.bytes(of: .queryServer, 77, extensions: extensions)
    }()

    @Test(arguments: [4, 10_000, 32_768, 32_772, 33_500, 50_000], [1, 2])
    func `a large frame is answered, wherever it was split`(first: Int, shards: Int) throws {
        let scene = try UnopenedFixture(shards: shards) { $0.keepAlive = .zero }
        let connection = scene.asking(from: "10.1.0.1")
        scene.pass(.milliseconds(100))
        connection.send(Array(Self.large[..<first]))
        scene.pass(.seconds(3))
        connection.send(Array(Self.large[first...]))
        scene.pass(.seconds(1))
        #expect(connection.takeMessages() == ["EventLinkConnected", "EventServerInfo"])
    }

    @Test func `small frames behind a large one are answered in their order`() throws {
        let scene = try UnopenedFixture { $0.keepAlive = .zero }
        let small = UnopenedFixture.bytes(of: .queryServer, 1)
        let connection = scene.asking(
            from: "10.1.0.1", then: (0..<40).flatMap { _ in small } + Self.large + small + Self.large + small)
        scene.pass(.seconds(5))
        #expect(connection.takeMessages() == ["EventLinkConnected"] + Array(repeating: "EventServerInfo", count: 44))
    }

    @Test func `silence in the middle of a frame counts, and the places are free again`() throws {
        let scene = try UnopenedFixture {
            $0.keepAlive = .seconds(1)
            $0.limits.sessions = 5
        }
        let silent = (0..<5).map { _ in scene.asking(from: "10.1.0.1", then: Array(Self.large.prefix(34_000))) }
        scene.pass(.milliseconds(1_500))
        #expect(silent.allSatisfy { $0.takeMessages() == ["EventLinkConnected", "Ping"] })
        scene.pass(.milliseconds(1_000))
        #expect(silent.allSatisfy(\.isClosed) && scene.served.sessions.isEmpty)
    }

    @Test func `a client that leaves in the middle of a frame is gone at once`() throws {
        let scene = try UnopenedFixture { $0.keepAlive = .zero }
        let leaving = scene.asking(from: "10.1.0.1", then: Array(Self.large.prefix(34_000)))
        scene.pass(.milliseconds(100))
        leaving.close()
        scene.pass(.milliseconds(100))
        #expect(scene.served.sessions.isEmpty)
    }

    @Test(arguments: [true, false])
    func `a client that leaves while its window is full is noticed`(ends: Bool) throws {
        let scene = try UnopenedFixture(telephony: { _ in DeafSwitch() }) {
            $0.keepAlive = .seconds(60)
            $0.limits.window = 1
        }
        let client = scene.served.client("client", on: ["5001"])
        client.send(.makeCall(MakeCall(otherDN: "5002")), thisDN: "5001")
        // These wait for the answer to the first, and the connection is not read.
        for _ in 0..<3 { client.send(.queryServer) }
        scene.pass(.seconds(5))
        #expect(client.events(.eventServerInfo).isEmpty && scene.served.sessions.count == 1)
        if ends { client.connection.close() } else { client.connection.cut() }
        scene.pass(.seconds(3))
        #expect(scene.served.sessions.isEmpty)
    }

    // MARK: - Before the session is open

    @Test func `a frame before the session is open has at most 8 KiB`() throws {
        let scene = try UnopenedFixture { _ in }
        func asking(withFrameOf length: Int) -> SimulatedConnection {
            let plain = UnopenedFixture.opening(extensions: ["fill": .string("")]).count - 4
            let fill = String(repeating: "x", count: length - plain)
            let connection = scene.served.simulation.connect(to: ServedSimulation.address)
            connection.send(UnopenedFixture.opening(extensions: ["fill": .string(fill)]))
            scene.pass(.milliseconds(100))
            return connection
        }
        let largest = asking(withFrameOf: 8_192)
        #expect(largest.takeMessages() == ["EventLinkConnected"])
        let larger = asking(withFrameOf: 8_193)
        #expect(larger.takeMessages() == ["Error 547"])
        scene.pass(.seconds(2))
        #expect(larger.isClosed && !largest.isClosed)
    }

    @Test func `the length alone is enough for that`() throws {
        let scene = try UnopenedFixture { _ in }
        let connection = scene.served.simulation.connect(to: ServedSimulation.address)
        connection.send([0, 0, 0x20, 1])
        scene.pass(.milliseconds(100))
        #expect(connection.takeMessages() == ["Error 547"])
    }

    @Test func `a large frame may follow the one that opens the session in the same write`() throws {
        let scene = try UnopenedFixture { _ in }
        let connection = scene.asking(from: "10.1.0.1", then: Self.large)
        scene.pass(.milliseconds(500))
        #expect(connection.takeMessages() == ["EventLinkConnected", "EventServerInfo"])
    }

    // MARK: - Keep-alive

    @Test(arguments: [1, 3, 5, 8])
    func `keep-alive holds from the last bytes on, shorter than handshake or not`(seconds: Int) throws {
        let scene = try UnopenedFixture { $0.keepAlive = .seconds(seconds) }
        let silent = scene.asking(from: "10.1.0.1")
        scene.pass(.seconds(seconds) - .milliseconds(200))
        #expect(silent.takeMessages() == ["EventLinkConnected"])
        scene.pass(.milliseconds(400))
        #expect(silent.takeMessages() == ["Ping"])
        scene.pass(.seconds(seconds))
        #expect(silent.isClosed && scene.count { $0.disconnected(.keepAlive) } == 1)
    }

    @Test func `a connection without a session is closed at the end of handshake, and gets no Ping before`() throws {
        let scene = try UnopenedFixture { $0.keepAlive = .seconds(1) }
        let idle = try #require(scene.idle(1, from: "10.1.0.1").first)
        scene.pass(.milliseconds(4_900))
        #expect(!idle.isClosed && idle.takeMessages().isEmpty)
        scene.pass(.milliseconds(300))
        #expect(idle.isClosed && scene.count { $0.disconnected(.handshake) } == 1)
    }
}

/// A switch that never says anything.
private struct DeafSwitch: Switch {
    func attach(to shard: any EventLoop, port: SwitchPort) {}
    func perform(_ command: SwitchCommand, on shard: any EventLoop) {}
}
