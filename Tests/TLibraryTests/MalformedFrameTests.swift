import TLibrary
import Testing

/// Frames whose length is sound and whose attributes are not: 545, and the connection stays.
struct MalformedFrameTests {
    static let faults: [(String, [UInt8])] = [
        ("a lone byte", [0]),
        ("a number without a type", [0, 20]),
        ("a type without a value", [0, 20, 1]),
        ("an int cut short", [0, 20, 1, 0, 0, 0]),
        ("a long cut short", [0, 9, 5, 0, 0, 0, 0, 0, 0, 0]),
        ("a string longer than the frame", [0, 20, 0, 0, 0, 0, 5, 49, 50, 51, 52]),
        ("a string of 4 GiB", [0, 20, 0, 255, 255, 255, 255, 49]),
        ("type 6", [0, 20, 6, 0, 0, 0, 0]),
        ("type 255", [0, 20, 255, 0, 0, 0, 0]),
        ("a string that is not UTF-8", sized(20, type: 0, [0xC3])),
        ("an overlong form", sized(20, type: 4, [0xC0, 0x80])),
        ("a surrogate", sized(20, type: 0, [0xED, 0xA0, 0x80])),
        ("a scalar beyond the last", sized(20, type: 0, [0xF4, 0x90, 0x80, 0x80])),
        ("bad text in an unknown attribute", sized(999, type: 0, [0xFF])),
        ("an attribute twice", string(20, "a") + string(20, "a")),
        ("an attribute twice with another type", string(20, "a") + int(20, 1)),
        ("an unknown attribute twice", int(999, 1) + int(999, 1)),
        ("an undocumented attribute twice", int(77, 1) + int(77, 2)),
        ("a list with half a key length", list(51, [0])),
        ("a key without bytes", list(51, [0, 0, 0, 0, 0, 0, 0])),
        ("a key of 256 bytes", list(51, pair(String(repeating: "k", count: 256), "v"))),
        ("a key beyond its list", list(51, [0, 9, 107, 0])),
        ("a key and nothing more", list(51, [0, 1, 107])),
        ("a key that is not UTF-8", list(51, [0, 1, 0xFF, 1, 0, 0, 0, 0])),
        ("a value without its length", list(51, [0, 1, 107, 0, 0, 0, 0])),
        ("a value beyond its list", list(51, [0, 1, 107, 0, 0, 0, 0, 1])),
        ("a long in a list", list(51, pair("k", type: 5, big(UInt64(1))))),
        ("type 6 in a list", list(51, pair("k", type: 6, big(UInt32(0))))),
        ("text in a list that is not UTF-8", list(51, pair("k", type: 0, [0, 0, 0, 1, 0xFF]))),
        (
            "text in a nested list that is not UTF-8",
            list(51, pair("k", type: 3, big(UInt32(9)) + pair("k", type: 4, [0, 0, 0, 1, 0xFF])))
        ),
        ("a nested list beyond its parent", list(51, pair("k", type: 3, [0, 0, 0, 1]))),
        ("a list nested 13 deep", list(51, nested(12))),
        ("an unknown list nested 13 deep", list(999, nested(12))),
    ]

    @Test(arguments: faults.indices)
    func `a frame that does not parse gets 545 and repeats its ReferenceID`(index: Int) throws {
        let (description, attributes) = Self.faults[index]
        var decoder = RequestDecoder()
        let refusal = try #require(decoder.decode(RawFrame(14, int(2, 7), attributes).bytes).refusal, "\(description)")
        #expect(refusal.code == .elementFormat, "\(description)")
        #expect(!refusal.closes)
        #expect(refusal.echo.referenceID == ReferenceID(rawValue: 7))
    }

    @Test func `lists nest 12 deep in requests`() {
        var decoder = RequestDecoder()
        let frame = RawFrame(1, int(2, 7), list(53, nested(11))).bytes
        #expect(decoder.decode(frame).request?.extensions.packed == nested(11))
    }

    @Test func `every frame that is cut short within an attribute gets 545`() {
        var decoder = RequestDecoder()
        for frame in Samples.frames {
            for length in 8..<frame.count {
                if let refusal = decoder.decode(Array(frame[..<length])).refusal {
                    #expect([.elementFormat, .missingElement].contains(refusal.code))
                    #expect(!refusal.closes)
                }
            }
        }
    }

    @Test func `a frame too short for a message is refused and closes`() {
        var decoder = RequestDecoder()
        for length in 0..<8 {
            let refusal = decoder.decode([UInt8](repeating: 0, count: length)).refusal
            #expect(refusal?.code == .elementLength)
            #expect(refusal?.closes == true)
        }
    }

    @Test func `a decoder forgets the frame before`() {
        var decoder = RequestDecoder()
        let full = RawFrame(149, int(2, 7), long(9, 5), string(20, "5001"), int(105, 1), int(999, 1)).bytes
        for _ in 0..<2 {
            #expect(decoder.decode(full).request != nil)
            #expect(decoder.decode(RawFrame(149, int(2, 7)).bytes).refusal?.code == .missingElement)
            #expect(decoder.decode(RawFrame(1, int(2, 7), [0]).bytes).refusal?.code == .elementFormat)
        }
    }

    @Test func `refusals hold nothing that the client sent`() {
        var decoder = RequestDecoder()
        let secret = "topsecret"
        for number: UInt16 in 0...182 {
            let frame = RawFrame(number, string(2, secret), string(20, secret), string(9, secret), string(105, secret))
            #expect(decoder.decode(frame.bytes).refusal?.message.contains(secret) == false)
        }
    }
}
