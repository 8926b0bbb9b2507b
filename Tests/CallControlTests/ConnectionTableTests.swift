import TLibrary
import Testing

@testable import CallControl

struct ConnectionTableTests {
    /// Draws operations on a table and on a dictionary, with keys of the kinds that an engine assigns, and compares them.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `behaves like a dictionary`(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var table = ConnectionTable<Int>()
        var model: [ConnectionID: Int] = [:]
        let step = UInt64.random(in: 1...64, using: &random)
        let first = UInt64.random(in: 1...1 << 60, using: &random)
        for turn in 0..<2_000 {
            let isExternal = UInt64.random(in: 0..<4, using: &random) == 0
            let number = UInt64.random(in: 0..<300, using: &random)
            let key = ConnectionID(rawValue: isExternal ? (first | 1 << 63) + number : first + number * step)
            // It fills in the first half, and empties in the second.
            if UInt64.random(in: 0..<1_000, using: &random) < (turn < 1_000 ? 700 : 300) {
                table.insert(turn, for: key)
                model[key] = turn
            } else {
                table.remove(key)
                model[key] = nil
            }
            #expect(table.count == model.count)
            #expect(table[key] == model[key])
        }
        #expect(table.sortedKeys.map(\.rawValue) == model.keys.map(\.rawValue).sorted())
        for (key, element) in model { #expect(table[key] == element) }
        #expect(table.count { $0 % 2 == 0 } == model.values.count { $0 % 2 == 0 })
    }

    @Test func `gives memory back after a peak`() {
        var table = ConnectionTable<Int>()
        for number in 1...100_000 { table.insert(number, for: ConnectionID(rawValue: UInt64(number))) }
        #expect(table.capacity >= 100_000)
        for number in 1...100_000 { table.remove(ConnectionID(rawValue: UInt64(number))) }
        #expect(table.count == 0 && table.capacity == 16)
    }

    @Test func `has nothing for a ConnID that is none`() {
        var table = ConnectionTable<Int>()
        table.insert(1, for: ConnectionID(rawValue: 7))
        #expect(table[.none] == nil)
        table.remove(.none)
        #expect(table.count == 1)
    }
}

private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
