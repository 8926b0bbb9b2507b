import TLibrary
import Testing

struct KeyValueListTests {
    @Test func `a list is kept as it lies on the wire`() {
        let list: KeyValueList = ["a": "b", "n": -1, "l": ["x": .unicode("y")], "bin": .binary([7])]
        let expected =
            pair("a", "b") + pair("n", type: 1, [255, 255, 255, 255])
            + pair("l", type: 3, [0, 0, 0, 9] + pair("x", type: 4, [0, 0, 0, 1, 121]))
            + pair("bin", type: 2, [0, 0, 0, 1, 7])
        #expect(list.packed == expected)
        #expect((try? KeyValueList.validated(expected)) == list)
        #expect(list.count == 4)
    }

    @Test func `a list is read in order, with keys that stand twice`() {
        let list: KeyValueList = ["a": "1", "b": 2, "a": ["c": "3"]]
        #expect(list.map(\.key) == ["a", "b", "a"])
        #expect(list.map(\.value) == ["1", 2, ["c": "3"]])
        #expect(list.first("a") == "1")
        #expect(list.first("b")?.integer == 2)
        #expect(list.first("c") == nil)
        #expect(KeyValueList(list.map { ($0.key, $0.value) }) == list)
    }

    @Test func `keys are looked up by bytes, or without regard to ASCII case`() {
        let list: KeyValueList = ["caf\u{E9}": 1, "Record": "source", "É": 2]
        #expect(list.first("cafe\u{301}") == nil)
        #expect(list.first("record") == nil)
        #expect(list.firstIgnoringCase("RECORD")?.text == "source")
        #expect(list.hasKey(ignoringCase: "rEcOrD"))
        #expect(!list.hasKey(ignoringCase: "é"))
        #expect(!list.hasKey(ignoringCase: "recor"))
        let neighbours: KeyValueList = ["@": 1, "[": 1]
        #expect(!neighbours.hasKey(ignoringCase: "`") && !neighbours.hasKey(ignoringCase: "{"))
    }

    @Test func `attaching appends, also what is there already`() {
        var list: KeyValueList = ["a": "1"]
        list.append(contentsOf: ["a": "2", "b": "3"])
        list.append("b", 4)
        #expect(list == ["a": "1", "a": "2", "b": "3", "b": 4])
    }

    @Test func `deleting removes every pair of the key and says how many`() {
        var list: KeyValueList = ["a": "1", "b": "2", "a": "3", "c": 4]
        let copy = list
        #expect(list.removeAll("a") == 2)
        #expect(list == ["b": "2", "c": 4])
        #expect(list.removeAll("a") == 0)
        #expect(list.removeAll("B") == 0)
        #expect(list.removeAll("b") == 1)
        #expect(list.removeAll("c") == 1)
        #expect(list.isEmpty)
        #expect(copy == ["a": "1", "b": "2", "a": "3", "c": 4])
    }

    @Test func `deleting all leaves what is to be kept`() {
        var list: KeyValueList = ["a": "1", "GSIP_RECORD": "On", "b": ["GSIP_RECORD": "no"], "GSIP_REC_FN": "f"]
        list.removeAll(except: { $0.hasPrefix("GSIP_") })
        #expect(list == ["GSIP_RECORD": "On", "GSIP_REC_FN": "f"])
        list.removeAll(except: { _ in false })
        #expect(list == [:])
    }

    @Test func `an update replaces in place, removes further pairs, and appends what is new`() {
        var list: KeyValueList = ["a": "1", "b": "2", "a": "3", "c": 4]
        list.update(with: ["x": "new", "a": ["deep": 1], "y": "newer"])
        #expect(list == ["a": ["deep": 1], "b": "2", "c": 4, "x": "new", "y": "newer"])
        list.update(with: [:])
        #expect(list.count == 5)
    }

    @Test func `of a key that stands twice in an update the last pair counts`() {
        var list: KeyValueList = ["a": "1", "b": "2"]
        list.update(with: ["b": "3", "n": "4", "b": "5", "m": 0, "n": "6"])
        #expect(list == ["a": "1", "b": "5", "n": "6", "m": 0])
    }

    @Test func `an update does what its pairs would do one after another`() {
        var generator = SeededGenerator(seed: 17)
        for _ in 0..<2_000 {
            let list = Self.random(&generator)
            let update = Self.random(&generator)
            var expected = list.map { ($0.key, $0.value) }
            for pair in update {
                let first = expected.firstIndex { $0.0 == pair.key }
                expected = expected.enumerated().filter { $0.offset == first || $0.element.0 != pair.key }
                    .map(\.element)
                if let first { expected[first].1 = pair.value } else { expected.append((pair.key, pair.value)) }
            }
            var result = list
            result.update(with: update)
            #expect(result == KeyValueList(expected))
        }
    }

    @Test func `setting a text replaces its pair in place, whatever it was`() {
        var list: KeyValueList = ["a": "1", "k": "old", "b": 2, "k": "again"]
        list.set("k", "Paused")
        #expect(list == ["a": "1", "k": "Paused", "b": 2])
        list.set("k", "")
        #expect(list == ["a": "1", "k": "", "b": 2])
        list.set("b", "text")
        #expect(list == ["a": "1", "k": "", "b": "text"])
        list.set("new", "On")
        #expect(list == ["a": "1", "k": "", "b": "text", "new": "On"])
        var unicode: KeyValueList = ["k": .unicode("x")]
        unicode.set("k", "y")
        #expect(unicode == ["k": "y"])
    }

    @Test func `setting a text takes no more room than the list has`() {
        var list: KeyValueList = ["GSIP_RECORD": "Paused", "GSIP_REC_FN": "name"]
        let room = list.packed.capacity
        for _ in 0..<10 {
            list.set("GSIP_RECORD", "On")
            list.set("GSIP_RECORD", "Paused")
        }
        #expect(list.packed.capacity == room)
        #expect(list == ["GSIP_RECORD": "Paused", "GSIP_REC_FN": "name"])
    }

    @Test func `lists are taken from bytes as deep as they may nest`() throws {
        #expect(throws: Never.self) { try KeyValueList.validated(nested(11)) }
        #expect(throws: WireError.self) { try KeyValueList.validated(nested(12)) }
        #expect(throws: Never.self) { try KeyValueList.validated(nested(15), maximumDepth: 16) }
        #expect(throws: WireError.self) { try KeyValueList.validated(nested(16), maximumDepth: 16) }
        #expect(throws: WireError.self) { try KeyValueList.validated([0, 1, 107]) }
        #expect(try KeyValueList.validated([]).isEmpty)
    }

    @Test func `a key without bytes is our own fault`() async {
        await #expect(processExitsWith: .failure) {
            var list = KeyValueList()
            list.append("", 1)
        }
    }

    private static func random(_ generator: inout SeededGenerator) -> KeyValueList {
        let keys = ["a", "b", "c", "ab", "longer"]
        var list = KeyValueList()
        for _ in 0..<Int.random(in: 0...8, using: &generator) {
            let value: KeyValue =
                Bool.random(using: &generator)
                ? .integer(.random(in: 0...9, using: &generator))
                : .string(String(repeating: "v", count: Int.random(in: 0...3, using: &generator)))
            list.append(keys.randomElement(using: &generator) ?? "a", value)
        }
        return list
    }
}
