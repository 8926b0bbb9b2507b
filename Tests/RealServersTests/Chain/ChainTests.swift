import CallModel
import EventLoops
import Foundation
import RTPAudio
import TLibrary
import TLibraryClient
import TestSupport
import Testing

/// Calls of real telephones, that a T-Client moves and records: what Examples/Kamailio promises.
@Suite(.serialized, .hangLimit) struct `A SIP call` {
    @Test func `waits at a routing point, is sent to an agent, recorded on the way, and released`() async throws {
        try await Chain.run { chain in
            try await ChainDesktop.run(chain, on: ["9000", "5001", "trunk-1"]) { desktop in
                let agent = try ChainTelephone(.agent, in: chain)
                let caller = try ChainTelephone(.caller, in: chain)
                let call = try await desktop.routesNextCall(recording: true)
                try await desktop.shows(["On"], at: "5001")
                try await Task.sleep(for: .seconds(1))
                #expect(try await desktop.client.pauseRecording(call, at: "5001").isDone)
                try await Task.sleep(for: .seconds(1))
                #expect(try await desktop.client.resumeRecording(call, at: "5001").isDone)
                try await Task.sleep(for: .seconds(1))

                // Its telephones do not notice that the engine hears nothing of them.
                await chain.relay.cut()
                try await chain.relay.mend()
                try await chain.engineHears(times: 2)
                #expect(try await desktop.client.pauseRecording(call, at: "5001").isDone)
                try await desktop.client.release(call, at: "5001")

                try await desktop.sees(.eventReleased, at: "trunk-1")
                try await caller.endsWell()
                try await agent.endsWell()
                #expect(caller.got("BYE sip:"))
                #expect(agent.got("BYE sip:"))
                #expect(desktop.events.isRouted(call))
                let lamps = desktop.lamps(at: "5001")
                #expect(lamps.map(\.state) == ["On", "Paused", "On", "Paused"])
                let end = try await desktop.sees(.eventReleased, at: "5001").chainTime
                try expectAudio(lamps, until: end, in: chain)
                try await eventually("the packets become a WAV file") { try chain.waveFiles.count == 1 }
                await #expect { try await desktop.client.pauseRecording(call, at: "5001") } throws: {
                    ($0 as? TLibraryClientError)?.errorCode == .invalidConnectionID
                }
            }
        }
    }

    @Test func `is released while it waits, or while the agent's telephone rings`() async throws {
        try await Chain.run { chain in
            try await ChainDesktop.run(chain, on: ["9000", "5001", "trunk-1"]) { desktop in
                let caller = try ChainTelephone(.caller, in: chain)
                let request = try await desktop.sees(.eventRouteRequest, at: "9000")
                let call = try #require(request.connID)
                try await desktop.client.release(call, at: "trunk-1")
                try await desktop.sees(.eventReleased, at: "trunk-1")
                try await caller.endsWell()
                #expect(caller.got("SIP/2.0 480 "))
            }
            try await ChainDesktop.run(chain, on: ["9000", "5001", "trunk-1"]) { desktop in
                let agent = try ChainTelephone(.agent, .onlyRings, in: chain)
                let caller = try ChainTelephone(.caller, in: chain)
                let request = try await desktop.sees(.eventRouteRequest, at: "9000")
                let call = try #require(request.connID)
                try await desktop.client.route(call, at: "9000", to: "5001")
                try await desktop.sees(.eventRinging, at: "5001")
                try await desktop.client.release(call, at: "trunk-1")
                try await caller.endsWell()
                try await agent.endsWell()
                #expect(caller.got("SIP/2.0 480 "))
                #expect(agent.got("CANCEL sip:"))
            }
        }
    }

    @Test func `is found, and controlled, by an engine that is started while it lives`() async throws {
        try await Chain.run { chain in
            let agent = try ChainTelephone(.agent, in: chain)
            let caller = try ChainTelephone(.caller, in: chain)
            try await ChainDesktop.run(chain, on: ["9000", "5001"]) { desktop in
                _ = try await desktop.routesNextCall(recording: false)
            }
            chain.endEngine()
            try await chain.startEngine()
            try await ChainDesktop.run(chain, on: ["5001", "trunk-1"]) { desktop in
                let snapshot = try await desktop.sees(.eventRegistered, at: "5001")
                let calls = try #require(snapshot.extensions?.first("calls")?.list)
                let key = try #require(calls.map(\.key).first)
                let call = try #require(UInt64(key, radix: 16).map(ConnectionID.init(rawValue:)))
                #expect(try await desktop.client.startRecording(call, at: "5001").isDone)
                try await desktop.client.release(call, at: "5001")
                try await caller.endsWell()
                try await agent.endsWell()
            }
        }
    }

    /// Where the lamp was on, both voices are in its file; where it was not, nothing is in any file.
    private func expectAudio(_ lamps: [ChainLamp], until end: Double, in chain: Chain) throws {
        let ends = lamps.dropFirst().map(\.time) + [end]
        var files: Set<String> = []
        for (lamp, end) in zip(lamps, ends) {
            files.insert(lamp.file)
            let packets = try files.flatMap { try chain.packets(in: $0) }.filter {
                lamp.time < $0.time && $0.time < end
            }
            if lamp.state == "Paused" {
                #expect(packets.isEmpty)
                continue
            }
            for (place, tone) in [(ChainPlaces.Place.callerAudio, Tone.high), (.agentAudio, .low)] {
                let voice = packets.filter { $0.sourcePort == chain.places[place].port }
                // Fifty a second, but for a machine with more to do.
                #expect(voice.count >= Int((end - lamp.time) * 20), "\(place), on from \(lamp.time) to \(end)")
                #expect(voice.allSatisfy { tone.isHeard(in: $0.samples) }, "\(place)")
            }
        }
        #expect(files.count == 2)
    }
}

