/// Where a side's audio comes from. Others are not heard until it has been silent for so long, so that a stray stream does
/// not mix with it.
///
/// Pure. Times never fall.
struct SourceLock<Address: Equatable> {
    /// How long after a release the last packets of the source before it may still arrive.
    private static var lateness: Duration { .seconds(2) }

    let silence: Duration

    private var source: (address: Address, heard: Duration)?
    /// Somebody else speaks since, and only the source from before has been heard.
    private var isReleased = false
    /// When that source counts as the new one: both speakers have the same address, as behind a border controller.
    private var keptFrom: Duration?

    init(silence: Duration) {
        self.silence = silence
    }

    func admits(_ address: Address, now: Duration) -> Bool {
        guard let source else { return true }
        return isReleased || source.address == address || now - source.heard >= silence
    }

    /// Audio came from there. Says whether it is another source than before.
    mutating func hear(_ address: Address, now: Duration) -> Bool {
        defer { source = (address, now) }
        guard let source else { return false }
        if source.address != address {
            keep()
            return true
        }
        if isReleased {
            keptFrom = keptFrom ?? now + Self.lateness
            if let keptFrom, now >= keptFrom { keep() }
        }
        return false
    }

    /// Somebody else speaks: the next source is taken, whichever it is. Late packets of the one before do not hold it.
    mutating func release() {
        isReleased = source != nil
        keptFrom = nil
    }

    private mutating func keep() {
        isReleased = false
        keptFrom = nil
    }
}
