import CallModel
import TLibrary

/// A registration or a query of a DN while it is under way: which shards have told their calls, which calls have still
/// to be described, and the part of the answer that is being made.
struct SnapshotQuery: Sendable {
    enum Kind: Sendable {
        case registration(RegisterMode, wantsCalls: Bool)
        case query(AddressInfoType)
    }

    let request: Request
    let index: Directory.Index
    let kind: Kind
    /// Parts that have been written.
    private(set) var parts = 0
    /// Whether a shard has been asked to describe calls and has not answered.
    private(set) var isAsking = false
    private var silent: Set<Int>
    private var status = AddressStatus.idle
    private var rest: [(shard: Int, calls: [ConnectionID])] = []
    private var pairs = KeyValueList()
    private var isFull = false

    init(_ request: Request, on index: Directory.Index, kind: Kind, shards: Int) {
        self.request = request
        self.index = index
        self.kind = kind
        silent = Set(0..<shards)
    }

    /// Whether all shards have told what they have.
    var isComplete: Bool { silent.isEmpty }

    /// Whether every call has been described, or none is to be.
    var isDone: Bool { rest.isEmpty }

    var isPartEmpty: Bool { pairs.isEmpty }

    private var wantsCalls: Bool {
        switch kind {
        case .registration(_, let wantsCalls): wantsCalls
        case .query(let type): type == .callsQuery
        }
    }

    private var isForRegistration: Bool {
        switch kind {
        case .registration: true
        case .query: false
        }
    }

    mutating func take(_ census: CallListing, _ status: AddressStatus) {
        silent.remove(census.origin)
        if wantsCalls, !census.calls.isEmpty { rest.append((census.origin, census.calls)) }
        let order: [AddressStatus] = [.idle, .dialing, .ringing, .held, .talking]
        let rank = { order.firstIndex(of: $0) ?? 0 }
        if rank(status) > rank(self.status) { self.status = status }
        if isComplete { rest.sort { $0.shard < $1.shard } }
    }

    /// What is to be asked next, and of which shard, unless the part under way has no room for more.
    func nextOrder(of client: ClientID, room: Int) -> (shard: Int, order: SnapshotPageRequest)? {
        guard !isAsking, !isFull, let next = rest.first else { return nil }
        return (
            next.shard,
            SnapshotPageRequest(
                client: client, index: index, calls: Array(next.calls.prefix(256)), room: room - pairs.packed.count,
                isWholePart: pairs.isEmpty, isForRegistration: isForRegistration)
        )
    }

    mutating func send(_ order: (shard: Int, order: SnapshotPageRequest)) -> (shard: Int, order: SnapshotPageRequest) {
        isAsking = true
        return order
    }

    mutating func take(_ part: SnapshotPage) {
        isAsking = false
        pairs.append(contentsOf: part.pairs)
        let count = part.described.count
        rest[0].calls.removeFirst(count)
        if rest[0].calls.isEmpty { rest.removeFirst() }
        // One call always fits into an empty part, by the bound between the limits of a frame and of user data.
        if !part.rest.isEmpty { isFull = !pairs.isEmpty }
    }

    /// The part that is to be written now.
    mutating func takePart(goesOn: Bool) -> AddressAnswer {
        var answer = AddressAnswer(request: request, goesOn: goesOn, isFirst: parts == 0)
        if wantsCalls { answer.calls = pairs }
        if case .query(let type) = kind { answer.info = (type, type == .addressStatus ? status : .idle) }
        pairs = KeyValueList()
        isFull = false
        parts += 1
        return answer
    }
}
