import CallControl
import CallControlTesting
import CallModel
import TLibrary
import Testing

/// What becomes of recordings where their calls move (Recording contract, "When the call moves").
struct MovedRecordingTests {
    // MARK: - Anchors that stay, leave, are replaced

    @Test func `the customer's recording goes on through every transfer, under the same id`() throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5001")
        floor.record(on: "trunk-1", main, ["id": .string("r1")])
        let consult = try floor.consult("5001", "5002", main)
        floor.ask(.completeTransfer(consult), on: "5001", main)
        floor.ask(.singleStepTransfer(Destination(otherDN: "5003")), on: "5002", main)
        floor.ask(.answerCall, on: "5003", main)
        #expect(floor.changes("trunk-1", main) == ["on request"])
        #expect(floor.record(4_015, on: "5003", main, ["id": .string("r1")]).first?.hasPrefix("ACK") == true)
        #expect(floor.lamp("trunk-1", main) == "Paused")
    }

    @Test(arguments: [
        (Operation.singleStepTransfer(Destination(otherDN: "5002")), "transfer"),
        (.releaseCall, "release"),
    ])
    func `an agent who leaves ends the agent's recording`(leaves: TLibrary.Operation, cause: String) throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5001")
        floor.ask(.singleStepConference(Destination(otherDN: "5003")), on: "5001", main)
        floor.ask(.answerCall, on: "5003", main)
        floor.record(on: "5001", main, ["id": .string("r1")])
        floor.ask(leaves, on: "5001", main)
        #expect(floor.changes("trunk-1", main) == ["on request", "off \(cause)"])
        #expect(floor.record(4_014, on: "5003", main, ["id": .string("r1")]) == ["Error 5003 main 1161 ref"])
    }

    @Test func `a new party whose DN is recorded gets a recording of its own`() throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5101")
        #expect(floor.changes("trunk-1", main) == ["on configuration"])
        floor.ask(.singleStepTransfer(Destination(otherDN: "5102")), on: "5101", main)
        floor.ask(.answerCall, on: "5102", main)
        #expect(floor.changes("trunk-1", main) == ["on configuration", "off transfer", "on configuration"])
        let files = Set(floor.client.events.compactMap { CallView.recording(in: $0)?.first("file")?.text })
        #expect(files.count == 2)
    }

    @Test func `both parties are recorded at once, and there is one lamp`() throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("5101", "5102")
        #expect(floor.lamp("5101", main) == "On")
        let notices = floor.client.events.compactMap { CallView.recording(in: $0) }
        let first = try #require(notices.first { $0.first("party")?.text == "5101" }?.first("id")?.text)
        floor.record(4_015, on: "5101", main, ["id": .string(first)])
        #expect(floor.lamp("5101", main) == "On", "the other one is on")
        floor.record(4_015, on: "5102", main, ["dn": .string("5102")])
        #expect(Set(floor.changes("5101", main)) == ["on configuration", "paused request"])
        floor.record(4_014, on: "5101", main)
        #expect(floor.lamp("5102", main) == "Off")
        #expect(floor.outcomes == ["done paused", "done paused", "done off"])
    }

    @Test func `a hold by consultation does not move the lamp`() throws {
        let floor = try PhoneFixture()
        let main = try floor.talk("trunk-1", "5101")
        let consult = try floor.consult("5101", "5001", main)
        #expect(floor.changes("5101", main) == ["on configuration"])
        #expect(floor.lamp("5001", consult) == nil, "a consultation call is recorded only where an option says so")
        floor.ask(.releaseCall, on: "5001", consult)
        floor.ask(.retrieveCall, on: "5101", main)
        #expect(floor.changes("5101", main) == ["on configuration"])
    }

    // MARK: - Consultation calls

    @Test(arguments: [true, false], [true, false])
    func `options record a consultation call where record-consult-calls says so, requests always`(
        isRecorded: Bool, asks: Bool
    ) throws {
        let floor = try PhoneFixture { $0.recording.recordsConsultationCalls = isRecorded }
        let main = try floor.talk("trunk-1", "5001")
        let consult = try floor.consult("5001", "5101", main)
        if asks { floor.record(on: "5001", consult) }
        let wanted = isRecorded || asks ? "On" : nil
        #expect(floor.lamp("5101", consult) == wanted)
        floor.ask(.completeTransfer(consult), on: "5001", main)
        // Now it is a party of a call that options do record.
        #expect(floor.lamp("5101", main) == "On")
        #expect(floor.lamp("5101", consult) == wanted, "nothing is told of the consultation call any more")
    }

    @Test func `the recordings of a consultation call end where it ends, and its waiting requests are told`() throws {
        let floor = try PhoneFixture(
            script: MediaScript { command, _ in
                command.verb == .pause ? .loseAnswer : .confirm(after: .milliseconds(5))
            })
        let main = try floor.talk("trunk-1", "5001")
        let consult = try floor.consult("5001", "5002", main)
        floor.record(on: "5002", consult, ["id": .string("c1")])
        floor.record(4_015, on: "5002", consult)
        floor.ask(.completeTransfer(consult), on: "5001", main)
        #expect(floor.outcomes == ["done on", "failed on call-ended"])
        floor.settle(.seconds(20))
        #expect(floor.media.live.isEmpty, "the media server was told to stop")
        #expect(floor.lamp("5002", main) == nil)
    }

    @Test(arguments: [1, 4], [SwitchCommand.Merging.transfer, .conference])
    func `with record-after-merge they go on in the main call, and are controlled there`(
        shards: Int, merging: SwitchCommand.Merging
    ) throws {
        let floor = try PhoneFixture(shards: shards) { $0.recording.recordsAfterMerge = true }
        let main = try floor.talk("trunk-1", "5001")
        let consult = try floor.consult("5001", "5002", main)
        floor.record(on: "5002", consult, ["id": .string("c1")])
        switch merging {
        case .transfer: floor.ask(.completeTransfer(consult), on: "5001", main)
        case .conference: floor.ask(.completeConference(consult), on: "5001", main)
        }
        #expect(floor.lamp("trunk-1", main) == "On", "the events of the merger carry it")
        #expect(floor.changes("trunk-1", main) == [], "nothing has changed")
        floor.record(4_015, on: "5002", main, ["id": .string("c1")])
        floor.record(4_016, on: "trunk-1", main)
        floor.record(4_014, on: "5002", main)
        #expect(floor.changes("trunk-1", main) == ["paused request", "on request", "off request"])
        #expect(floor.outcomes == ["done on", "done paused", "done on", "done off"])
        #expect(floor.record(4_013, on: "5002", main, ["id": .string("c1")]) == ["Error 5002 main 53 ref"])
        #expect(floor.media.live.isEmpty && floor.media.violations.isEmpty)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `a recording goes on through merger after merger, from shard to shard`(seed: UInt64) throws {
        let floor = try PhoneFixture(seed: seed, shards: 4) { $0.recording.recordsAfterMerge = true }
        var call = try floor.talk("trunk-1", "5002", as: "first")
        floor.record(on: "trunk-1", call, ["id": .string("r1")])
        for (agent, name) in [("5001", "second"), ("5003", "third"), ("7000", "fourth")] as [(DirectoryNumber, String)]
        {
            // The agent has a call of its own, into which the one that is recorded comes.
            let other = try floor.talk(agent, "5002", as: name)
            let merge = MergeCalls(previousConnection: call, type: .conference)
            let heard = floor.ask(.mergeCalls(merge), on: "5002", other)
            #expect(heard.contains { $0.hasPrefix("PartyChanged trunk-1 \(name)") }, "\(heard)")
            call = other
        }
        #expect(floor.lamp("trunk-1", call) == "On")
        floor.record(4_015, on: "5002", call)
        #expect(floor.lamp("7000", call) == "Paused")
        floor.ask(.clearCall, on: "5002", call)
        floor.settle(.seconds(30))
        #expect(floor.media.live.isEmpty && floor.media.violations.isEmpty)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `evidence of a recording finds its record from wherever it goes on`(seed: UInt64) throws {
        let shelf = RecordCollector()
        let floor = try PhoneFixture(seed: seed, shards: 4, evidence: .bytes, records: shelf) {
            $0.recording.recordsAfterMerge = true
        }
        let main = try floor.talk("trunk-1", "5001")
        let consult = try floor.consult("5001", "5002", main)
        floor.record(on: "5002", consult, ["id": .string("c1")])
        floor.ask(.completeTransfer(consult), on: "5001", main)
        let id = try #require(RecordingID("c1"))
        floor.settle(.seconds(10))
        floor.media.reportEvidence(isCapturing: false, of: id, in: consult)
        floor.settle(.seconds(20))
        floor.media.reportEvidence(isCapturing: true, of: id, in: consult)
        floor.settle(.seconds(5))
        floor.ask(.clearCall, on: "5002", main)
        floor.settle(.seconds(5))
        // Evidence that comes behind its call changes nothing.
        floor.media.reportEvidence(isCapturing: false, of: id, in: consult)
        floor.settle()
        let record = try #require(shelf.records.first)
        #expect(shelf.records.count == 1 && record.call.connection == consult)
        #expect(record.gaps.map(\.why) == [.noAudio] && record.evidence == .bytes)
        #expect(record.gaps.first.map { $0.length > .seconds(19) && $0.length < .seconds(21) } == true)
    }

    @Test func `what cannot go on there ends`() throws {
        let floor = try PhoneFixture { $0.recording.recordsAfterMerge = true }
        let main = try floor.talk("trunk-1", "5001")
        floor.record(on: "5001", main, ["id": .string("same")])
        let consult = try floor.consult("5001", "5002", main)
        floor.record(on: "5002", consult, ["id": .string("same")])
        floor.ask(.completeConference(consult), on: "5001", main)
        floor.settle(.seconds(5))
        #expect(floor.media.live.count == 1, "an id is a recording's own in its call")
        #expect(floor.changes("5002", main) == [])
        #expect(floor.lamp("5002", main) == "On")
    }

    // MARK: - While a command is under way

    @Test(arguments: [4_013, 4_015, 4_014] as [Int32], [true, false])
    func `a transfer while a start, a pause or a stop is under way loses nothing`(
        service: Int32, carries: Bool
    ) throws {
        let floor = try PhoneFixture(script: .always(.confirm(after: .seconds(1)))) {
            $0.recording.recordsAfterMerge = carries
        }
        let main = try floor.talk("trunk-1", "5001")
        let consult = try floor.consult("5001", "5002", main)
        if service != 4_013 {
            floor.record(on: "5002", consult, ["id": .string("c1")])
            floor.settle(.seconds(5))
        }
        floor.client.ask(service, of: consult, as: "5002", service == 4_013 ? ["id": .string("c1")] : [:])
        floor.client.send(.completeTransfer(consult), thisDN: "5001", connection: main)
        floor.settle(.seconds(30))
        let state = service == 4_013 ? "on" : service == 4_015 ? "paused" : "off"
        let lost = service == 4_013 ? "failed off call-ended" : "failed on call-ended"
        #expect(floor.outcomes.last == (carries ? "done \(state)" : lost))
        #expect(floor.media.live.count == (carries && service != 4_014 ? 1 : 0))
        #expect(floor.media.violations.isEmpty)
        #expect(floor.changes("trunk-1", main) == (carries ? ["\(state) request"] : []))
    }

    @Test(arguments: [1, 4], 0..<4 as Range<UInt64>)
    func `of two supervisors who ask for the same, one is accepted, and both see the same lamp`(
        shards: Int, seed: UInt64
    ) throws {
        let floor = try PhoneFixture(seed: seed, shards: shards)
        let main = try floor.talk("trunk-1", "5001")
        let others = ["one", "two"].map { floor.served.client($0, on: ["7000", "5001"]) }
        for (service, lamp) in [(4_013, "On"), (4_015, "Paused"), (4_016, "On"), (4_014, "Off")] as [(Int32, String)] {
            let asked = others.map { ($0, $0.ask(service, of: main, as: "7000")) }
            floor.settle(.seconds(3))
            let codes = asked.flatMap { client, reference in
                client.answers(to: reference).filter { $0.message != .eventPrivateInfo }.map(\.errorCode)
            }
            #expect(codes.count == 2 && codes.count { $0 == nil } == 1, "\(service): \(codes)")
            #expect(codes.contains(service == 4_014 ? .incorrectObjectState : .alreadyInState))
            for client in others {
                #expect(client.events(.eventAttachedDataChanged).last?.userData?.first("GSIP_RECORD")?.text == lamp)
            }
        }
    }

    // MARK: - Routing

    @Test func `a predictive call is recorded by both sides of its route`() throws {
        let floor = try PhoneFixture()
        let call = try floor.begin(
            .makePredictiveCall(MakePredictiveCall(otherDN: "trunk-1", timeout: 30)), on: "6000", as: "main")
        #expect(
            floor.ask(.answerCall, on: "trunk-1", call) == [
                "Established trunk-1 main other 6000 ref", "Queued 6000 main other trunk-1",
                "RouteRequest 6000 main other trunk-1",
            ])
        floor.ask(
            .routeCall(RouteCall(otherDN: "5001")), on: "6000", call, extensions: ["record": .string("source")])
        floor.ask(.answerCall, on: "5001", call)
        let notice = floor.client.events.compactMap { CallView.recording(in: $0) }.last
        #expect(notice?.first("party")?.text == "trunk-1")
        #expect(floor.lamp("5001", call) == "On")
    }

    @Test func `a predictive call that nobody answers in time is over`() throws {
        let floor = try PhoneFixture()
        let call = try floor.begin(
            .makePredictiveCall(MakePredictiveCall(otherDN: "trunk-1", timeout: 5)), on: "6000", as: "main")
        floor.settle(.seconds(6))
        #expect(floor.hear() == ["Released 6000 main other trunk-1 state 7", "Abandoned trunk-1 main state 21"])
        #expect(floor.ask(.answerCall, on: "trunk-1", call).last?.contains("56") == true)
    }

    @Test func `all four words of a route, and a second routing point`() throws {
        let floor = try PhoneFixture()
        let main = try floor.begin(.makeCall(MakeCall(otherDN: "6000")), on: "trunk-1", as: "main")
        func route(_ from: DirectoryNumber, _ to: DirectoryNumber, _ word: String?) {
            let extensions: KeyValueList = word.map { ["record": .string($0)] } ?? [:]
            floor.ask(.routeCall(RouteCall(otherDN: to)), on: from, main, extensions: extensions)
        }
        route("6000", "6001", "destination")
        route("6001", "5001", nil)
        floor.ask(.answerCall, on: "5001", main)
        #expect(floor.changes("5001", main) == ["on routing"], "it stayed armed over the second routing point")
        floor.ask(.singleStepTransfer(Destination(otherDN: "6000")), on: "5001", main)
        #expect(floor.changes("trunk-1", main) == ["on routing", "off transfer"])
        route("6000", "6001", "source")
        #expect(floor.lamp("trunk-1", main) == "On")
        route("6001", "5101", "disable_destination")
        floor.ask(.answerCall, on: "5101", main)
        #expect(floor.changes("5101", main) == [], "the route beats the DN's option")
        floor.ask(.singleStepTransfer(Destination(otherDN: "6000")), on: "5101", main)
        route("6000", "5001", "disable_source")
        #expect(floor.changes("trunk-1", main).suffix(2) == ["on routing", "off routing"])
    }
}
