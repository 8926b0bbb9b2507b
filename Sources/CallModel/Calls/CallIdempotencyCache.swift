import TLibrary

/// The requests of a call that may be asked again, with their answers (WireFormat, "Idempotent retries").
struct CallIdempotencyCache: Sendable {
    struct Entry: Sendable {
        let request: IdempotencyKey
        /// Who asked first: by whom its answer is known.
        let first: RequestContext
        let time: Duration
        /// Who asked last: to whom the outcome of a recording request goes.
        var latest: RequestContext
        /// `nil`: it is still to come.
        var answer: CachedResponse?
        var outcome: RecordingRequestResult?
        /// Who has asked again before there was an answer.
        var waiting: [RequestContext] = []
    }

    static let limit = 64
    static let waitingLimit = 64
    static let memory = Duration.seconds(60)

    /// Oldest first.
    private(set) var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }

    func place(of request: IdempotencyKey) -> Int? {
        entries.firstIndex { $0.request == request }
    }

    func place(awaiting asker: RequestContext) -> Int? {
        entries.firstIndex { $0.first.isSame(as: asker) && $0.answer == nil }
    }

    func place(lastAskedBy asker: RequestContext) -> Int? {
        entries.firstIndex { $0.latest.isSame(as: asker) }
    }

    /// Forgets what was asked more than a minute ago, unless its answer is still to come.
    mutating func forgetOld(at now: Duration) {
        entries.removeAll { $0.answer != nil && now - $0.time > Self.memory }
    }

    /// Takes one that is not there. The oldest that is answered makes room; `false`: none is.
    mutating func add(_ request: IdempotencyKey, by asker: RequestContext, at now: Duration) -> Bool {
        if entries.count >= Self.limit {
            guard let oldest = entries.firstIndex(where: { $0.answer != nil }) else { return false }
            entries.remove(at: oldest)
        }
        entries.append(Entry(request: request, first: asker, time: now, latest: asker))
        return true
    }

    /// `false`: as many wait as may.
    mutating func wait(_ asker: RequestContext, at place: Int) -> Bool {
        guard entries[place].waiting.count < Self.waitingLimit else { return false }
        entries[place].waiting.append(asker)
        entries[place].latest = asker
        return true
    }

    /// Keeps an answer, and says who has waited for it.
    mutating func settle(_ answer: CachedResponse, at place: Int) -> [RequestContext] {
        let waiting = entries[place].waiting
        if answer.isRemembered {
            entries[place].answer = answer
            entries[place].waiting = []
        } else {
            entries.remove(at: place)
        }
        return waiting
    }

    mutating func note(_ outcome: RecordingRequestResult, at place: Int) {
        entries[place].outcome = outcome
    }

    mutating func asked(by asker: RequestContext, at place: Int) {
        entries[place].latest = asker
    }
}
