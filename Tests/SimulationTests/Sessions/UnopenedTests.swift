import CallControlTesting
import CallModel
import TLibrary
import Testing

@testable import CallControl

/// Connections on which no session is open yet: how many there may be, and which of them goes for another.
struct UnopenedTests {
    private static let crowd = "an address has too many connections without a session: more are closed"
    private static let crowdIsOver = "connections without a session of an address are within their limit again"
    private static let full =
        "too many connections without a session: the longest waiting are closed, or accepting pauses"
    private static let fullIsOver = "connections without a session are within their limit again"

    private func scene(
        _ unopened: Int, perAddress: Int = 0, shards: Int = 2, handshake: Duration = .seconds(60)
    ) throws -> UnopenedFixture {
        try UnopenedFixture(shards: shards) {
            $0.limits.unopened = unopened
            $0.limits.unopenedPerAddress = perAddress
            $0.handshake = handshake
        }
    }

    @Test func `an address has at most its own number, and the next are closed at once`() throws {
        let scene = try scene(100, perAddress: 3)
        let first = scene.idle(5, from: "10.1.0.1")
        #expect(first.count(where: \.isClosed) == 2)
        #expect(scene.idle(3, from: "10.1.0.2").allSatisfy { !$0.isClosed })
        #expect(scene.unopened == 6 && scene.count(\.unopenedRefused) == 2 && scene.count(\.unopenedDropped) == 0)
        #expect(scene.log.lines == [Self.crowd])
        for connection in first { connection.close() }
        scene.pass(.seconds(1))
        #expect(scene.unopened == 3 && scene.log.lines == [Self.crowd, Self.crowdIsOver])
        #expect(scene.idle(1, from: "10.1.0.1").allSatisfy { !$0.isClosed })
    }

    @Test func `sessions that are open have no place among them`() throws {
        let scene = try scene(2, perAddress: 2)
        let clients = (0..<20).map { _ in
            defer { scene.pass(.milliseconds(20)) }
            return scene.asking(from: "10.1.0.1")
        }
        #expect(clients.allSatisfy { $0.takeMessages() == ["EventLinkConnected"] } && scene.unopened == 0)
        #expect(scene.log.lines.isEmpty)
    }

    @Test func `at the limit the address with most loses the one that has waited longest`() throws {
        let scene = try scene(4)
        let lone = scene.idle(1, from: "10.1.0.9")
        let many = (0..<3).flatMap { _ in scene.idle(1, from: "10.1.0.1") }
        scene.pass(.milliseconds(600))
        let next = scene.asking(from: "10.1.0.2")
        scene.pass(.milliseconds(50))
        #expect(next.takeMessages() == ["EventLinkConnected"])
        #expect(many.map(\.isClosed) == [true, false, false] && !lone[0].isClosed)
        #expect(scene.unopened == 3 && scene.count(\.unopenedDropped) == 1 && scene.log.lines.first == Self.full)
        for connection in many { connection.close() }
        scene.pass(.seconds(1))
        #expect(scene.log.lines == [Self.full, Self.fullIsOver])
    }

    @Test func `where none has waited half a second, the next ones wait and then are served`() throws {
        let scene = try scene(3)
        let first = (0..<3).flatMap { _ in scene.idle(1, from: "10.1.0.1") }
        let next = scene.asking(from: "10.1.0.2")
        scene.pass(.milliseconds(200))
        #expect(next.takeMessages().isEmpty && !next.isClosed && first.allSatisfy { !$0.isClosed })
        scene.pass(.milliseconds(320))
        #expect(next.takeMessages() == ["EventLinkConnected"] && first.map(\.isClosed) == [true, false, false])
    }

    @Test func `one that opens makes room for those that wait, and nobody is dropped`() throws {
        let scene = try scene(2)
        let first = scene.idle(2, from: "10.1.0.1")
        let next = scene.asking(from: "10.1.0.2")
        first[0].send(UnopenedFixture.opening())
        scene.pass(.milliseconds(200))
        #expect(first[0].takeMessages() == ["EventLinkConnected"] && next.takeMessages() == ["EventLinkConnected"])
        #expect(!first[1].isClosed && scene.count(\.unopenedDropped) == 0)
    }

