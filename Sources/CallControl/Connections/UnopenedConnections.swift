import CallModel
import DequeModule
import EventLoops
import Logging
import Synchronization

/// The connections on which no session is open yet, on all shards: how many there may be, in all and from one address,
/// and which of them is dropped for another. Asked when a connection is accepted, opens its session or closes.
package final class UnopenedConnections: Sendable {
    /// The shortest time after which a connection may be dropped for another.
    private static let patience = Duration.milliseconds(500)
    /// How long accepting pauses where none may be dropped yet.
    private static let pause = Duration.milliseconds(20)

    private let limit: Int
    private let limitPerAddress: Int
    private let logger: Logger
    private let state = Locked<State>(State())

    fileprivate struct State {
        /// Oldest first; some have left.
        var waiting: Deque<UnopenedConnection> = []
        var addresses: [PeerAddress: Int] = [:]
        /// How many addresses have so many connections, and the most that one has.
        var addressesByCount: [Int: Int] = [:]
        var most = 0
        var count = 0
        /// Whether each limit was reached, and the end of that was not logged.
        var isAtLimit = false
        var crowded: Set<PeerAddress> = []
    }

    /// What comes of a connection that was accepted.
    package enum Admission: Sendable {
        /// With the connection that is dropped for it.
        case admitted(UnopenedConnection, dropped: UnopenedConnection?)
        /// Its address has as many as it may have.
        case refused
    }

    /// A limit of 0 is none.
    init(limits: EngineConfiguration.Limits, logger: Logger) {
        limit = limits.unopened == 0 ? .max : limits.unopened
        limitPerAddress = limits.unopenedPerAddress == 0 ? .max : limits.unopenedPerAddress
        self.logger = logger
    }

    package var count: Int { state.withLock { $0.count } }

    /// How long no connection may be accepted.
    package func delay(at now: Duration) -> Duration {
        let (isFull, isNew) = state.withLock { state in
            guard state.count >= limit, state.victim(at: now, patience: Self.patience) == nil else {
                return (false, false)
            }
            return (true, state.reachLimit())
        }
        if isNew { noteLimit() }
        return isFull ? Self.pause : .zero
    }

    private func noteLimit() {
        logger.warning(
            "too many connections without a session: the longest waiting are closed, or accepting pauses",
            metadata: ["limit": "\(limit)"])
    }

    package func admit(from address: PeerAddress, at now: Duration) -> Admission {
        let connection = UnopenedConnection(from: address, at: now, among: self)
        let (admission, isNew) = state.withLock { state -> (Admission, Bool) in
            guard state.addresses[address] ?? 0 < limitPerAddress else {
                // The table of those that were logged is bounded, too.
                let isNew = state.crowded.count < 1_024 && state.crowded.insert(address).inserted
                return (.refused, isNew)
            }
            guard state.count >= limit else {
                state.add(connection)
                return (.admitted(connection, dropped: nil), false)
            }
            let victim = state.victim(at: now, patience: Self.patience)
            if let victim { state.remove(victim) }
            state.add(connection)
            return (.admitted(connection, dropped: victim), state.reachLimit())
        }
        switch admission {
        case .admitted: if isNew { noteLimit() }
        case .refused: if isNew { noteCrowd(address) }
        }
        return admission
    }

    private func noteCrowd(_ address: PeerAddress) {
        logger.warning(
            "an address has too many connections without a session: more are closed",
            metadata: ["peer": "\(address)", "limit": "\(limitPerAddress)"])
    }

    /// The connection has opened its session, or is closed.
    fileprivate func leave(_ connection: UnopenedConnection) {
        let (isBelow, isAddressBelow) = state.withLock { state -> (Bool, Bool) in
            state.remove(connection)
            let isBelow = state.isAtLimit && state.count <= limit - max(1, limit / 8)
            if isBelow { state.isAtLimit = false }
            let isAddressBelow =
                (state.addresses[connection.address] ?? 0) <= limitPerAddress / 2
                && state.crowded.remove(connection.address) != nil
            return (isBelow, isAddressBelow)
        }
        if isBelow { logger.notice("connections without a session are within their limit again") }
        if isAddressBelow {
            logger.notice(
                "connections without a session of an address are within their limit again",
                metadata: ["peer": "\(connection.address)"])
        }
    }
}

extension UnopenedConnections.State {
    /// Of the addresses with most connections, the one that has waited longest, if that is long enough.
    func victim(at now: Duration, patience: Duration) -> UnopenedConnection? {
        for connection in waiting {
            guard now - connection.since >= patience else { return nil }
            if connection.isWaiting, addresses[connection.address] == most { return connection }
        }
        return nil
    }

    /// Says whether the limit is reached for the first time since it was left.
    mutating func reachLimit() -> Bool {
        defer { isAtLimit = true }
        return !isAtLimit
    }

    mutating func add(_ connection: UnopenedConnection) {
        connection.setWaiting(true)
        waiting.append(connection)
        count += 1
        change(connection.address, by: 1)
    }

    mutating func remove(_ connection: UnopenedConnection) {
        guard connection.isWaiting else { return }
        connection.setWaiting(false)
        count -= 1
        change(connection.address, by: -1)
        while let first = waiting.first, !first.isWaiting { waiting.removeFirst() }
        if waiting.count > 64, waiting.count > 2 * count { waiting.removeAll { !$0.isWaiting } }
    }

    /// By one: so the most changes by one at most, too.
    private mutating func change(_ address: PeerAddress, by difference: Int) {
        let before = addresses[address] ?? 0
        let after = before + difference
        addresses[address] = after == 0 ? nil : after
        if before > 0 { addressesByCount[before, default: 0] -= 1 }
        if after > 0 { addressesByCount[after, default: 0] += 1 }
        if addressesByCount[before] == 0 { addressesByCount[before] = nil }
        most = after > most ? after : (addressesByCount[most] == nil ? max(0, most - 1) : most)
    }
}

/// A connection on which no session is open yet: its place among all of them, which it has until it leaves.
package final class UnopenedConnection: Sendable {
    package let address: PeerAddress
    let since: Duration
    private let book: UnopenedConnections
    /// Changed by the book alone, under its lock.
    private let waits = Atomic<Bool>(false)
    private let state = Locked<State>(State())

    private struct State {
        var isDropped = false
        var close: (@Sendable () -> Void)?
    }

    fileprivate init(from address: PeerAddress, at now: Duration, among book: UnopenedConnections) {
        self.address = address
        since = now
        self.book = book
    }

    fileprivate var isWaiting: Bool { waits.load(ordering: .relaxed) }

    fileprivate func setWaiting(_ isWaiting: Bool) { waits.store(isWaiting, ordering: .relaxed) }

    /// How the connection is closed if it is dropped; called on any thread, once at most.
    package func whenDropped(_ close: @escaping @Sendable () -> Void) {
        let isDropped = state.withLock { state in
            state.close = state.isDropped ? nil : close
            return state.isDropped
        }
        if isDropped { close() }
    }

    /// Closes it for another.
    package func drop() {
        let close = state.withLock { state in
            state.isDropped = true
            return state.close.take()
        }
        close?()
    }

    /// It has opened its session, or is closed. Harmless when repeated.
    package func leave() {
        state.withLock { $0.close = nil }
        book.leave(self)
    }
}
