import CallModel
import TLibrary

/// Who hears of one DN: the sessions of this shard that are registered on it, and how many there are on the others.
struct SubscriptionList: Sendable {
    /// This shard's calls with a party on the DN.
    var calls: Set<ConnectionID> = []
    var subscribers: [Subscriber] = [] {
        didSet { following.isKnown = false }
    }
    /// How the sessions of this shard come by the DN's next event.
    var following = FanOutCache()
    /// Registered sessions by shard; empty until there is one.
    private var counts: [Int32] = []
    private(set) var hasOtherShards = false

    /// Whether anybody would hear an event of this DN.
    @inline(__always)
    var isInterested: Bool { !counts.isEmpty }

    /// Set order differs from run to run; what leaves the engine must not.
    var sortedCalls: [ConnectionID] { calls.sorted { $0.rawValue < $1.rawValue } }

    func sessions(on shard: Int) -> Int32 {
        shard < counts.count ? counts[shard] : 0
    }

    mutating func add(sessionOf shard: Int, of shardCount: Int) {
        if counts.isEmpty { counts = Array(repeating: 0, count: shardCount) }
        counts[shard] += 1
        hasOtherShards = counts.count > 1
    }

    mutating func remove(sessionOf shard: Int) {
        guard shard < counts.count else { return }
        counts[shard] -= 1
        if counts.allSatisfy({ $0 == 0 }) {
            counts = []
            hasOtherShards = false
        }
    }

    mutating func remove(_ client: ClientID) {
        subscribers.removeAll { $0.outbox.client == client }
    }

    // MARK: - Snapshots

    mutating func begin(_ census: CallListing, for outbox: OutboundQueue) {
        if let place = subscribers.firstIndex(where: { $0.outbox.client == outbox.client }) {
            subscribers[place].begin(census)
        } else {
            var subscriber = Subscriber(outbox: outbox)
            subscriber.isNew = true
            subscriber.begin(census)
            subscribers.append(subscriber)
        }
    }

    mutating func hold(_ part: SnapshotPage) {
        guard let place = subscribers.firstIndex(where: { $0.outbox.client == part.client }) else { return }
        subscribers[place].hold(part)
    }

    func holds(_ connection: ConnectionID, _ kind: DeferredEvent.Kind, for client: ClientID) -> Bool {
        subscribers.first { $0.outbox.client == client }?.holds(connection, kind) == true
    }

    /// `false`: more is held than a backlog may have.
    mutating func hold(_ event: DeferredEvent, for client: ClientID, upTo limit: Int) -> Bool {
        guard let place = subscribers.firstIndex(where: { $0.outbox.client == client }) else {
            preconditionFailure("Events are held for who registers the DN only.")
        }
        return subscribers[place].hold(event, upTo: limit)
    }

    mutating func letGo(_ written: SnapshotPageSent) -> [DeferredEvent] {
        guard let place = subscribers.firstIndex(where: { $0.outbox.client == written.client }) else { return [] }
        return subscribers[place].letGo(isLast: written.isLast)
    }
}

/// How the sessions of a shard come by what happens on a DN: most follow its page.
struct FanOutCache: Sendable {
    var page = FanOutBuffers.FanOutBuffer()
    /// The places of those subscribers who do not follow the page.
    var apart: [Int] = []
    /// Whether `apart` is right, as long as nobody leaves the page.
    var isKnown = false
}

/// What waits for a snapshot to go out before it.
struct DeferredEvent: Sendable {
    enum Kind: Sendable {
        /// `answers`: the request that this session's copy answers.
        case event(answers: ReferenceID?)
        /// For this session alone.
        case reply(isFirst: Bool)

        /// Whether it tells what came of a request that was answered before.
        var isOutcome: Bool {
            switch self {
            case .event, .reply(isFirst: true): false
            case .reply(isFirst: false): true
            }
        }
    }

    var event: SharedFrame
    var connection: ConnectionID
    var kind: Kind
}

