import CallModel
import DequeModule
import EventLoops

/// What all shards know of sessions that were not opened.
package struct Openings: Sendable {
    package let failures: OpeningFailures
    package let log: OpeningLog
}

/// Wrong passwords by the address that they came from: how late each is answered, and which addresses may not connect for
/// a time. Of all shards; asked when a connection is accepted and when an opening fails.
package final class OpeningFailures: Sendable {
    /// Addresses that are known at most; the one that failed first is forgotten for another.
    static let addressLimit = 65_536

    private let limits: EngineConfiguration.Failures
    private let longestDelay: Duration
    private let state = Locked<State>(State())

    fileprivate struct State {
        var addresses: [PeerAddress: Entry] = [:]
        /// In the order of their first failures, each once.
        var order: Deque<(address: PeerAddress, since: Duration)> = []
    }

    fileprivate struct Entry {
        /// Of the first failure of the window.
        var since: Duration
        var count = 0
    }

    /// What comes of a failure.
    struct Consequence: Sendable {
        /// How late it is answered.
        var delay: Duration
        /// Whether the address may not connect from now on.
        var isBlocked: Bool
    }

    /// A delay is never so long that `handshake` closes the connection first.
    init(limits: EngineConfiguration.Failures, handshake: Duration) {
        self.limits = limits
        longestDelay = min(limits.maximumDelay, handshake * 4 / 5)
    }

    /// Notes a failure.
    func add(_ address: PeerAddress, at now: Duration) -> Consequence {
        let count = state.withLock { state in
            state.forget(before: now - limits.window)
            if state.addresses[address] == nil {
                if state.addresses.count >= Self.addressLimit, let oldest = state.order.popFirst() {
                    state.addresses[oldest.address] = nil
                }
                state.addresses[address] = Entry(since: now)
                state.order.append((address, now))
            }
            state.addresses[address]?.count += 1
            return state.addresses[address]?.count ?? 1
        }
        let isBlocked = limits.perAddress > 0 && count == limits.perAddress
        return Consequence(delay: delay(of: count), isBlocked: isBlocked)
    }

    /// Twice as long for each further failure.
    private func delay(of count: Int) -> Duration {
        var delay = limits.delay
        var left = count
        while left > 1, delay != .zero, delay < longestDelay {
            delay *= 2
            left -= 1
        }
        return min(delay, longestDelay)
    }

    /// Whether connections from there are closed at once.
    package func isBlocked(_ address: PeerAddress, at now: Duration) -> Bool {
        guard limits.perAddress > 0 else { return false }
        return state.withLock { state in
            guard let entry = state.addresses[address], now - entry.since < limits.window else { return false }
            return entry.count >= limits.perAddress
        }
    }

    /// For how long the address stays blocked.
    package var window: Duration { limits.window }
}

extension OpeningFailures.State {
    /// Forgets the addresses whose window is over. Each is in `order` once.
    fileprivate mutating func forget(before time: Duration) {
        while let first = order.first, first.since <= time {
            order.removeFirst()
            addresses[first.address] = nil
        }
    }
}
