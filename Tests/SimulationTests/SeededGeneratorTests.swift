import CallControlTesting
import Testing

struct SeededGeneratorTests {
    @Test func `a seed gives its numbers again`() {
        var one = SeededGenerator(seed: 7)
        var other = SeededGenerator(seed: 7)
        for _ in 0..<100 { #expect(one.next() == other.next()) }
    }

    @Test func `a draw reaches both ends of its range and nothing beyond`() {
        var seed = SeededGenerator(seed: 1)
        let drawn = Set((0..<1_000).map { _ in seed.draw(3...9) })
        #expect(drawn == Set(3...9))
    }

    @Test func `the reference numbers of SplitMix64 come out`() {
        var seed = SeededGenerator(seed: 1_234_567)
        #expect(seed.next() == 6_457_827_717_110_365_317)
        #expect(seed.next() == 3_203_168_211_198_807_973)
    }
}
