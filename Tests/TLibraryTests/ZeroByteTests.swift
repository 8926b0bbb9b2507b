import TLibrary
import Testing

/// A text of T-Library ends at its first zero byte for a client in C. So no request has one (WireFormat, "Frame").
struct ZeroByteTests {
    private static let call = int(2, 7) + long(9, 5) + string(20, "5001")

    private static func nestedPair(_ inner: [UInt8]) -> [UInt8] {
        pair("outer", type: 3, big(UInt32(inner.count)) + inner)
    }

    static let rows: [(name: String, frame: RawFrame)] = [
        ("ThisDN", RawFrame(17, int(2, 7), long(9, 5), string(20, "5001\0"))),
        ("ThisDN", RawFrame(17, int(2, 7), long(9, 5), string(20, "\0"))),
        ("OtherDN", RawFrame(36, call, string(24, "50\u{0}02"))),
        ("ThisQueue", RawFrame(8, int(2, 7), string(14, "1"), string(20, "5001"), string(21, "9000\0x", type: 4))),
        ("AgentID", RawFrame(8, int(2, 7), string(14, "1001\0"), string(20, "5001"))),
        ("DataKey", RawFrame(33, call, string(52, "key\0"))),
        ("ApplicationName", RawFrame(0, int(2, 7), string(0, "1"), string(64, "desk\0top"))),
        ("ApplicationPassword", RawFrame(0, int(2, 7), string(0, "1"), string(64, "a"), string(65, "secret\0"))),
        ("SessionID", RawFrame(0, int(2, 7), string(0, "1"), string(64, "a"), string(108, "12345678\0"))),
        ("UserData", RawFrame(30, call, list(51, pair("GSIP_RECORD\0", "On")))),
        ("UserData", RawFrame(30, call, list(51, pair("a", "b"), pair("GSIP_RECORD", "On\0")))),
        ("UserData", RawFrame(30, call, list(51, nestedPair(nestedPair(pair("key\0", "x")))))),
        ("UserData", RawFrame(30, call, list(51, nestedPair(pair("key", "sixteen bytes, \0"))))),
        ("Reasons", RawFrame(17, call, list(17, pair("why\0", "x")))),
        ("Extensions", RawFrame(149, call, int(105, 4013), list(53, pair("id", "a\0")))),
        ("ANI", RawFrame(17, call, string(19, "1555\0"))),
    ]

    @Test(arguments: rows.indices)
    func `text with a zero byte is refused, wherever it stands`(row: Int) throws {
        var decoder = RequestDecoder()
        let (name, frame) = Self.rows[row]
        let refusal = try #require(decoder.decode(frame.bytes).refusal)
        #expect(refusal.code == .invalidAttribute && !refusal.closes)
        #expect(refusal.message == "The attribute \(name) holds a zero byte in its text.")
        #expect(refusal.echo.referenceID?.rawValue == 7)
        #expect(refusal.echo.reasons == nil)
        #expect(refusal.echo.thisDN?.text.utf8.contains(0) != true)
    }

    @Test func `a zero byte at any place is found`() {
        var decoder = RequestDecoder()
        for length in 1..<40 {
            for place in 0..<length {
                var text = [UInt8](repeating: 0x80 - 1, count: length)
                text[place] = 0
                let frame = RawFrame(17, int(2, 7), long(9, 5), sized(20, type: 0, text))
                #expect(decoder.decode(frame.bytes).refusal?.code == .invalidAttribute)
            }
            let sound = RawFrame(17, int(2, 7), long(9, 5), sized(20, type: 0, [UInt8](repeating: 1, count: length)))
            #expect(decoder.decode(sound.bytes).request != nil)
        }
    }

    @Test func `a type of its own comes before, and what is refused for another reason repeats no such text`() throws {
        var decoder = RequestDecoder()
        let mistyped = RawFrame(30, Self.call, string(51, "a\0"))
        #expect(decoder.decode(mistyped.bytes).refusal?.message == "The attribute UserData has the wrong type.")
        let early = RawFrame(17, int(2, 7), string(20, "5001\0"), list(17, pair("a\0", "b")))
        let refusal = try #require(decoder.decode(early.bytes, sessionIsOpen: false).refusal)
        #expect(refusal.code == .outsideService && refusal.echo.thisDN == nil && refusal.echo.reasons == nil)
    }

    @Test func `binary values hold zero bytes, and so may what this protocol does not use`() {
        var decoder = RequestDecoder()
        let binary = RawFrame(30, Self.call, list(51, pair("raw", type: 2, big(UInt32(3)) + [0, 1, 0])))
        #expect(decoder.decode(binary.bytes).request != nil)
        let unused = RawFrame(17, Self.call, string(77, "a\0"), string(300, "a\0"))
        #expect(decoder.decode(unused.bytes).request != nil)
    }

    @Test func `one frame's zero byte is forgotten with the next`() {
        var decoder = RequestDecoder()
        #expect(decoder.decode(RawFrame(17, int(2, 7), long(9, 5), string(20, "a\0")).bytes).refusal != nil)
        #expect(decoder.decode(RawFrame(17, Self.call).bytes).request != nil)
    }
}

/// Names are compared by their bytes.
struct ExactTextTests {
    static let spellings = [
        ("Jos\u{E9}", "Jose\u{301}"), ("K1", "\u{212A}1"), ("\u{1E9B}\u{323}", "\u{17F}\u{323}\u{307}"),
    ]

    @Test(arguments: spellings)
    func `equivalent spellings are two texts`(one: String, other: String) {
        #expect(one == other, "or they show nothing here")
        #expect(!one.hasSameBytes(as: other) && one.hasSameBytes(as: one))
        #expect(Set([ExactText(one), ExactText(other), ExactText(one)]).count == 2)
        #expect(Set([DirectoryNumber(one), DirectoryNumber(other)]).count == 2)
        #expect(KeyValue.string(one) != .string(other) && KeyValue.unicode(one) != .unicode(other))
        #expect(KeyValue.string(one) == .string(one) && KeyValue.string(one) != .unicode(one))
        #expect(KeyValuePair(key: one, value: 1) != KeyValuePair(key: other, value: 1))
        let list: KeyValueList = [one: .integer(1)]
        #expect(list.first(other) == nil && list.first(one) == 1)
    }
}
