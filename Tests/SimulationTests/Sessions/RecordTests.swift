import CallControl
import CallControlTesting
import CallModel
import EventLoops
import TLibrary
import Testing

/// Records of an engine that serves T-Clients (article Records).
struct RecordTests {
    private let shelf = RecordCollector()

    private func serve(_ shards: Int, script: MediaScript = .sound) throws -> ServedSimulation {
        try ServedSimulation(
            shards: shards, dns: ["5001", "5002", "5900"].map { .init($0, type: .extension) },
            media: { [ScriptedMediaServer(in: $0, name: "media", script: script)] }, records: shelf)
    }

    /// A call that 5001 talks in.
    private func talk(_ client: SimulatedClient, _ served: ServedSimulation) throws -> ConnectionID {
        client.send(.makeCall(MakeCall(otherDN: "5002")), thisDN: "5001")
        served.simulation.advance(by: .seconds(1))
        let call = try #require(client.events(.eventRinging).last?.connID)
        client.send(.answerCall, thisDN: "5002", connection: call)
        served.simulation.advance(by: .seconds(1))
        return call
    }

    @Test(arguments: [1, 4]) func `a record names who asked, on whichever shard the session lives`(shards: Int) throws {
        let served = try serve(shards)
        let agent = served.client("desktop", on: ["5001", "5002"])
        let others = (0..<8).map { served.client("supervisor \($0)", on: ["5900"]) }
        let call = try talk(agent, served)
        agent.ask(4_013, of: call, as: "5001", ["id": .string("r1"), "note": .string("kept")])
        served.simulation.advance(by: .seconds(3))
        for (place, other) in others.enumerated() {
            other.send(
                .privateService(place % 2 == 0 ? 4_015 : 4_016), thisDN: "5900", connection: call,
                reasons: ["reason": .integer(Int32(place))])
            served.simulation.advance(by: .seconds(2))
        }
        agent.send(.releaseCall, thisDN: "5001", connection: call)
        served.simulation.advance(by: .seconds(1))
        let record = try #require(shelf.records.first)
        #expect(shelf.records.count == 1)
        #expect(record.call.connection == call && record.anchor == "5001" && record.cause == .request)
        #expect(record.ending == .ended && record.endCause == .release)
        let requester = try #require(record.requester)
        #expect(requester.application == "desktop" && requester.dn == "5001")
        #expect(requester.extensions.first("note") == .string("kept"), "what the engine does not know is kept")
        let askers = record.transitions.compactMap(\.requester)
        #expect(askers.map(\.application) == ["desktop"] + (0..<8).map { "supervisor \($0)" })
        #expect(askers.dropFirst().map { $0.reasons.first("reason") } == (0..<8).map { .integer($0) })
        #expect(Set(askers.map(\.session)).count == 9)
        #expect(record.gaps.count == 4 && record.gaps.allSatisfy { $0.why == .paused })
        #expect(record.captured > .seconds(10) && record.uncaptured > .seconds(7))
        #expect(record.files.map(\.mediaServer.name) == ["media"])
    }

    @Test func `one that never begins has a record, too, with what was tried`() throws {
        let served = try serve(1, script: .always(.refuse(after: .zero)))
        let agent = served.client("desktop", on: ["5001", "5002"])
        agent.ask(4_013, of: try talk(agent, served), as: "5001")
        served.simulation.advance(by: .seconds(30))
        let record = try #require(shelf.records.first)
        #expect(record.ending == .neverBegan && record.reason == .refused && record.files.isEmpty)
        #expect(record.mediaServer?.name == "media" && record.captured == .zero)
    }

    @Test(arguments: [1, 3]) func `calls that live on at shutdown have their records`(shards: Int) throws {
        let served = try serve(shards)
        let agent = served.client("desktop", on: ["5001", "5002"])
        let calls = try (0..<3).map { _ in try talk(agent, served) }
        for call in calls { agent.ask(4_013, of: call, as: "5001") }
        served.simulation.advance(by: .seconds(1))
        served.simulation.perform { served.engine.shutDown() }
        served.simulation.advance(by: .seconds(20))
        #expect(Set(shelf.records.map(\.call.connection)) == Set(calls) && shelf.records.count == 3)
        #expect(shelf.records.allSatisfy { $0.ending == .ended && $0.endCause == .shutdown })
    }

