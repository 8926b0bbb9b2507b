import CallControl
import CallModel
import TLibrary
import Testing

@testable import Switches

/// No call is skipped in silence: for each line that begins one, or may have, there is a call, or a notice.
@Suite struct `A begin that cannot be used` {
    private func notices(_ scene: FeedFixture) -> [String] {
        scene.lines.map { String(decoding: $0.bytes.dropLast(), as: UTF8.self) }
    }

    @Test func `is answered with the call, or with the number of its line`() {
        let scene = FeedFixture()
        scene.hear(
            #"{"event":"begin","call":"A","type":"sideways","from":"T1","to":"5001"}"#,
            #"{"event":"begin","call":"","type":"inbound","from":"T1","to":"5001"}"#, "nonsense",
            #"{"event":"begin","call":"B","type":"inbound","from":"T1","to":"4711"}"#)
        let call = "begin must have valid values of call, type, from, to and state."
        let line = "The line must be a JSON object of a known event with a valid call."
        #expect(
            notices(scene) == [
                #"{"call":"A","code":53,"notice":"not-taken","text":"\#(call)"}"#,
                #"{"code":53,"line":3,"notice":"not-taken","text":"\#(line)"}"#,
                #"{"code":53,"line":4,"notice":"not-taken","text":"\#(line)"}"#,
                #"{"call":"B","code":59,"notice":"not-taken","text":"from or to is a DN that is not configured."}"#,
            ])
        #expect(scene.faults == [.malformed, .malformed, .malformed, .unknownDN])
    }

    @Test func `of a call that lives is not answered, but for a list that does not name it otherwise`() {
        let scene = FeedFixture.talking()
        let odd = #"{"event":"begin","call":"A","type":5,"from":"T1","to":"5001"}"#
        scene.hear(odd)
        #expect(scene.lines.isEmpty && scene.faults == [.liveCall])
        scene.hear(#"{"event":"sync"}"#, odd, #"{"event":"synced"}"#)
        #expect(scene.lines.count == 1 && scene.calls == 0)
    }

    @Test func `has later events that are skipped, and a word of a later protocol is not one`() {
        let scene = FeedFixture()
        scene.hear(
            #"{"event":"begin","call":"A","type":5,"from":"T1","to":"5001"}"#, FeedFixture.isAnswered,
            #"{"event":"moved-away","call":"A"}"#)
        #expect(scene.faults == [.malformed, .unknownCall, .unknownEvent] && scene.lines.count == 1)
    }

    /// Values that a careless peer could write, as bytes.
    private static let odd: [[UInt8]] =
        [
            "null", "0", "-1", "1.5", "1e400", "true", "[]", "{}", #"["A"]"#, #""""#, #""\u0000""#, #""a\u0000b""#,
            #""\ud800""#,
            "\"\(String(repeating: "x", count: 128))\"", "\"\(String(repeating: "x", count: 129))\"",
            "\"\(String(repeating: "x", count: 256))\"", "\"\(String(repeating: "\u{e9}", count: 64))\"", "\"", "", "}",
            "nul",
            #""5001""#, #""9000""#, #""T1""#, #""\\""#, #""\n""#,
        ].map { Array($0.utf8) } + [
            [0x22, 0xff, 0x22], [0x22, 0xc3, 0x28, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0x00, 0x22],
            [0x22, 0x01, 0x22],
            [0x22, 0x63, 0xe9, 0x22], [0xff], [0x00],
        ]

    /// A `begin` whose values are as they should be but for some.
    private func line(_ changed: [String: [UInt8]]) -> [UInt8] {
        let whole = [
            "event": "begin", "call": "A", "type": "inbound", "from": "T1", "to": "5001", "ani": "1", "dnis": "2",
            "state": "established",
        ]
        let pairs = whole.keys.sorted().map { key in
            Array("\"\(key)\":".utf8) + (changed[key] ?? Array("\"\(whole[key] ?? "")\"".utf8))
        }
        return [UInt8(ascii: "{")] + pairs.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "}")]
    }

    @Test(arguments: ["event", "call", "type", "from", "to", "ani", "dnis", "state"])
    func `is answered, or begins its call, whatever stands in one key`(key: String) {
        for value in Self.odd {
            let scene = FeedFixture()
            _ = scene.hear(bytes: [line([key: value])])
            #expect(scene.calls + scene.lines.count == 1, "\(key): \(String(decoding: value, as: UTF8.self))")
        }
    }

    @Test func `is answered, or begins its call, whatever stands in two keys, or at any place`() {
        let keys = ["event", "call", "type", "from", "to", "ani", "dnis", "state"]
        for (one, other) in zip(keys, keys.dropFirst() + keys.prefix(1)) {
            // Each value with some others.
            for (place, first) in Self.odd.enumerated() {
                for second in stride(from: place % 5, to: Self.odd.count, by: 5).map({ Self.odd[$0] }) {
                    let scene = FeedFixture()
                    _ = scene.hear(bytes: [line([one: first, other: second])])
                    #expect(scene.calls + scene.lines.count == 1)
                }
            }
        }
        let whole = line([:])
        for place in whole.indices {
            for byte: UInt8 in [0, 0x22, 0x5c, 0x7d, 0xff] {
                var struck = whole
                struck[place] = byte
                let scene = FeedFixture()
                _ = scene.hear(bytes: [struck])
                #expect(scene.calls + scene.lines.count == 1, "\(String(decoding: struck, as: UTF8.self))")
            }
        }
    }

    @Test func `begins its call without the numbers, which are counted`() {
        let scene = FeedFixture()
        let told = scene.hear(bytes: [line(["ani": [0x22, 0xff, 0x22], "dnis": Array("7".utf8)])])
        #expect(told.events.first == .placed(from: "T1", to: "5001", state: .ringing) && scene.faults.isEmpty)
        #expect(scene.arrivals.map(\.ani) == [""] && scene.arrivals.map(\.dnis) == [""])
    }
}
