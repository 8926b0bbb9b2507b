import CallModel
import Testing

@testable import MediaServers

@Suite struct AudioWatchTests {
    private var watch = AudioWatch(proof: .seconds(5), since: .seconds(100))

    private mutating func look(_ anchor: Int?, _ other: Int?, at now: Int) -> MediaSides? {
        watch.look(
            anchor: anchor.map { .seconds($0) }, other: other.map { .seconds($0) }, now: .seconds(now))
    }

    @Test mutating func `A side from which nothing ever came is missed after the time`() {
        #expect(look(nil, 104, at: 104) == nil)
        #expect(look(nil, 105, at: 105) == .anchor)
        #expect(look(105, 105, at: 106) == [])
        #expect(look(105, 105, at: 107) == nil)
    }

    @Test mutating func `Audio that ends is missed, on each side for itself`() {
        #expect(look(110, 110, at: 110) == nil)
        #expect(look(110, 114, at: 115) == .anchor)
        #expect(look(110, 114, at: 119) == .both)
        #expect(look(110, 120, at: 120) == .anchor)
        #expect(look(121, 120, at: 121) == [])
    }

    @Test mutating func `What stays away is told again and again`() {
        #expect(look(nil, nil, at: 105) == .both)
        #expect(look(nil, nil, at: 105) == nil)
        for now in 106...120 { #expect(look(nil, nil, at: now) == .both) }
    }

    @Test mutating func `After a pause the time begins anew`() {
        #expect(look(101, 101, at: 106) == .both)
        watch.begin(at: .seconds(110))
        #expect(look(101, 101, at: 114) == nil)
        #expect(look(101, 112, at: 115) == .anchor)
    }

    @Test mutating func `Without a time nothing is missed`() {
        watch = AudioWatch(proof: .zero, since: .zero)
        #expect(look(nil, nil, at: 1_000) == nil)
    }
}
