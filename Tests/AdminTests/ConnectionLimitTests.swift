import CallControl
import CallControlTesting
import TLibrary
import Testing

@testable import callcontrol

/// Many connections on the metrics port: one answer for each request, and always one for a probe.
struct ConnectionLimitTests {
    private static let health = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let calls = "GET /calls?limit=1000 HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let limit = 32

    private func counted(_ name: String, in scene: AdminSimulation) throws -> Double? {
        try PrometheusText(MetricsText.text(of: scene.registry)).samples[name]
    }

    @Test(arguments: [31, 32, 33, 1_000])
    func `idle connections keep no probe and no scrape from its answer`(count: Int) throws {
        let scene = try AdminSimulation(connections: Self.limit)
        let idle = (0..<count).map { _ in scene.open() }
        scene.simulation.runUntilIdle()
        for path in ["/healthz", "/metrics", "/calls", "/sessions", "/healthz"] {
            #expect(try scene.get(path).status == 200, "\(path)")
        }
        // One that sends at once, and one whose request comes later.
        let late = scene.open()
        scene.simulation.advance(by: .milliseconds(20))
        #expect(scene.answers(to: Self.health, on: late).map(\.status) == [200])
        #expect(idle.count { !$0.isClosed } <= Self.limit)
        #expect(idle.allSatisfy { $0.takeReceived().isEmpty }, "nobody is answered who has not asked")
        let displaced = try counted("callcontrol_http_connections_displaced_total", in: scene) ?? 0
        #expect(count < Self.limit ? displaced <= 1 : displaced >= Double(count - Self.limit))
    }

    @Test func `the connection that has waited longest gives way`() throws {
        let scene = try AdminSimulation(connections: Self.limit)
        let connections = (0..<Self.limit).map { _ in
            defer { scene.simulation.runUntilIdle() }
            return scene.open()
        }
        #expect(scene.answers(to: Self.health, on: connections[0]).map(\.status) == [200])
        let newer = scene.open()
        scene.simulation.advance(by: .seconds(2))
        #expect(connections.map(\.isClosed) == connections.indices.map { $0 == 1 })
        #expect(!newer.isClosed)
        #expect(scene.answers(to: Self.health, on: connections[0]).map(\.status) == [200])
    }

    @Test func `a request that has begun to come is told when its connection gives way`() throws {
        let scene = try AdminSimulation(connections: 8)
        let half = (0..<8).map { _ in
            let connection = scene.open()
            connection.send(Array("GET /healthz HTTP/1.1\r\nHo".utf8))
            return connection
        }
        scene.simulation.runUntilIdle()
        #expect(try scene.get("/healthz").status == 200)
        scene.simulation.runUntilIdle()
        let told = half.map { RawAnswer.all(in: $0.takeReceived()).map(\.status) }
        #expect(told.count { $0 == [503] } == 1)
        #expect(told.count { $0.isEmpty } == 7)
    }

    @Test func `slow readers of lists keep no probe from its answer, and lists have a limit`() throws {
        let scene = try AdminSimulation(linkBuffer: 600, connections: Self.limit)
        let client = scene.client("desk", on: ["5000", "5001", "5002", "5003"])
        for _ in 0..<4 { _ = scene.call(client, "5000", "5001") }
        let readers = (0..<Self.limit).map { _ in
            let connection = scene.open()
            connection.stall()
            connection.send(Array(String(repeating: Self.calls, count: 40).utf8))
            return connection
        }
        scene.simulation.runUntilIdle()
        for _ in 0..<40 { #expect(try scene.get("/healthz").status == 200) }
        #expect(try scene.get("/metrics").status == 200)
        let refused = try counted("callcontrol_http_requests_refused_total", in: scene) ?? 0
        #expect(refused >= Double(Self.limit / 4))
        for reader in readers { reader.resume() }
        scene.simulation.advance(by: .seconds(40))
        for reader in readers {
            // What was cut in the middle is no answer; before it there is nothing but answers.
            let answers = RawAnswer.all(in: reader.takeReceived()).dropLast()
            #expect(answers.allSatisfy { [200, 503].contains($0.status) })
        }
        #expect(try scene.get("/calls").status == 200, "places that readers had are free again")
    }

    @Test func `whoever asks in many ways at once gets one answer for each request`() throws {
        let scene = try AdminSimulation(connections: 8)
        var chance = SplitMix(seed: 11)
        for round in 0..<60 {
            let connections = (0..<12).map { _ in scene.open() }
            for connection in connections {
                let count = 1 + chance.below(4)
                let paths = ["/healthz", "/metrics", "/calls", "/sessions"]
                let text = (0..<count).map { _ in
                    "GET \(paths[chance.below(4)]) HTTP/1.1\r\nHost: a\r\n\r\n"
                }.joined()
                connection.send(Array(text.utf8))
                if chance.below(3) == 0 { scene.simulation.runUntilIdle() }
                scene.simulation.runUntilIdle()
                let answers = RawAnswer.all(in: connection.takeReceived())
                #expect(answers.count <= count, "round \(round)")
                #expect(answers.allSatisfy { [200, 503].contains($0.status) }, "round \(round)")
                #expect(answers.count == count || connection.isClosed, "round \(round)")
            }
            for connection in connections { connection.cut() }
            scene.simulation.runUntilIdle()
        }
        #expect(try scene.get("/healthz").status == 200)
    }
}
