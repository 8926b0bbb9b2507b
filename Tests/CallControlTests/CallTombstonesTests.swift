import TLibrary
import Testing

@testable import CallControl

struct CallTombstonesTests {
    private func call(_ number: UInt64) -> ConnectionID { ConnectionID(rawValue: number) }

    @Test func `an ended call is known for five seconds`() {
        var tombstones = CallTombstones(limit: 10)
        #expect(tombstones.add(call(1), at: .zero) == 0)
        #expect(tombstones.contains(call(1)) && !tombstones.contains(call(2)))
        #expect(tombstones.add(call(2), at: .seconds(5)) == 0)
        #expect(tombstones.contains(call(1)))
        #expect(tombstones.add(call(3), at: .seconds(5) + .milliseconds(1)) == 0)
        #expect(!tombstones.contains(call(1)) && tombstones.contains(call(2)))
    }

    @Test func `at the limit the oldest is evicted, and the eviction counted`() {
        var tombstones = CallTombstones(limit: 3)
        for number in 1...3 as ClosedRange<UInt64> { #expect(tombstones.add(call(number), at: .zero) == 0) }
        #expect(!tombstones.isCrowded)
        #expect(tombstones.add(call(4), at: .seconds(1)) == 1)
        #expect(tombstones.isCrowded && !tombstones.contains(call(1)) && tombstones.contains(call(4)))
        #expect(tombstones.add(call(5), at: .seconds(7)) == 0)
        #expect(!tombstones.isCrowded)
    }
}