    @Test func `many clients that come back at once are all served`() throws {
        let scene = try scene(50, perAddress: 0)
        let clients = (0..<1_000).map { _ in scene.asking(from: "10.1.0.1") }
        scene.pass(.seconds(10))
        #expect(clients.allSatisfy { $0.takeMessages() == ["EventLinkConnected"] })
        #expect(scene.count(\.unopenedDropped) == 0 && scene.unopened == 0)
    }

    @Test func `0 is no limit`() throws {
        let scene = try scene(0)
        #expect(scene.idle(3_000, from: "10.1.0.1").allSatisfy { !$0.isClosed } && scene.unopened == 3_000)
    }

    @Test func `a flood from one address neither keeps others out nor drops them`() throws {
        let scene = try scene(20)
        let slow = scene.idle(2, from: "10.1.0.3")
        for _ in 0..<20 {
            _ = scene.idle(30, from: "10.2.0.1")
            let client = scene.asking(from: "10.1.0.1")
            scene.pass(.seconds(2))
            #expect(client.takeMessages() == ["EventLinkConnected"] && scene.unopened <= 20)
        }
        #expect(slow.allSatisfy { !$0.isClosed })
    }

    @Test func `the address with most keeps its young ones, and nobody else pays for it`() throws {
        let scene = try scene(6)
        let few = scene.idle(2, from: "10.1.0.1")
        scene.pass(.seconds(1))
        let many = scene.idle(4, from: "10.1.0.2")
        let next = scene.asking(from: "10.1.0.3")
        scene.pass(.milliseconds(200))
        #expect(next.takeMessages().isEmpty && (few + many).allSatisfy { !$0.isClosed })
        scene.pass(.milliseconds(600))
        #expect(next.takeMessages() == ["EventLinkConnected"])
        #expect(few.allSatisfy { !$0.isClosed } && many.count(where: \.isClosed) == 1)
    }

    @Test func `a session that is taken up leaves no place behind`() throws {
        let scene = try scene(10)
        let client = scene.served.client("agent", on: ["5001"], takesUp: true)
        client.connection.cut()
        scene.pass(.seconds(1))
        let again = SimulatedClient(takingUp: client, in: scene.served.simulation, at: ServedSimulation.address)
        scene.pass(.seconds(1))
        #expect(again.keptSession && scene.unopened == 0)
    }
}

/// What counts as one address.
struct PeerAddressTests {
    @Test(arguments: [
        ("10.0.0.1", "10.0.0.1"), ("::ffff:10.0.0.1", "10.0.0.1"), ("::ffff:a00:1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"), ("fe80::1%eth0", "fe80:0:0:0::/64"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4::/64"), ("::1", "0:0:0:0::/64"),
    ])
    func `an address of IPv4, or a network of IPv6`(host: String, wanted: String) {
        #expect(PeerAddress(host).description == wanted)
    }

    @Test func `networks of IPv6 are told apart, and so is what is no address`() {
        #expect(PeerAddress("2001:db8:1:2::1") != PeerAddress("2001:db8:1:3::1"))
        #expect(PeerAddress("0.0.0.5") != PeerAddress("::5"))
        for text in ["", "x", "1.2.3", "1.2.3.4.5", "1::2::3", "12345::", "1:2:3", "1.2.3.256"] {
            #expect(PeerAddress(text) == PeerAddress("nonsense") && !PeerAddress(text).isLoopback)
        }
    }

    @Test func `loopback`() {
        for host in ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "0:0:0:0:0:0:0:1"] {
            #expect(PeerAddress(host).isLoopback)
        }
        for host in ["0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "::2", "fe80::1"] {
            #expect(!PeerAddress(host).isLoopback)
        }
    }
}
