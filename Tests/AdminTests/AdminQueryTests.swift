import CallControl
import CallControlTesting
import CallModel
import EventLoops
import Foundation
import TLibrary
import Testing

@testable import callcontrol

/// Sessions and calls from inside, over one shard and several.
struct AdminQueryTests {
    /// The rows of a list, page by page.
    private func pages(_ scene: AdminSimulation, _ name: String, limit: Int) throws -> [[[String: Any]]] {
        var pages: [[[String: Any]]] = []
        var after: String?
        repeat {
            let page = try scene.json("/\(name)?limit=\(limit)\(after.map { "&after=\($0)" } ?? "")")
            pages.append(page[name] as? [[String: Any]] ?? [])
            after = page["next"] as? String
        } while after != nil && pages.count < 1_000
        return pages
    }

    @Test(arguments: [1, 3]) func `every session is on one page, with what it has`(shards: Int) throws {
        let scene = try AdminSimulation(shards: shards)
        let clients = (0..<150).map { number in
            SimulatedClient(in: scene.simulation, at: AdminSimulation.sessions, name: "desk-\(number)")
        }
        scene.simulation.runUntilIdle()
        clients[7].register("5000")
        clients[7].register("5001", mode: .monitor)
        clients[8].connection.close()
        let unopened = SimulatedClient(in: scene.simulation, at: AdminSimulation.sessions, opens: false)
        scene.simulation.runUntilIdle()
        let pages = try pages(scene, "sessions", limit: 20)
        #expect(pages.dropLast().allSatisfy { $0.count == 20 })
        let rows = pages.flatMap { $0 }
        #expect(rows.count == 150 && Set(rows.compactMap { $0["id"] as? String }).count == 150)
        let row = try #require(rows.first { $0["application"] as? String == "desk-7" })
        #expect(
            Set(row.keys) == [
                "id", "state", "application", "peer", "opened", "registrations", "windowInUse", "backlogBytes",
                "backlogAgeMs", "conflated",
            ])
        #expect(row["registrations"] as? Int == 2 && row["state"] as? String == "open")
        #expect((row["opened"] as? String)?.hasPrefix("2027-01-15T08:00:00.") == true)
        #expect((row["peer"] as? String)?.hasPrefix("10.0.0.1:") == true)
        #expect(!rows.contains { $0["application"] as? String == "desk-8" })
        let fresh = try #require(rows.first { $0["state"] as? String == "connected" })
        #expect(fresh["opened"] == nil && fresh["application"] as? String == "")
        #expect(!unopened.isClosed)
    }

    @Test func `a session that does not read shows what waits for it, and its requests`() throws {
        let scene = try AdminSimulation(linkBuffer: 1_000)
        let client = scene.client("slow", on: ["5000"])
        client.stall()
        for _ in 0..<40 { client.send(.queryServer) }
        scene.simulation.advance(by: .seconds(2))
        let row = try #require((try scene.json("/sessions")["sessions"] as? [[String: Any]])?.first)
        #expect((row["backlogBytes"] as? Int ?? 0) > 1_000 && (row["windowInUse"] as? Int ?? 0) > 10)
        #expect((1_000...2_100).contains(row["backlogAgeMs"] as? Int ?? 0))
        let metrics = try scene.metrics()
        // The memory of the events, and of their places.
        #expect((metrics["callcontrol_backlog_bytes"] ?? 0) >= Double(row["backlogBytes"] as? Int ?? .max))
        #expect((1...2.1).contains(metrics["callcontrol_backlog_age_seconds"] ?? 0))
        client.resume()
        scene.simulation.advance(by: .seconds(2))
        #expect(try scene.metrics()["callcontrol_backlog_age_seconds"] == 0)
        #expect(try scene.metrics()["callcontrol_backlog_bytes"] == 0)
        let later = (try scene.json("/sessions")["sessions"] as? [[String: Any]])?.first
        #expect(later?["backlogBytes"] as? Int == 0 && later?["windowInUse"] as? Int == 0)
    }

    @Test(arguments: [1, 4]) func `every call is on one page, and one that has ended on none`(shards: Int) throws {
        let scene = try AdminSimulation(shards: shards)
        let clients = (0..<4).map {
            scene.client("desk-\($0)", on: ["500\($0 * 2)", "500\($0 * 2 + 1)"].map { DirectoryNumber($0) })
        }
        let calls = (0..<4).flatMap { number in
            (0..<8).map { _ in scene.call(clients[number], "500\(number * 2)".dn, "500\(number * 2 + 1)".dn) }
        }
        clients[0].send(.releaseCall, thisDN: "5000", connection: calls[0])
        scene.simulation.runUntilIdle()
        let pages = try pages(scene, "calls", limit: 5)
        let rows = pages.flatMap { $0 }
        let listed = rows.compactMap { $0["connID"] as? String }
        #expect(listed.count == Set(listed).count)
        #expect(Set(listed) == Set(calls.dropFirst().map(\.description)))
        let row = try #require(rows.first)
        #expect(Set(row.keys) == ["connID", "callUUID", "callType", "parties"])
        let parties = try #require(row["parties"] as? [[String: String]])
        #expect(parties.map { $0["state"] } == ["established", "established"])
        #expect(parties.map { $0["role"] } == ["origination", "destination"])
        #expect(try scene.get("/calls/\(calls[0])").status == 404)
    }

    @Test(arguments: [1, 3]) func `a call shows its recordings and why they are so, and nobody's data`(shards: Int)
        throws
    {
        let scene = try AdminSimulation(shards: shards)
        let client = scene.client("desk", on: ["5000", "5001"])
        let call = scene.call(client, "5000", "5001")
        client.send(
            .privateService(4_013), thisDN: "5001", connection: call, reasons: ["why": .string("a-secret-reason")],
            extensions: ["id": .string("r1"), "params": .list(["k": .string("secret-parameter")])])
        scene.simulation.runUntilIdle()
        client.ask(4_015, of: call, as: "5000", ["id": .string("r1")])
        scene.simulation.runUntilIdle()
        let answer = try scene.get("/calls/\(call)")
        #expect(answer.fields["content-type"] == "application/json" && !answer.text.contains("secret"))
        let shown = try JSONDecoder().decode(ShownCall.self, from: Data(answer.body))
        #expect(shown.connID == call.description && shown.callUUID.count == 32 && shown.callType == "internal")
        let recording = try #require(shown.recordings.first)
        #expect(recording.id == "r1" && recording.state == "paused" && recording.desired == "paused")
        #expect(recording.phase == "paused" && recording.cause == "request" && recording.party == "5001")
        #expect(recording.mediaServer == "media" && recording.file?.isEmpty == false)
        #expect(
            shown.transitions.map(\.event) == [
                "began", "wished", "sent", "answered", "changed", "wished", "sent", "answered", "changed",
            ])
        #expect(shown.transitions.compactMap(\.by).count == 2)
        #expect(shown.transitions.compactMap(\.verb) == ["start", "pause"])
        for path in ["/calls", "/sessions", "/metrics"] { #expect(try !scene.get(path).text.contains("secret")) }
    }

    @Test func `a consultation call is a call like others, until both are one`() throws {
        let scene = try AdminSimulation()
        let client = scene.client("desk", on: ["5000", "5001", "5002"])
        let main = scene.call(client, "5000", "5001")
        client.send(.initiateTransfer(Destination(otherDN: "5002")), thisDN: "5001", connection: main)
        scene.simulation.runUntilIdle()
        let consult = try #require(client.events(.eventDialing).last?.connID)
        client.send(.answerCall, thisDN: "5002", connection: consult)
        scene.simulation.runUntilIdle()
        func listed() throws -> [String?] {
            try (scene.json("/calls")["calls"] as? [[String: Any]] ?? []).map { $0["connID"] as? String }
        }
        #expect(try listed() == [main.description, consult.description])
        #expect(try scene.json("/calls/\(consult)")["callType"] as? String == "consult")
        client.send(.completeTransfer(consult), thisDN: "5001", connection: main)
        scene.simulation.runUntilIdle()
        #expect(try listed() == [main.description])
        let metrics = try scene.metrics()
        #expect(metrics["callcontrol_calls_started_total"] == 2 && metrics["callcontrol_calls_ended_total"] == 1)
    }

    @Test(arguments: [1, 4])
    func `a recording is seen in the call that it came into, with what happened to it before`(shards: Int) throws {
        let scene = try AdminSimulation(shards: shards) { $0.recording.recordsAfterMerge = true }
        let desks = (0..<4).map { scene.client("desk-\($0)", on: ["500\($0)".dn, "5009"]) }
        var calls = [scene.call(desks[0], "5000", "5009")]
        desks[0].ask(4_013, of: calls[0], as: "5000", ["id": .string("r1")])
        scene.simulation.runUntilIdle()
        for (number, desk) in desks.enumerated().dropFirst() {
            let call = scene.call(desk, "500\(number)".dn, "5009")
            let merge = MergeCalls(previousConnection: try #require(calls.last), type: .conference)
            desk.send(.mergeCalls(merge), thisDN: "5009", connection: call)
            scene.simulation.runUntilIdle()
            calls.append(call)
        }
        try #require(Set(calls.map { $0.rawValue % UInt64(shards) }).count == shards, "each call has its shard")
        desks[3].ask(4_015, of: calls[3], as: "5009")
        scene.simulation.runUntilIdle()

        let answer = try scene.get("/calls/\(calls[3])")
        let shown = try JSONDecoder().decode(ShownCall.self, from: Data(answer.body))
        let recording = try #require(shown.recordings.first)
        #expect(recording.id == "r1" && recording.state == "paused" && recording.origin == calls[0].description)
        #expect(
            shown.transitions.map(\.event) == [
                "began", "wished", "sent", "answered", "changed", "carried", "carried", "carried", "wished", "sent",
                "answered", "changed",
            ])
        #expect(shown.transitions.compactMap(\.connID) == calls.dropFirst().map(\.description))
        let lines = CallTable.lines(shown)
        #expect(lines.contains { $0.hasPrefix("recording  r1") && $0.hasSuffix(", began in call \(calls[0])") })
        #expect(lines.contains { $0.hasSuffix("  r1: carried into call \(calls[3])") })
        for gone in calls.dropLast() { #expect(try scene.get("/calls/\(gone)").status == 404) }
        let metrics = try scene.metrics()
        #expect(metrics["callcontrol_recordings{state=\"paused\"}"] == 1)
        #expect(metrics["callcontrol_recordings{state=\"on\"}"] == 0 && metrics["callcontrol_calls"] == 1)
        #expect(metrics["callcontrol_recording_outcomes_total{result=\"done\"}"] == 2)

        desks[3].send(.clearCall, thisDN: "5009", connection: calls[3])
        scene.simulation.runUntilIdle()
        let last = try scene.metrics()
        #expect(last["callcontrol_recordings{state=\"paused\"}"] == 0 && last["callcontrol_calls"] == 0)
    }

    @Test(arguments: [1, 2]) func `no turn looks at more than a few, however many are asked for`(shards: Int) throws {
        let scene = try AdminSimulation(shards: shards)
        for _ in 0..<300 { _ = SimulatedClient(in: scene.simulation, at: AdminSimulation.sessions) }
        scene.simulation.runUntilIdle()
        let looked = Locked(0)
        let found = Locked<Int?>(nil)
        scene.simulation.perform(on: scene.simulation.shards[0]) {
            scene.engine.inspection(from: scene.simulation.shards[0]).sessions(
                after: nil, limit: 1_000, row: { _ in looked.withLock { $0 += 1 } },
                then: { page in found.withLock { $0 = page.items.count } })
        }
        while found.withLock({ $0 }) == nil {
            let before = looked.withLock { $0 }
            #expect(scene.simulation.step())
            #expect(looked.withLock { $0 } - before <= Introspection.ofOneTurn)
        }
        #expect(found.withLock { $0 } == 300)
    }

    @Test func `the last transitions of a call are told, the oldest first`() throws {
        let scene = try AdminSimulation()
        let client = scene.client("desk", on: ["5000", "5001"])
        let call = scene.call(client, "5000", "5001")
        client.ask(4_013, of: call, as: "5001")
        scene.simulation.runUntilIdle()
        for _ in 0..<10 {
            for service in [4_015, 4_016] as [Int32] {
                client.ask(service, of: call, as: "5001")
                scene.simulation.runUntilIdle()
            }
        }
        let shown = try JSONDecoder().decode(ShownCall.self, from: Data(try scene.get("/calls/\(call)").body))
        #expect(shown.transitions.count == 32)
        #expect(shown.transitions.map(\.time) == shown.transitions.map(\.time).sorted())
        #expect(shown.transitions.last?.event == "changed" && shown.transitions.last?.state == "on")
    }
}

extension String {
    fileprivate var dn: DirectoryNumber { DirectoryNumber(self) }
}
