import TLibrary
import Testing

struct AttributeTableTests {
    @Test func `a table answers by number and type`() throws {
        let frame = RawFrame(
            1, int(2, -7), long(9, .max), string(20, "5001"), string(24, "ü", type: 4), sized(77, type: 2, [1, 2]),
            list(53, pair("a", "b")), int(86, -1)
        ).bytes
        var table = AttributeTable()
        try table.read(frame.span)
        let bytes = frame.span
        #expect(table.integer(.referenceID, in: bytes) == -7)
        #expect(table.unsigned(.timeInSecs, in: bytes) == .max)
        #expect(table.long(.connID, in: bytes) == .max)
        #expect(table.connection(.connID, in: bytes) == ConnectionID(rawValue: .max))
        #expect(table.string(.thisDN, in: bytes) == "5001")
        #expect(table.directoryNumber(.otherDN, in: bytes) == "ü")
        #expect(table.binary(AttributeNumber(rawValue: 77), in: bytes) == [1, 2])
        #expect(table.list(.extensions, in: bytes) == ["a": "b"])
        #expect(table.enumeration(.referenceID, in: bytes) == CallType(rawValue: -7))
    }

    @Test func `a table has no answer for another type, or for what is not there`() throws {
        let frame = RawFrame(1, int(2, 1), string(20, "5001"), int(300, 1)).bytes
        var table = AttributeTable()
        try table.read(frame.span)
        let bytes = frame.span
        let isThere = [
            table.contains(.thisDN), table.contains(.otherDN), table.contains(AttributeNumber(rawValue: 300)),
        ]
        #expect(isThere == [true, false, false])
        #expect(table.integer(.thisDN, in: bytes) == nil)
        #expect(table.string(.referenceID, in: bytes) == nil)
        #expect(table.list(.thisDN, in: bytes) == nil)
        #expect(table.long(.referenceID, in: bytes) == nil)
        #expect(table.binary(.thisDN, in: bytes) == nil)
        #expect(table.integer(AttributeNumber(rawValue: 300), in: bytes) == nil)
    }
}
