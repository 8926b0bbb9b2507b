import TLibrary
import Testing

struct RequestRoundTripTests {
    @Test(arguments: Samples.requests)
    func `every request that is encoded decodes to itself`(request: Request) {
        var decoder = RequestDecoder()
        #expect(decoder.decode(Samples.frame(of: request)) == .request(request))
    }

    @Test(arguments: Samples.operations)
    func `every request without anything optional decodes to itself`(operation: TLibrary.Operation) {
        var decoder = RequestDecoder()
        let request = Request(operation, reference: ReferenceID(rawValue: 1))
        #expect(decoder.decode(Samples.frame(of: request)) == .request(request))
    }

    @Test func `a request has the bytes that the protocol gives it`() {
        let request = Request(
            .privateService(4013), reference: ReferenceID(rawValue: 7), thisDN: "5001",
            connection: ConnectionID(rawValue: 0x0071_022e_c8ac_8056), extensions: ["record": "source"])
        let expected: [UInt8] =
            [0, 0, 0, 66, 1, 0, 0, 149]
            + [0, 2, 1, 0, 0, 0, 7]
            + [0, 9, 5, 0x00, 0x71, 0x02, 0x2e, 0xc8, 0xac, 0x80, 0x56]
            + [0, 20, 0, 0, 0, 0, 4] + Array("5001".utf8)
            + [0, 105, 1, 0, 0, 0x0F, 0xAD]
            + [0, 53, 3, 0, 0, 0, 19, 0, 6] + Array("record".utf8) + [0, 0, 0, 0, 6] + Array("source".utf8)
        #expect(Samples.frame(of: request) == expected)
    }

    @Test func `attributes may come in any order, and unknown ones are skipped`() {
        let frame = RawFrame(
            149, list(53, pair("x", "y")), int(105, 4014), int(999, 1), string(20, "5001"), string(77, "Ort"),
            long(9, 5), long(65_535, 1), int(2, 3), int(191, 0), int(192, 0)
        ).bytes
        var decoder = RequestDecoder()
        let expected = Request(
            .privateService(4014), reference: ReferenceID(rawValue: 3), thisDN: "5001",
            connection: ConnectionID(rawValue: 5), extensions: ["x": "y"])
        #expect(decoder.decode(frame) == .request(expected))
    }

    @Test func `a string may come as unicode`() {
        var decoder = RequestDecoder()
        let frame = RawFrame(3, int(2, 1), string(20, "5001", type: 4)).bytes
        let expected = Request(.registerAddress(.share), reference: ReferenceID(rawValue: 1), thisDN: "5001")
        #expect(decoder.decode(frame) == .request(expected))
    }

    @Test func `an enumeration keeps a value that nobody knows`() {
        var decoder = RequestDecoder()
        let frame = RawFrame(3, int(2, 1), string(20, "5001"), int(49, -77)).bytes
        #expect(decoder.decode(frame).request?.operation == .registerAddress(RegisterMode(rawValue: -77)))
    }

    @Test func `link messages need no ReferenceID and no open session`() {
        var decoder = RequestDecoder()
        #expect(decoder.decode(RawFrame(65_280).bytes, sessionIsOpen: false) == .link(.ping))
        #expect(decoder.decode(RawFrame(65_281).bytes) == .link(.pong))
        #expect(decoder.decode(RawFrame(65_280, int(2, -1), string(9, "x")).bytes) == .link(.ping))
        let received = RawFrame(65_282, list(53, pair("received", "17"))).bytes
        #expect(decoder.decode(received) == .link(.received(["received": "17"])))
        #expect(decoder.decode(RawFrame(65_282, int(53, 1)).bytes) == .link(.received([:])))
    }

    @Test func `link messages that are encoded decode to themselves`() {
        var decoder = RequestDecoder()
        for message: LinkMessage in [.ping, .pong, .received([:]), .received(["received": "4"])] {
            var bytes: [UInt8] = []
            message.encode(to: &bytes)
            #expect(decoder.decode(bytes) == .link(message))
        }
        var ping: [UInt8] = [9]
        #expect(LinkMessage.ping.encode(to: &ping) == 1..<9)
        #expect(ping == [9, 0, 0, 0, 4, 1, 0, 0xFF, 0x00])
    }
}