extension ChainDesktop {
    /// Waits for a call at the routing point, and has it answered by the agent.
    fileprivate func routesNextCall(recording: Bool) async throws -> ConnectionID {
        let request = try await sees(.eventRouteRequest, at: "9000")
        let call = try #require(request.connID)
        #expect(request.ani == "15551234567")
        #expect(request.dnis == "9000")
        #expect(request.otherDN == "trunk-1")
        let used = try await client.route(
            call, at: "9000", to: "5001", extensions: recording ? ["record": .string("destination")] : [:])
        #expect(used.message == .eventRouteUsed)
        try await sees(.eventEstablished, at: "5001")
        return call
    }
}

extension Chain {
    fileprivate var waveFiles: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: "\(directory)/spool/pcaps").filter {
                $0.hasSuffix(".wav")
            }
        }
    }

    fileprivate func packets(in file: String) throws -> [SpokenPacket] {
        try SpokenPacket.read("\(directory)/spool/pcaps/\(file).pcap")
    }
}

extension [Event] {
    /// Whether the call went from the routing point to the agent, and both ends of it were told of each step in order.
    fileprivate func isRouted(_ call: ConnectionID) -> Bool {
        func messages(_ dn: DirectoryNumber) -> [MessageNumber] {
            let silent: Set<MessageNumber> = [
                .eventRegistered, .eventAttachedDataChanged, .eventACK, .eventPrivateInfo,
            ]
            return filter { $0.thisDN == dn && $0.connID == call && !silent.contains($0.message) }.map(\.message)
        }
        return messages("9000") == [.eventQueued, .eventRouteRequest, .eventRouteUsed, .eventDiverted]
            && messages("5001") == [.eventRinging, .eventEstablished, .eventReleased]
            && messages("trunk-1") == [.eventDialing, .eventEstablished, .eventReleased]
    }
}

extension Event {
    fileprivate var chainTime: Double { ChainLamp(self).time }
}
