import CallControl
import CallModel
import Foundation
import TLibrary
import TLibraryClient
import TestSupport
import Testing

/// Parts of the chain that are restarted, stand still, or hear what they cannot use.
@Suite(.serialized, .hangLimit) struct `A SIP chain in trouble` {
    @Test func `keeps established calls over a crash of Kamailio`() async throws {
        try await Chain.run { chain in
            try await ChainDesktop.run(chain, on: ["9000", "5001", "trunk-1"]) { desktop in
                let agent = try ChainTelephone(.agent, in: chain)
                let caller = try ChainTelephone(.caller, in: chain)
                let call = try await desktop.recordsNextCall()
                // Kamailio writes to its database once a second.
                try await Task.sleep(for: .seconds(3))
                let told = desktop.events.count
                try await chain.killProxy()
                try await Task.sleep(for: .seconds(1))
                try chain.startProxy()
                try await chain.engineHears(times: 2)
                try await Task.sleep(for: .milliseconds(300))
                #expect(desktop.events.count == told, "nobody was told anything")

                #expect(try await desktop.client.pauseRecording(call, at: "5001").isDone)
                try await desktop.client.release(call, at: "5001")
                try await caller.endsWell()
                try await agent.endsWell()
                try await eventually("the call is over") { desktop.messages(at: "trunk-1").last == .eventReleased }
            }
            #expect(try await chain.mediaSessions == 0)
        }
    }

    @Test func `has forgotten a call that waited when Kamailio crashed, and T-Clients see its end`() async throws {
        try await Chain.run { chain in
            try await ChainDesktop.run(chain, on: ["9000", "trunk-1"]) { desktop in
                _ = try ChainTelephone(.caller, in: chain)
                try await desktop.sees(.eventRouteRequest, at: "9000")
                try await chain.killProxy()
                try chain.startProxy()
                try await desktop.sees(.eventAbandoned, at: "9000")
                try await desktop.sees(.eventReleased, at: "trunk-1")
            }
        }
    }

    @Test func `goes on without an engine that stands still, and tells it all calls afterwards`() async throws {
        try await Chain.run(with: ["KEEP_ALIVE=1"]) { chain in
            try await ChainDesktop.run(chain, on: ["9000", "5001", "trunk-1"]) { desktop in
                let agent = try ChainTelephone(.agent, in: chain)
                let caller = try ChainTelephone(.caller, in: chain)
                let call = try await desktop.recordsNextCall()
                try chain.stopEngine()
                try await Task.sleep(for: .seconds(4))
                // Kamailio takes and ends a call meanwhile.
                let other = try ChainTelephone(.agent, .refuses(486), isOther: true, in: chain)
                let second = try ChainTelephone(.caller, calling: "5002", isOther: true, in: chain)
                try await other.endsWell()
                _ = try? await second.endsWell()
                try chain.continueEngine()
                try await chain.engineHears(times: 2)
                #expect(try await desktop.client.pauseRecording(call, at: "5001").isDone)
                try await desktop.client.release(call, at: "5001")
                try await caller.endsWell()
                try await agent.endsWell()
            }
            #expect(try await chain.mediaSessions == 0)
        }
    }

    @Test(arguments: [("n$ci@x", "t", "1"), ("n$", "t", "1"), ("n", "t$ft", "1"), ("n", "t", "1$fU")])
    func `refuses identifiers in which Kamailio would see variables of its own`(
        callID: String, tag: String, user: String
    ) async throws {
        try await Chain.run { chain in
            try await ChainDesktop.run(chain, on: ["9000", "trunk-1"]) { desktop in
                let answer = try await chain.answer(toInviteWith: callID, tag, of: user)
                #expect(answer.hasPrefix("SIP/2.0 400 "))
                #expect(desktop.messages(at: "9000").isEmpty)
            }
        }
    }

    @Test(arguments: [
        ("caf\u{e9}@x", "t"), ("ok", "t\u{ff}"), (String(repeating: "@", count: 80), "t"),
        (String(repeating: "x", count: 129), "t"), ("a b", "t"), ("ok", String(repeating: "t", count: 256)),
    ])
    func `refuses a call that the feed could not name`(callID: String, tag: String) async throws {
        try await Chain.run { chain in
            try await ChainDesktop.run(chain, on: ["9000", "trunk-1"]) { desktop in
                let answer = try await chain.answer(toInviteWith: callID, tag)
                #expect(answer.hasPrefix("SIP/2.0 400 "))
                #expect(desktop.messages(at: "9000").isEmpty)
            }
        }
    }
}

extension Chain {
    /// What Kamailio answers to an INVITE for the routing point. The letters of the identifiers are bytes.
    fileprivate func answer(
        toInviteWith callID: String, _ tag: String, of user: String = "1"
    ) async throws -> String {
        let text = """
            INVITE sip:9000@\(places.host) SIP/2.0
            Via: SIP/2.0/UDP \(places[.caller]);branch=z9hG4bK\(UInt32.random(in: .min ... .max))
            From: <sip:\(user)@\(places.host)>;tag=\(tag)
            To: <sip:9000@\(places.host)>
            Call-ID: \(callID)
            CSeq: 1 INVITE
            Max-Forwards: 70
            Contact: <sip:1@\(places[.caller])>
            Content-Length: 0


            """
        let bytes = text.replacing("\n", with: "\r\n").unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        let answer = try await DatagramQuestion.ask(bytes, at: places[.sip], from: places[.caller], on: shard)
        return String(decoding: answer, as: UTF8.self)
    }
}