    @Test(arguments: [1, 3]) func `what is open when the drain is over is kept as not finished`(shards: Int) throws {
        var media: ScriptedMediaServer?
        let served = try ServedSimulation(
            shards: shards, dns: ["5001", "5002"].map { .init($0, type: .extension) },
            media: {
                let server = ScriptedMediaServer(in: $0, name: "media")
                media = server
                return [server]
            }, records: shelf, configure: { $0.drain = .seconds(3) })
        let agent = served.client("desktop", on: ["5001", "5002"])
        let call = try talk(agent, served)
        agent.ask(4_013, of: call, as: "5001")
        served.simulation.advance(by: .seconds(10))
        media?.follow(.always(.loseAnswer))
        served.simulation.perform { served.engine.shutDown() }
        served.simulation.advance(by: .seconds(60))
        let record = try #require(shelf.records.first)
        #expect(shelf.records.count == 1)
        #expect(record.ending == .notFinished && record.endCause == .shutdown)
        #expect(record.captured > .seconds(12), "nobody has confirmed its end")
        #expect(shelf.notes.last?.transition.event == .over(.notFinished))
    }

    @Test(arguments: [1, 4]) func `captured time is what evidence shows`(shards: Int) throws {
        var media: ScriptedMediaServer?
        let served = try ServedSimulation(
            shards: shards, dns: ["5001", "5002"].map { .init($0, type: .extension) },
            media: {
                let server = ScriptedMediaServer(
                    in: $0, name: "media",
                    capabilities: MediaCapabilities(pause: .silence, startsPaused: true, evidence: .bytes))
                media = server
                return [server]
            }, records: shelf)
        let agent = served.client("desktop", on: ["5001", "5002"])
        let call = try talk(agent, served)
        agent.ask(4_013, of: call, as: "5001", ["id": .string("r1")])
        served.simulation.advance(by: .seconds(10))
        let id = try #require(RecordingID("r1"))
        media?.reportUndecoded(["g729/8000"], of: id, in: call)
        media?.reportUndecoded(["g729/8000", "ilbc/8000"], of: id, in: call)
        for number in 0..<500 {
            media?.reportEvidence(isCapturing: number % 2 == 1, of: id, in: call)
            served.simulation.advance(by: .seconds(1))
        }
        media?.lose()
        served.simulation.advance(by: .seconds(60))
        agent.send(.releaseCall, thisDN: "5001", connection: call)
        served.simulation.advance(by: .seconds(1))
        let record = try #require(shelf.records.first)
        #expect(record.evidence == .bytes && record.gaps.count { $0.why == .noAudio } == 250)
        #expect(record.captured > .seconds(259) && record.captured < .seconds(261))
        #expect(record.codecs == ["g729/8000", "ilbc/8000"])
        #expect(record.transitions.count < 50, "evidence is none of them")
        #expect(shelf.notes.count > 500)
        #expect(shelf.begun.map(\.id) == [id] && shelf.begun.allSatisfy { $0.files.count == 1 })
    }

    @Test func `a record is bounded, and counts what it leaves out`() throws {
        let served = try serve(1)
        let agent = served.client("desktop", on: ["5001", "5002"])
        let call = try talk(agent, served)
        agent.ask(4_013, of: call, as: "5001")
        let pauses = 1_100
        let reasons: KeyValueList = ["long": .string(String(repeating: "x", count: 250))]
        for number in 0..<2 * pauses {
            served.simulation.advance(by: .milliseconds(100))
            agent.send(
                .privateService(number % 2 == 0 ? 4_015 : 4_016), thisDN: "5001", connection: call, reasons: reasons)
        }
        served.simulation.advance(by: .seconds(1))
        agent.send(.releaseCall, thisDN: "5001", connection: call)
        served.simulation.advance(by: .seconds(1))
        let record = try #require(shelf.records.first)
        #expect(record.transitions.count == RecordingRecord.limit && record.gaps.count == RecordingRecord.limit)
        #expect(record.omitted.transitions + record.transitions.count == shelf.notes.count, "the sink gets all of them")
        #expect(record.omitted.gaps == pauses - RecordingRecord.limit)
        #expect(record.omitted.lists > 1_000)
        let life = record.files.first.map { record.ended.monotonic - $0.began.monotonic }
        #expect(record.captured + record.uncaptured == life, "times are right all the same")
        let bytes = record.transitions.compactMap(\.requester).reduce(0) { $0 + $1.reasons.packed.count }
        #expect(bytes <= RecordingRecord.listLimit)
    }
}

extension RecordingRecord.Transition {
    fileprivate var requester: RecordingRecord.Requester? {
        if case .wished(_, _, let requester) = event { requester } else { nil }
    }
}
