import CallModel
import TLibrary
import Testing

@testable import FeedSwitch

@Suite struct `A line of a feed` {
    private func fault(_ line: [UInt8]) -> FeedFault? {
        do throws(FeedFault) {
            _ = try FeedEvent(line: line)
            return nil
        } catch {
            return error
        }
    }

    private func fault(_ text: String) -> FeedFault? { fault(Array(text.utf8)) }

    @Test func `may have keys that nobody knows, in any order`() throws {
        let text = #" { "x": [1, {"y": null}], "dn": "5001", "event": "held", "call": "A" } "#
        let name = try #require(CallName("A"))
        #expect(try FeedEvent(line: Array(text.utf8)) == .held(name, "5001"))
    }

    @Test(arguments: [
        "", "nonsense", "[]", "1", "null", "\"event\"", "{", "{}", #"{"event":1}"#, #"{"event":"hello"}"#,
        #"{"event":"hello","commands":"route"}"#, #"{"event":"hello","commands":[1]}"#,
        #"{"event":"ringing","call":"A"}"#, #"{"event":"ringing","call":"","dn":"1"}"#,
        #"{"event":"ringing","call":7,"dn":"1"}"#, #"{"event":"ringing","call":null,"dn":"1"}"#,
        #"{"event":"begin","call":"A","type":"sideways","from":"1","to":"2"}"#,
        #"{"event":"begin","call":"A","type":"inbound","from":"1","to":"2","state":"asleep"}"#,
        #"{"event":"begin","call":"A","type":"inbound","from":"1","to":"2","ani":"\u0000"}"#,
        #"{"event":"begin","call":"A","type":"inbound","from":"1","to":"2","ani":5}"#,
        #"{"event":"media","call":"A","dn":"1"}"#, #"{"event":"media","call":"A","dn":"1","call-id":"m"}"#,
        #"{"event":"media","call":"A","dn":"1","call-id":"","from-tag":"f"}"#,
        #"{"event":"done"}"#, #"{"event":"done","id":"1"}"#, #"{"event":"done","id":1.5}"#,
        #"{"event":"done","id":99999999999999999999999}"#, #"{"event":"done","id":1e999}"#,
        #"{"event":"refused","id":1,"code":0}"#, #"{"event":"refused","id":1,"code":4294967296}"#,
        #"{"event":"end","call":"A"} {"event":"end","call":"B"}"#, #"{"event":"end","call":"\ud800"}"#,
    ])
    func `is malformed where it is not what it should be`(text: String) {
        #expect(fault(text) == .malformed)
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":"]) func `may be nested as deep as it is long`(opening: String) {
        let count = 16_000 / opening.utf8.count
        #expect(fault(String(repeating: opening, count: count)) == .malformed)
        let inside = String(repeating: "[", count: 7_000) + String(repeating: "]", count: 7_000)
        #expect(fault("{\"event\":\"sync\",\"x\":\(inside)}") == .malformed)
    }

    @Test func `may not be text at all`() {
        #expect(fault([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]) != nil)
        #expect(fault(Array(#"{"event":"end","call":""#.utf8) + [0xc3, 0x28] + Array("\"}".utf8)) == .malformed)
        #expect(fault([UInt8](repeating: 0, count: 1_000)) == .malformed)
    }

    @Test func `that has a key twice is read one way or the other, and harms nobody`() {
        let text = #"{"event":"end","call":"A","call":"B","call":{}}"#
        #expect([nil, .malformed].contains(fault(text)))
    }

    @Test func `names a call with at most 128 bytes, and numbers of at most 255`() {
        func end(_ count: Int) -> String { #"{"event":"end","call":"\#(String(repeating: "x", count: count))"}"# }
        #expect(fault(end(128)) == nil)
        #expect(fault(end(129)) == .malformed)
        func begin(_ count: Int) -> String {
            let ani = String(repeating: "1", count: count)
            return #"{"event":"begin","call":"A","type":"inbound","from":"1","to":"2","ani":"\#(ani)"}"#
        }
        #expect(fault(begin(255)) == nil)
        #expect(fault(begin(256)) == .malformed)
    }

    @Test func `that speaks of what nobody knows is told apart from nonsense`() {
        #expect(fault(#"{"event":"transferred","call":"A"}"#) == .unknownEvent)
    }

    /// Each byte of each line in turn is another: whatever comes of it, something does.
    @Test func `may have been struck by anything`() {
        let lines = [
            BookScene.rings, #"{"event":"media","call":"A","dn":"5001","call-id":"m","from-tag":"\u00e9"}"#,
            #"{"event":"refused","id":12,"code":51,"text":"no"}"#,
        ]
        var unread = 0
        for line in lines.map({ Array($0.utf8) }) {
            for place in line.indices {
                for byte: UInt8 in [0, 0x22, 0x5b, 0x5c, 0x7b, 0x7d, 0x80, 0xff] {
                    var struck = line
                    struck[place] = byte
                    if fault(struck) != nil { unread += 1 }
                }
            }
        }
        #expect(unread > 500)
    }
}
