import CallModel
import TLibrary
import Testing

@testable import Switches

@Suite struct `A line of a feed` {
    private func fault(_ line: [UInt8]) -> FeedProtocolError? {
        do throws(FeedProtocolError) {
            if case .unusable = try FeedEvent(line: line) { return .malformed }
            return nil
        } catch {
            return error
        }
    }

    private func fault(_ text: String) -> FeedProtocolError? { fault(Array(text.utf8)) }

    @Test func `may have keys that nobody knows, in any order`() throws {
        let text = #" { "x": [1, {"y": null}], "dn": "5001", "event": "held", "call": "A" } "#
        let name = try #require(FeedCallID("A"))
        #expect(try FeedEvent(line: Array(text.utf8)) == .held(name, "5001"))
    }

    @Test(arguments: [
        "", "nonsense", "[]", "1", "null", "\"event\"", "{", "{}", #"{"event":1}"#, #"{"event":"hello"}"#,
        #"{"event":"hello","commands":"route"}"#, #"{"event":"hello","commands":[1]}"#,
        #"{"event":"ringing","call":"A"}"#, #"{"event":"ringing","call":"","dn":"1"}"#,
        #"{"event":"ringing","call":7,"dn":"1"}"#, #"{"event":"ringing","call":null,"dn":"1"}"#,
        #"{"event":"begin","call":"A","type":"sideways","from":"1","to":"2"}"#,
        #"{"event":"begin","call":"A","type":"inbound","from":"1","to":"2","state":"asleep"}"#,
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

    @Test(arguments: [
        #""\u0000""#, #""1\u0000""#, "5", "1e3", "true", "[]", "{}", #"["1"]"#,
        "\"\(String(repeating: "9", count: 256))\"",
    ])
    func `that begins a call is taken without a number that cannot be carried`(number: String) throws {
        let name = try #require(FeedCallID("A"))
        let text = #"{"event":"begin","call":"A","type":"inbound","from":"1","to":"2","ani":\#(number),"dnis":"8"}"#
        let beginning = FeedEvent.Beginning(
            call: name, type: .inbound, from: "1", to: "2", ani: "", dnis: "8", lacksNumber: true)
        #expect(try FeedEvent(line: Array(text.utf8)) == .begin(beginning))
    }

    @Test func `that is not UTF-8 is read but for the values that are not`() throws {
        let name = try #require(FeedCallID("A"))
        func line(_ key: String) -> [UInt8] {
            var values = ["call": "A", "type": "inbound", "from": "1", "to": "2", "ani": "7", "dnis": "8"]
            values[key] = "caf*"
            let pairs = values.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",")
            return Array("{\"event\":\"begin\",\(pairs)}".utf8).map { $0 == UInt8(ascii: "*") ? 0xe9 : $0 }
        }
        for (key, ani, dnis) in [("ani", "", "8"), ("dnis", "7", "")] {
            let beginning = FeedEvent.Beginning(
                call: name, type: .inbound, from: "1", to: "2", ani: ani, dnis: dnis, lacksNumber: true)
            #expect(try FeedEvent(line: line(key)) == .begin(beginning))
        }
        #expect(try FeedEvent(line: line("call")) == .unusable(nil))
        for key in ["type", "from", "to"] { #expect(try FeedEvent(line: line(key)) == .unusable(name)) }
    }

    @Test func `greets, with or without keep-alive`() throws {
        func hello(_ more: String) throws -> FeedEvent {
            try FeedEvent(line: Array(#"{"event":"hello","commands":["route"]\#(more)}"#.utf8))
        }
        #expect(try hello("") == .hello([.route], keepAlive: false))
        #expect(try hello(#","keep-alive":true"#) == .hello([.route], keepAlive: true))
        #expect(try hello(#","keep-alive":"yes""#) == .hello([.route], keepAlive: false))
    }

    @Test func `names a call with at most 128 bytes, and numbers of at most 255`() throws {
        func end(_ count: Int) -> String { #"{"event":"end","call":"\#(String(repeating: "x", count: count))"}"# }
        #expect(fault(end(128)) == nil)
        #expect(fault(end(129)) == .malformed)
        func begin(_ count: Int) -> String {
            let ani = String(repeating: "1", count: count)
            return #"{"event":"begin","call":"A","type":"inbound","from":"1","to":"2","ani":"\#(ani)"}"#
        }
        func lacksNumber(_ count: Int) throws -> Bool? {
            guard case .begin(let beginning) = try FeedEvent(line: Array(begin(count).utf8)) else { return nil }
            return beginning.lacksNumber
        }
        #expect(try lacksNumber(255) == false)
        #expect(try lacksNumber(256) == true)
    }

    @Test func `that speaks of what nobody knows is told apart from nonsense`() {
        #expect(fault(#"{"event":"transferred","call":"A"}"#) == .unknownEvent)
    }

    /// Each byte of each line in turn is another: whatever comes of it, something does.
    @Test func `may have been struck by anything`() {
        let lines = [
            FeedFixture.rings, #"{"event":"media","call":"A","dn":"5001","call-id":"m","from-tag":"\u00e9"}"#,
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
