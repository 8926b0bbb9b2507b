import Testing

@testable import MediaServers

@Suite struct `The source of a side` {
    private var lock = SourceLock<String>(silence: .seconds(30))

    /// Whether a packet from there is heard, so many milliseconds after the beginning.
    private mutating func hears(_ address: String, at time: Int) -> Bool {
        guard lock.admits(address, now: .milliseconds(time)) else { return false }
        _ = lock.hear(address, now: .milliseconds(time))
        return true
    }

    @Test mutating func `is the first that is heard, until it has been silent`() {
        #expect(hears("a", at: 0))
        #expect(!hears("b", at: 29_000))
        #expect(hears("b", at: 30_000))
        #expect(!hears("a", at: 30_020))
    }

    @Test mutating func `is the next one where somebody else speaks, whatever of the last one comes late`() {
        #expect(hears("a", at: 0))
        lock.release()
        #expect(hears("a", at: 20), "late, or the next speaker behind the same address")
        #expect(hears("b", at: 40))
        #expect(!hears("a", at: 60))
        #expect(hears("b", at: 80))
    }

    @Test mutating func `stays where the next speaker has the same address`() {
        #expect(hears("a", at: 0))
        lock.release()
        for time in stride(from: 20, through: 2_020, by: 20) { #expect(hears("a", at: time)) }
        #expect(!hears("b", at: 2_040))
    }

    @Test mutating func `is another one from the first packet on`() {
        lock.release()
        #expect(hears("a", at: 0))
        #expect(!hears("b", at: 20))
    }
}
