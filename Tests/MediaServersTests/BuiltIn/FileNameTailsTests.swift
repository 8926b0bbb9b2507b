import Testing

@testable import MediaServers

@Suite struct FileNameTailsTests {
    @Test func `A name is tried as it is and then with tails`() throws {
        let names = try #require(FileNameTails(proposed: "call-7"))
        #expect((1...3).map { names[$0] } == ["call-7", "call-7_2", "call-7_3"])
    }

    @Test(arguments: [1, 2, 3, 4, 7, 100, 5_000, 9_999, 10_000, 1_234_567])
    func `The first free name is found in a few looks`(taken: Int) throws {
        let names = try #require(FileNameTails(proposed: "call"))
        var looks = 0
        let free = names.free(after: 1) { name in
            looks += 1
            return (Int(name.dropFirst(5)) ?? 1) <= taken
        }
        #expect(free == taken + 1 && looks < 50)
    }

    @Test func `Where all names are taken there is none`() throws {
        let names = try #require(FileNameTails(proposed: "call"))
        #expect(names.free(after: 1) { _ in true } == nil)
        #expect(names.free(after: 1) { $0 != "call_\(FileNameTails.last)" } == FileNameTails.last)
    }

    @Test func `Where names are taken with gaps some free one is found`() throws {
        let names = try #require(FileNameTails(proposed: "call"))
        for _ in 0..<100 {
            let taken = Set((0..<200).map { _ in Int.random(in: 1...400) } + [1])
            let free = try #require(names.free(after: 1) { taken.contains(Int($0.dropFirst(5)) ?? 1) })
            #expect(!taken.contains(free))
        }
    }

    @Test func `A tail counts within the 200 bytes`() throws {
        let names = try #require(FileNameTails(proposed: String(repeating: "x", count: 200)))
        for number in 1...12 {
            #expect(names[number].utf8.count == 200)
        }
        #expect(Set((1...12).map { names[$0] }).count == 12)
    }

    @Test(arguments: ["", ".hidden", "../up", "a/b", "a\u{0}b", "ä", "a b"])
    func `A name that leads elsewhere is none`(name: String) {
        #expect(FileNameTails(proposed: name) == nil)
    }
}
