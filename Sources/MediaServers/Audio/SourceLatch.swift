/// Where a side's audio comes from. Others are not heard for as long as it speaks, so that a stray stream does not mix
/// with it.
///
/// Pure. Times never fall.
struct SourceLatch<Address: Equatable> {
    private static var hold: Duration { .seconds(1) }

    private var source: (address: Address, heard: Duration)?

    func admits(_ address: Address, now: Duration) -> Bool {
        guard let source else { return true }
        return source.address == address || now - source.heard >= Self.hold
    }

    /// Audio came from there.
    mutating func hear(_ address: Address, now: Duration) {
        source = (address, now)
    }
}
