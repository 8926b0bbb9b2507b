import CallModel
import DequeModule
import EventLoops
import TLibrary

/// Names a session to its client: 128 random bits, 32 hex digits.
struct SessionID: Hashable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    init(_ high: UInt64, _ low: UInt64) {
        self.high = high
        self.low = low
    }

    /// `nil`: no session was ever called that.
    init?(_ text: String) {
        guard text.utf8.count == 32, let high = ConnectionID(hex: text.prefix(16)),
            let low = ConnectionID(hex: text.suffix(16))
        else { return nil }
        self.init(high.rawValue, low.rawValue)
    }

    var description: String {
        ConnectionID(rawValue: high).description + ConnectionID(rawValue: low).description
    }
}

/// All sessions that are open, on whichever shard: how many there may be, which of them a client means by its SessionID,
/// and which wait to be taken up. Asked when a session begins, ends, loses its connection or is taken up.
final class SessionRegistry: Sendable {
    private let limit: Int
    private let book = Locked(Book())

    fileprivate struct Book {
        var sessions: [SessionID: Entry] = [:]
        /// Those that lost their connection, the one that did first before the others; some do not wait any more.
        var waiting: Deque<(id: SessionID, turn: UInt64)> = []
        var lastTurn: UInt64 = 0
        /// How many of `waiting` still do.
        var count = 0
        var isFull = false
    }

    fileprivate struct Entry {
        var client: ClientID
        var application: String
        /// Of the loss of the connection; `nil`: the session has one.
        var turn: UInt64?
    }

    /// What comes of asking for a place.
    struct AdmissionResult: Sendable {
        var isGranted: Bool
        /// The session that has to go for it.
        var dropped: ClientID?
        /// Whether the limit is reached now, for the first time since it was left.
        var isFirstAtLimit = false
    }

    init(limit: Int) {
        self.limit = limit
    }

    /// A session is opened, if there is room for it, or one waits to be taken up and can be dropped.
    func open(_ id: SessionID, _ client: ClientID, application: String) -> AdmissionResult {
        book.withLock { book in
            var place = AdmissionResult(isGranted: true)
            if book.sessions.count >= limit {
                place.isFirstAtLimit = !book.isFull
                book.isFull = true
                place.dropped = book.evictOldest()
                guard place.dropped != nil else {
                    place.isGranted = false
                    return place
                }
            }
            book.sessions[id] = Entry(client: client, application: application)
            return place
        }
    }

    /// A session is over. `false`: it had to go before, and its place is taken.
    @discardableResult
    func close(_ id: SessionID) -> (wasThere: Bool, leavesLimit: Bool) {
        book.withLock { book in
            guard let entry = book.sessions.removeValue(forKey: id) else { return (false, false) }
            if entry.turn != nil { book.count -= 1 }
            defer { if book.sessions.count < limit - limit / 64 { book.isFull = false } }
            return (true, book.isFull && book.sessions.count < limit - limit / 64)
        }
    }

    /// The session that a client names, if it is the same application's.
    func find(_ id: SessionID, of application: String) -> ClientID? {
        book.withLock { book in
            guard let entry = book.sessions[id], entry.application.hasSameBytes(as: application) else { return nil }
            return entry.client
        }
    }

    /// The session has lost its connection, and waits to be taken up.
    func wait(_ id: SessionID) {
        book.withLock { book in
            guard book.sessions[id] != nil else { return }
            book.lastTurn += 1
            if book.sessions[id]?.turn == nil { book.count += 1 }
            book.sessions[id]?.turn = book.lastTurn
            book.waiting.append((id, book.lastTurn))
            book.tidy()
        }
    }

    /// The session is taken up. `false`: it had to go before.
    func takeUp(_ id: SessionID) -> Bool {
        book.withLock { book in
            guard let entry = book.sessions[id] else { return false }
            if entry.turn != nil { book.count -= 1 }
            book.sessions[id]?.turn = nil
            return true
        }
    }

    /// Drops the session that has waited longest to be taken up.
    func evictOldest() -> ClientID? {
        book.withLock { $0.evictOldest() }
    }

    /// How many sessions there are, and how many of them wait to be taken up.
    var counts: (sessions: Int, waiting: Int) {
        book.withLock { ($0.sessions.count, $0.count) }
    }
}

extension SessionRegistry.Book {
    fileprivate mutating func evictOldest() -> ClientID? {
        while let next = waiting.popFirst() {
            guard let entry = sessions[next.id], entry.turn == next.turn else { continue }
            sessions[next.id] = nil
            count -= 1
            return entry.client
        }
        return nil
    }

    /// A client that comes and goes leaves nothing behind.
    fileprivate mutating func tidy() {
        guard waiting.count > 64, waiting.count > 2 * count else { return }
        waiting.removeAll { sessions[$0.id]?.turn != $0.turn }
    }
}
