/// Where a side's audio comes from. Others are not heard until it has been silent for so long, so that a stray stream does
/// not mix with it.
///
/// Pure. Times never fall.
struct SourceLatch<Address: Equatable> {
    let silence: Duration

    private var source: (address: Address, heard: Duration)?

    init(silence: Duration) {
        self.silence = silence
    }

    func admits(_ address: Address, now: Duration) -> Bool {
        guard let source else { return true }
        return source.address == address || now - source.heard >= silence
    }

    /// Audio came from there. Says whether it is another source than before.
    mutating func hear(_ address: Address, now: Duration) -> Bool {
        defer { source = (address, now) }
        return source.map { $0.address != address } ?? false
    }

    /// Somebody else speaks: the next source is taken, whichever it is.
    mutating func release() {
        source?.heard = .zero - .seconds(1_000_000_000)
    }
}
