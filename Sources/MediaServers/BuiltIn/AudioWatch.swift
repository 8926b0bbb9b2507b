import CallModel

/// Notices the sides of a recording from which no audio arrives (option `media-proof`).
///
/// Pure. Times are those of the shard's clock.
struct AudioWatch {
    /// What stays away is told again so often.
    private static let interval = Duration.seconds(1)

    /// How long audio may stay away; zero: for ever.
    let proof: Duration
    /// Before it nothing is missed: the start, or the last resume.
    private var since: Duration
    private var missing: MediaSides = []
    private var told = Duration.zero

    init(proof: Duration, since: Duration) {
        self.proof = proof
        self.since = since
    }

    /// A pause has ended: nothing was missed in it.
    mutating func begin(at now: Duration) {
        since = now
        missing = []
    }

    /// What there is to tell of the sides, of which each was heard last at these times; `nil`: nothing new.
    mutating func look(anchor: Duration?, other: Duration?, now: Duration) -> MediaSides? {
        guard proof > .zero else { return nil }
        var missing: MediaSides = []
        if now - max(anchor ?? since, since) >= proof { missing.insert(.anchor) }
        if now - max(other ?? since, since) >= proof { missing.insert(.other) }
        let isNews = missing != self.missing
        guard isNews || !missing.isEmpty && now - told >= min(proof, Self.interval) else { return nil }
        self.missing = missing
        told = now
        return missing
    }
}