/// A session registered on a DN, and how far its snapshot has come.
///
/// Until a call's snapshot has gone out, its events are not sent for this registration; then they follow with no gap and
/// no overlap (WireFormat, "Snapshots").
struct Subscriber: Sendable {
    let outbox: OutboundQueue
    /// It was not registered before the snapshot under way, and no part of that has gone out.
    var isNew = false
    /// It was registered before the snapshot under way: events of calls that are still to be described come by that
    /// registration, for one that ends before it is described is in no snapshot.
    private var wasThere = false
    private var snapshot: Snapshot?

    private struct Snapshot: Sendable {
        /// Shards that have told their calls: from there on, their events count.
        var told: Set<Int> = []
        /// Calls that have still to be described.
        var pending: Set<ConnectionID> = []
        /// Whether a part is being made: its events wait behind it.
        var isHolding = true
        var held: [DeferredEvent] = []
        var heldBytes = 0
        /// The calls of which something is held.
        var heldCalls: Set<ConnectionID> = []
        /// What is held once its call is described.
        var outcomes: [DeferredEvent] = []

        mutating func hold(_ event: DeferredEvent) {
            guard !pending.contains(event.connection) else { return outcomes.append(event) }
            held.append(event)
            heldCalls.insert(event.connection)
        }
    }

    enum DeliveryGate: Sendable {
        case open, held, none
    }

    init(outbox: OutboundQueue) {
        self.outbox = outbox
    }

    /// Whether all events reach it, from wherever they come.
    var isThrough: Bool { snapshot == nil }

    func passage(of connection: ConnectionID, from origin: Int) -> DeliveryGate {
        guard let snapshot else { return .open }
        guard snapshot.told.contains(origin) else { return isNew ? .none : .open }
        guard !snapshot.pending.contains(connection) else { return wasThere ? .open : .none }
        return snapshot.isHolding ? .held : .open
    }

    /// `false`: more is held than a backlog may have.
    mutating func hold(_ event: DeferredEvent, upTo limit: Int) -> Bool {
        guard var snapshot else { preconditionFailure("Events are held for a snapshot under way only.") }
        self.snapshot = nil
        snapshot.hold(event)
        snapshot.heldBytes += event.event.bytes.count + ConflatingQueue.placeCost
        self.snapshot = snapshot
        return snapshot.heldBytes <= limit
    }

    /// Whether this has to wait: behind what is held of its call, or, where it tells what came of a request, behind the
    /// call's snapshot, which shows that.
    func holds(_ connection: ConnectionID, _ kind: DeferredEvent.Kind) -> Bool {
        guard let snapshot else { return false }
        return snapshot.heldCalls.contains(connection) || kind.isOutcome && snapshot.pending.contains(connection)
    }

    mutating func begin(_ census: CallListing) {
        if snapshot == nil { wasThere = !isNew }
        var snapshot = snapshot ?? Snapshot()
        snapshot.told.insert(census.origin)
        snapshot.pending.formUnion(census.calls)
        self.snapshot = snapshot
    }

    mutating func hold(_ part: SnapshotPage) {
        guard var snapshot else { return }
        self.snapshot = nil
        snapshot.pending.subtract(part.described)
        snapshot.isHolding = true
        if !snapshot.outcomes.isEmpty {
            var outcomes: [DeferredEvent] = []
            swap(&outcomes, &snapshot.outcomes)
            for outcome in outcomes { snapshot.hold(outcome) }
        }
        self.snapshot = snapshot
    }

    mutating func letGo(isLast: Bool) -> [DeferredEvent] {
        let held = snapshot?.held ?? []
        isNew = false
        if isLast {
            snapshot = nil
        } else {
            snapshot?.isHolding = false
            snapshot?.held = []
            snapshot?.heldBytes = 0
            snapshot?.heldCalls = []
        }
        return held
    }
}

/// A part of a snapshot that has gone to the outbox.
struct SnapshotPageSent: Sendable {
    var client: ClientID
    var index: Directory.Index
    var isLast: Bool
}
