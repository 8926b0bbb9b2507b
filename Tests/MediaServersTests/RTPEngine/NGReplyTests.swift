import Testing

@testable import MediaServers

/// What servers answer, as they were heard to.
private enum Heard {
    /// 10.5.3.5, of a call with one RTP packet each way.
    static let query10 =
        "d7:createdi1795399265e10:created_usi270623e11:last signali1795399265e4:SSRCde4:tagsd1:ad3:tag1:a7:created"
        + "i1795399265e13:subscriptionsld3:tag1:b4:type12:offer/answeree6:mediasld5:indexi1e4:type5:audio7:streamsl"
        + "d10:local porti33228e5:flagsl3:RTP6:fillede4:SSRCi1e5:statsd7:packetsi1e5:bytesi172e6:errorsi0eeeeeeee"
        + "6:totalsd3:RTPd7:packetsi2e5:bytesi344e6:errorsi0ee4:RTCPd7:packetsi9e5:bytesi8e6:errorsi0eee6:result2:oke"
    /// The same with what 12.5 tells of a recording.
    static let query12 =
        "d4:tagsd1:ad9:recordingd8:excludedi0e10:forwardingi0eeee6:totalsd3:RTPd7:packetsi2e5:bytesi344e6:errorsi0ee"
        + "4:RTCPd7:packetsi0e5:bytesi0eee9:recordingd14:call recordingi0e10:forwardingi0ee6:result2:oke"
    /// 26.0: its releases show the metadata.
    static let query26 =
        "d10:created_tsi1795399304148743e8:metadata4:mk:19:recordingd14:call recordingi1e10:forwardingi0ee"
        + "6:result2:ok6:totalsd3:RTPd7:packetsi7e5:bytesi1204e6:errorsi0eeee"
    static let unknownCall = "d6:result5:error12:error-reason15:Unknown call-ide"
    static let unknownCommand = "d6:result5:error12:error-reason20:Unrecognized commande"

    static let all = [query10, query12, query26, unknownCall, unknownCommand, "d6:result4:ponge"]
}

private func read(_ text: String) -> NGReply? { NGReply(Array(text.utf8).span) }

@Suite struct NGReplyTests {
    @Test func `A pong is a pong and an ok is an ok`() {
        #expect(read("d6:result4:ponge")?.result == .pong)
        #expect(read("d6:result2:oke")?.result == .ok)
    }

    @Test func `An error says whether the call or the command is unknown`() {
        #expect(read(Heard.unknownCall)?.result == .refused(.unknownCall))
        #expect(read(Heard.unknownCommand)?.result == .refused(.unknownCommand))
        #expect(read("d12:error-reason5:Other6:result5:errore")?.result == .refused(.other))
        #expect(read("d6:result5:errore")?.result == .refused(.other))
    }

    @Test func `A query of an old release counts packets and tells nothing of a recording`() throws {
        let reply = try #require(read(Heard.query10))
        #expect(reply.result == .ok)
        #expect(reply.packets == 2)
        #expect(reply.octets == 344)
        #expect(reply.recording == nil)
        #expect(!reply.showsMetadata)
    }

    @Test func `A query of 12_5 tells of the call's recording and not of a tag's`() throws {
        let reply = try #require(read(Heard.query12))
        #expect(reply.recording == .paused)
        #expect(!reply.showsMetadata)
    }

    @Test func `A query of 26 tells of the recording and shows the metadata`() throws {
        let reply = try #require(read(Heard.query26))
        #expect(reply.recording == .on)
        #expect(reply.showsMetadata)
        #expect(reply.packets == 7)
    }

    @Test(arguments: Heard.all) func `A reply that is cut short anywhere is none`(_ text: String) {
        let bytes = Array(text.utf8)
        for length in 0..<bytes.count {
            let reply = NGReply(bytes.span.extracting(first: length))
            #expect(reply == nil, "\(length)")
        }
    }

    @Test(arguments: [
        "", "e", "i1e", "le", "de", "d6:resulte", "d6:result2:ok", "d6:result2:oke!", "d6:resulti1ee", "d-1:ae",
        "d99999999999999999999:ae", "d9223372036854775807:ae", "d1:ai99999999999999999999e6:result2:oke",
        "d1:ai--1e6:result2:oke", "d1:aie6:result2:oke", "d1:a:6:result2:oke", "di1e6:result2:oke",
        "d9:recordingd14:call recording1:1e6:result2:oke", "d1:ae6:result2:oke",
    ])
    func `What is no dictionary with a result is no reply`(_ text: String) {
        #expect(read(text) == nil)
    }

    @Test func `Nesting is read as deep as replies go and no deeper`() {
        func nested(_ depth: Int) -> String {
            "d1:a\(String(repeating: "l", count: depth))\(String(repeating: "e", count: depth))6:result2:oke"
        }
        #expect(read(nested(BencodeCursor.deepest))?.result == .ok)
        #expect(read(nested(BencodeCursor.deepest + 1)) == nil)
        #expect(read("d1:a" + String(repeating: "l", count: 60_000)) == nil)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `No damage to a reply is more than a reply that is not read`(seed: UInt64) {
        var random = Dice(seed: seed)
        for text in Heard.all {
            for _ in 0..<200 {
                var bytes = Array(text.utf8)
                for _ in 0...Int(random.next() % 4) {
                    let place = Int(random.next() % UInt64(bytes.count))
                    switch random.next() % 3 {
                    case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(Array("0123456789delix:-".utf8)[Int(random.next() % 17)], at: place)
                    }
                }
                // It is read or it is not: it does not trap, and what is read is within what was sent.
                let reply = NGReply(bytes.span)
                #expect(reply == nil || bytes.count > 10)
            }
        }
    }
}

/// SplitMix64: one seed, one row of numbers.
private struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
