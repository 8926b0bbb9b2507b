import CallControl
import CallControlTesting
import TLibrary
import Testing

@testable import callcontrol

/// HTTP on the inspection port, over simulated links that cut bytes anywhere.
struct PortTests {
    private let scene: AdminSimulation

    init() throws { scene = try AdminSimulation() }

    @Test(arguments: [
        ("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 200), ("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        ("GET /calls/00ff HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        ("GET /calls/000000000000000z HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        ("GET /calls/0000000000000001 HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        ("DELETE /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 405), ("GET /metrics HTTP/1.1\r\n\r\n", 400),
        ("GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd", 413),
        ("GET /metrics HTTP/3.0\r\nHost: a\r\n\r\n", 505), ("GET /calls?limit=0 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /calls?limit=1001 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /calls?after=xyz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /sessions?after=0 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /sessions?after=255.1 HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        ("GET /sessions?after=256.1 HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /calls HTTP/1.0\r\n\r\n", 200),
    ])
    func `each request has one answer with the right status`(text: String, status: Int) throws {
        let answers = scene.answers(to: text)
        #expect(answers.map(\.status) == [status])
        let answer = try #require(answers.first)
        #expect(answer.fields["date"] == "Fri, 15 Jan 2027 08:00:00 GMT")
        #expect((answer.fields["allow"] == "GET, HEAD") == (status == 405))
        #expect(!answer.body.isEmpty)
    }

    @Test(arguments: [("127.0.0.1", false), ("::1", false), ("0.0.0.0", true), ("::", true), ("10.0.0.1", true)])
    func `a port that strangers reach is in the log`(host: String, warns: Bool) throws {
        let scene = try AdminSimulation(host: host)
        let warning = "the metrics port is open to the network: it asks for no password"
        #expect(scene.log.all == (warns ? [warning] : []))
    }

    @Test func `metrics have Prometheus' type, and HEAD has the head alone`() throws {
        let answer = try scene.get("/metrics")
        #expect(answer.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let connection = scene.open()
        connection.send(Array("HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        scene.simulation.runUntilIdle()
        let answers = RawAnswer.all(in: connection.takeReceived(), heads: [0])
        #expect(answers.map(\.status) == [200, 200])
        #expect((answers.first?.fields["content-length"].flatMap(Int.init) ?? 0) > 1_000)
        #expect(answers.last?.text == "ok\n")
    }

    @Test func `a connection serves request after request, also those sent at once, until one says close`() {
        let connection = scene.open()
        let get = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(scene.answers(to: get, on: connection).map(\.status) == [200])
        #expect(scene.answers(to: String(repeating: get, count: 40), on: connection).map(\.status).count == 40)
        #expect(!connection.isClosed)
        let last = "GET /calls HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        let answers = scene.answers(to: get + last + get, on: connection)
        #expect(answers.map { $0.fields["connection"] } == ["keep-alive", "close"])
        #expect(connection.isClosed)
    }

    @Test func `what follows a head that cannot be read is not looked at`() {
        let connection = scene.open()
        let answers = scene.answers(to: "BAD\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", on: connection)
        #expect(answers.map(\.status) == [400] && connection.isClosed)
        let flood = scene.open()
        #expect(scene.answers(to: String(repeating: "a", count: 300_000), on: flood).map(\.status) == [431])
        #expect(flood.isClosed)
    }

    @Test func `a request must be whole within its time, however its bytes trickle`() {
        let slow = scene.open()
        for _ in 0..<30 where !slow.isClosed {
            slow.send(Array("G".utf8))
            scene.simulation.advance(by: .milliseconds(500))
        }
        #expect(slow.isClosed)
        #expect(RawAnswer.all(in: slow.takeReceived()).map(\.status) == [408])
        let silent = scene.open()
        scene.simulation.advance(by: .seconds(9))
        #expect(!silent.isClosed)
        scene.simulation.advance(by: .seconds(2))
        #expect(silent.isClosed && silent.takeReceived().isEmpty)
    }

    @Test func `whoever does not read an answer is cut, and a long one is written as it is taken`() throws {
        let scene = try AdminSimulation(linkBuffer: 600)
        let reader = scene.open()
        let metrics = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(scene.answers(to: metrics, on: reader).map(\.status) == [200])
        reader.stall()
        reader.send(Array(String(repeating: metrics, count: 3).utf8))
        scene.simulation.advance(by: .seconds(29))
        #expect(!reader.isClosed)
        scene.simulation.advance(by: .seconds(3))
        reader.resume()
        scene.simulation.advance(by: .seconds(1))
        #expect(reader.isClosed)
        #expect(try scene.get("/healthz").status == 200)
    }

    @Test func `whatever comes, each connection gets clear answers or is closed, and T-Clients notice nothing`() throws
    {
        let client = scene.client("desk", on: ["5000", "5001"])
        let sound = Array("GET /sessions?limit=5 HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        var chance = SplitMix(seed: 21)
        for round in 0..<300 {
            var bytes = round % 3 == 0 ? (0..<chance.below(2_000)).map { _ in UInt8(chance.below(256)) } : sound + sound
            for _ in 0..<chance.below(5) where !bytes.isEmpty {
                bytes[chance.below(bytes.count)] = UInt8(chance.below(256))
            }
            let connection = scene.open()
            if round % 7 == 0 { connection.trickle() }
            connection.send(bytes)
            if round % 11 == 0 { connection.cut() }
            scene.simulation.runUntilIdle()
            let answers = RawAnswer.all(in: connection.takeReceived())
            #expect(!answers.contains { $0.status == 0 }, "round \(round)")
            scene.simulation.advance(by: .seconds(12))
            #expect(connection.isClosed, "round \(round)")
        }
        _ = scene.call(client, "5000", "5001")
        #expect(try scene.get("/healthz").status == 200)
    }

    @Test func `the port goes on through the end of the engine, and says that it is none to be served by`() throws {
        let connection = scene.open()
        scene.simulation.runUntilIdle()
        scene.simulation.perform { scene.engine.shutDown() }
        let answers = scene.answers(to: "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", on: connection)
        #expect(answers.map(\.status) == [503])
        scene.stop()
        let late = scene.open()
        scene.simulation.runUntilIdle()
        #expect(late.isClosed)
    }
}
