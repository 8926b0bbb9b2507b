import Testing

@testable import CallControl

struct SortedIDSetTests {
    @Test func `numbers that come and go are listed in order, page by page`() {
        var chance = SplitMix(seed: 9)
        var keys = SortedIDSet()
        var expected: Set<UInt64> = []
        for round in 0..<20_000 {
            // Mostly rising, as ConnIDs are given; sometimes any.
            let key = round % 5 == 0 ? UInt64(chance.below(40_000)) : UInt64(round * 2)
            if chance.below(3) == 0, let gone = expected.randomElement(using: &chance) {
                keys.remove(gone)
                expected.remove(gone)
            } else {
                keys.insert(key)
                expected.insert(key)
            }
        }
        var listed: [UInt64] = []
        while true {
            let page = keys.first(1 + chance.below(700), after: listed.last)
            if page.isEmpty { break }
            listed += page
        }
        #expect(listed == expected.sorted())
        #expect(keys.first(3, after: 17) == expected.filter { $0 > 17 }.sorted().prefix(3).map { $0 })
        for key in expected.shuffled(using: &chance) { keys.remove(key) }
        keys.remove(1)
        #expect(keys.isEmpty && keys.first(5, after: nil).isEmpty && keys.first(5, after: 7).isEmpty)
    }
}
