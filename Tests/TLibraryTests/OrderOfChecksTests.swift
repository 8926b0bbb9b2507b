import TLibrary
import Testing

/// WireFormat, Bad input: what is wrong with each frame, worst first, and what must be answered.
struct OrderOfChecksTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let frame: [UInt8]
        let code: ErrorCode
        var closes = false
        var isOpen = true
        /// What the sentence must name.
        var names = ""
        var echo = ErrorResponse.Echo()

        init(
            _ description: String, _ frame: RawFrame, _ code: ErrorCode, closes: Bool = false, isOpen: Bool = true,
            names: String = "", echo: ErrorResponse.Echo = ErrorResponse.Echo()
        ) {
            testDescription = description
            self.frame = frame.bytes
            self.code = code
            self.closes = closes
            self.isOpen = isOpen
            self.names = names
            self.echo = echo
        }
    }

    static let reference = ReferenceID(rawValue: 7)
    static let soundAttributes = int(2, 7) + long(9, 5) + string(20, "5001") + int(105, 4013)
    static let soundEcho = ErrorResponse.Echo(
        referenceID: reference, thisDN: "5001", connID: ConnectionID(rawValue: 5), privateMsgID: 4013)
    static let longText = String(repeating: "x", count: 256)
    static let manyReasons = list(17, pair("r", String(repeating: "x", count: 4_089)))

    static var otherVersion: RawFrame {
        var frame = RawFrame(60, int(2, 7), [1, 2, 3])
        frame.version = 2
        return frame
    }

    static var flags: RawFrame {
        var frame = RawFrame(149, soundAttributes)
        frame.flags = 1
        return frame
    }

    static let rows: [Row] = [
        Row("another version comes before all else", otherVersion, .protocolVersion, closes: true),
        Row("flags", flags, .protocolVersion, closes: true),
        Row(
            "structure comes before the message number", RawFrame(60, int(2, 7), [1, 2, 3]), .elementFormat,
            echo: ErrorResponse.Echo(referenceID: reference)),
        Row(
            "what stands before a fault of structure is repeated", RawFrame(149, soundAttributes, [0]), .elementFormat,
            echo: soundEcho),
        Row(
            "what stands behind a fault of structure is not", RawFrame(149, [0, 20, 9, 0, 0, 0, 0], int(2, 7)),
            .elementFormat),
        Row("an event comes before ReferenceID", RawFrame(60), .badMessageType),
        Row(
            "an event repeats what can be read", RawFrame(60, soundAttributes), .badMessageType, echo: soundEcho),
        Row("a number that T-Library does not have", RawFrame(183), .badMessageType),
        Row("a number in reserve", RawFrame(153), .badMessageType),
        Row("a number behind the link's own", RawFrame(65_283), .badMessageType),
        Row("a request that the protocol does not carry", RawFrame(5), .unsupportedOperation),
        Row(
            "an unserved request comes before ReferenceID and an open session", RawFrame(171), .unsupportedOperation,
            isOpen: false),
        Row(
            "ReferenceID is missing, before the session", RawFrame(14), .missingElement, isOpen: false,
            names: "ReferenceID"),
        Row("ReferenceID of another type", RawFrame(14, string(2, "7")), .invalidAttribute, names: "ReferenceID"),
        Row("ReferenceID 0", RawFrame(14, int(2, 0)), .invalidAttribute, isOpen: false, names: "ReferenceID"),
        Row(
            "ReferenceID below 0 is not repeated", RawFrame(149, int(2, -1), string(20, "5001")), .invalidAttribute,
            names: "ReferenceID", echo: ErrorResponse.Echo(thisDN: "5001")),
        Row(
            "RequestRegisterClient needs a ReferenceID too", RawFrame(0, string(64, "a"), string(0, "1")),
            .missingElement, isOpen: false, names: "ReferenceID"),
        Row(
            "the session comes before what is mandatory", RawFrame(14, int(2, 7)), .outsideService, isOpen: false,
            echo: ErrorResponse.Echo(referenceID: reference)),
        Row(
            "a sound request before the session is open", RawFrame(149, soundAttributes), .outsideService,
            isOpen: false, echo: soundEcho),
        Row(
            "the lowest missing attribute is named", RawFrame(149, int(2, 7)), .missingElement, names: "ConnID",
            echo: ErrorResponse.Echo(referenceID: reference)),
        Row(
            "a missing attribute comes before a wrong type", RawFrame(149, int(2, 7), int(9, 5), string(20, "5001")),
            .missingElement, names: "PrivateMsgID", echo: ErrorResponse.Echo(referenceID: reference, thisDN: "5001")),
        Row(
            "RequestRegisterClient without ProtocolVersion", RawFrame(0, int(2, 7), string(64, "a")), .missingElement,
            isOpen: false, names: "ProtocolVersion", echo: ErrorResponse.Echo(referenceID: reference)),
        Row(
            "the lowest wrong type is named, and only right types are repeated",
            RawFrame(149, int(2, 7), string(105, "4013"), string(9, "5"), string(20, "5001"), int(17, 1)),
            .invalidAttribute, names: "ConnID", echo: ErrorResponse.Echo(referenceID: reference, thisDN: "5001")),
        Row(
            "a DN over its size is named and not repeated",
            RawFrame(149, int(2, 7), long(9, 5), string(20, longText), int(105, 4013)), .invalidAttribute,
            names: "ThisDN",
            echo: ErrorResponse.Echo(referenceID: reference, connID: ConnectionID(rawValue: 5), privateMsgID: 4013)),
        Row(
            "of a wrong type and a size the lower number is named",
            RawFrame(149, soundAttributes, int(53, 1), manyReasons), .invalidAttribute, names: "Reasons",
            echo: soundEcho
        ),
        Row(
            "an attribute that the request does not use has its type all the same",
            RawFrame(149, soundAttributes, int(64, 1)), .invalidAttribute, names: "ApplicationName", echo: soundEcho),
        Row(
            "an AgentID over its size", RawFrame(8, int(2, 7), string(20, "5001"), string(14, longText)),
            .invalidAttribute, names: "AgentID", echo: ErrorResponse.Echo(referenceID: reference, thisDN: "5001")),
        Row(
            "a DataKey over its size", RawFrame(33, soundAttributes, string(52, longText)), .invalidAttribute,
            names: "DataKey", echo: soundEcho),
        Row(
            "an ApplicationName over its size", RawFrame(0, int(2, 7), string(0, "1"), string(64, longText)),
            .invalidAttribute, isOpen: false, names: "ApplicationName", echo: ErrorResponse.Echo(referenceID: reference)
        ),
    ]

    @Test(arguments: rows)
    func `the first check that fails answers`(row: Row) throws {
        var decoder = RequestDecoder()
        let refusal = try #require(decoder.decode(row.frame, sessionIsOpen: row.isOpen).refusal)
        #expect(refusal.code == row.code)
        #expect(refusal.closes == row.closes)
        #expect(refusal.echo == row.echo)
        #expect(refusal.request == MessageNumber(ofFrame: row.frame.span))
        #expect(refusal.message.contains(row.names))
        #expect(refusal.message.hasSuffix("."))
    }

    @Test func `a request that the server does not serve gets 51 and repeats what can be read`() {
        var decoder = RequestDecoder()
        let frame = RawFrame(149, Self.soundAttributes).bytes
        let decoded = decoder.decode(frame.span, sessionIsOpen: true, serves: { $0 != .requestPrivateService })
        #expect(decoded.refusal?.code == .unsupportedOperation)
        #expect(decoded.refusal?.echo == Self.soundEcho)
    }

    @Test func `RequestRegisterClient is let through before the session is open`() {
        var decoder = RequestDecoder()
        let frame = RawFrame(0, int(2, 1), string(0, "1"), string(64, "a")).bytes
        #expect(decoder.decode(frame, sessionIsOpen: false).request?.message == .requestRegisterClient)
    }

    @Test func `sizes at their limits are let through`() throws {
        var decoder = RequestDecoder()
        let dn = String(repeating: "x", count: 255)
        let reasons = pair("r", String(repeating: "x", count: 4_088))
        try #require(reasons.count == 4_096)
        let frame = RawFrame(2, int(2, 1), string(20, dn), list(17, reasons)).bytes
        let request = try #require(decoder.decode(frame).request)
        #expect(request.thisDN.text == dn)
        #expect(request.reasons.packed == reasons)
    }

    @Test func `every mandatory attribute of every request is asked for, the lowest first`() throws {
        let mandatory: [(UInt16, [String])] = [
            (0, ["ProtocolVersion", "ApplicationName"]), (1, []), (2, ["ThisDN"]), (3, ["ThisDN"]), (4, ["ThisDN"]),
            (8, ["AgentID", "ThisDN"]), (9, ["ThisDN"]), (10, ["ThisDN"]), (11, ["ThisDN"]),
            (14, ["ThisDN", "OtherDN"]), (15, ["ThisDN", "OtherDN"]), (16, ["ConnID", "ThisDN"]),
            (17, ["ConnID", "ThisDN"]), (18, ["ConnID", "ThisDN"]), (19, ["ConnID", "ThisDN"]),
            (20, ["ConnID", "ThisDN", "OtherDN"]), (21, ["ConnID", "ConferenceConnID", "ThisDN"]),
            (22, ["ConnID", "ThisDN", "OtherDN"]), (23, ["ConnID", "ThisDN", "OtherDN"]),
            (24, ["ConnID", "ThisDN", "OtherDN"]), (25, ["ConnID", "ThisDN", "OtherDN"]),
            (26, ["ConnID", "TransferConnID", "ThisDN"]), (27, ["ConnID", "PreviousConnID", "ThisDN", "MergeType"]),
            (28, ["ConnID", "PreviousConnID", "ThisDN"]), (29, ["ConnID", "PreviousConnID", "ThisDN"]),
            (30, ["ConnID", "ThisDN", "UserData"]), (31, ["ConnID", "ThisDN", "UserData"]), (32, ["ConnID", "ThisDN"]),
            (33, ["ConnID", "ThisDN", "DataKey"]), (36, ["ConnID", "ThisDN", "OtherDN"]),
            (103, ["ConnID", "ThisDN", "OtherDN"]), (108, ["ConnID", "ThisDN"]), (110, ["ConnID", "ThisDN"]),
            (120, ["ConnID", "ThisDN", "OtherDN"]), (149, ["ConnID", "ThisDN", "PrivateMsgID"]),
        ]
        #expect(mandatory.count == Samples.operations.count)
        let values: [String: [UInt8]] = [
            "ProtocolVersion": string(0, "1"), "ApplicationName": string(64, "a"), "ThisDN": string(20, "1"),
            "AgentID": string(14, "1"), "OtherDN": string(24, "2"), "ConnID": long(9, 1),
            "ConferenceConnID": long(12, 2), "TransferConnID": long(11, 2), "PreviousConnID": long(10, 2),
            "MergeType": int(66, 0), "UserData": list(51, pair("a", "b")), "DataKey": string(52, "a"),
            "PrivateMsgID": int(105, 4013),
        ]
        var decoder = RequestDecoder()
        for (number, names) in mandatory {
            var frame = RawFrame(number, int(2, 1))
            for name in names {
                let refusal = try #require(decoder.decode(frame.bytes).refusal)
                #expect(refusal.code == .missingElement)
                #expect(refusal.message == "The request needs the attribute \(name).")
                frame.attributes += try #require(values[name])
            }
            #expect(decoder.decode(frame.bytes).request?.message.rawValue == number)
        }
    }
}
