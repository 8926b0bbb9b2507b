import TLibrary
import Testing

struct IdentifierTests {
    @Test func `a ConnectionID is printed as 16 lower-case hex digits`() {
        #expect(ConnectionID(rawValue: 0x0071_022e_c8ac_8056).description == "0071022ec8ac8056")
        #expect(ConnectionID.none.description == "0000000000000000")
        #expect(ConnectionID(rawValue: .max).description == "ffffffffffffffff")
    }

    @Test(arguments: ["0071022ec8ac8056", "71022ec8ac8056", "71022EC8AC8056"])
    func `a ConnectionID is read with or without leading zeros and in either case`(text: String) {
        #expect(ConnectionID(hex: text) == ConnectionID(rawValue: 0x0071_022e_c8ac_8056))
    }

    @Test(arguments: ["", "0071022ec8ac80560", "+1", "-1", "0x1", "12 ", "g", "１"])
    func `a ConnectionID is not read from anything but 1 to 16 hex digits`(text: String) {
        #expect(ConnectionID(hex: text) == nil)
    }

    @Test func `DNs are equal if their bytes are equal`() {
        let composed = DirectoryNumber("caf\u{E9}")
        let decomposed = DirectoryNumber("cafe\u{301}")
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(composed == DirectoryNumber("caf\u{E9}"))
        #expect(composed.hashValue == DirectoryNumber("caf\u{E9}").hashValue)
        #expect(DirectoryNumber("5001") != "5002")
        #expect(DirectoryNumber("5001") != "500")
        #expect(Set<DirectoryNumber>([composed, decomposed, "5001", "5001"]).count == 3)
    }

    @Test func `DNs are ordered by their bytes`() {
        let dns: [DirectoryNumber] = ["9", "10", "trunk-1", "", "1000000000000000000"]
        #expect(dns.sorted() == ["", "10", "1000000000000000000", "9", "trunk-1"])
    }

    @Test func `a ReferenceID is valid from 1 on`() {
        #expect(!ReferenceID.none.isValid)
        #expect(!ReferenceID(rawValue: -1).isValid)
        #expect(ReferenceID(rawValue: 1).isValid)
        #expect(ReferenceID(rawValue: .max).isValid)
    }
}
