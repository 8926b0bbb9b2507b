package import CallModel
import EventLoops
package import TLibrary

/// A way to look into an engine from one of its shards: the shards are asked one after the other, each by an errand in
/// its inbox, and each answers with a page at a time. Nothing is locked, and no turn looks at more than ``ofOneTurn``.
package struct Introspection: Sendable {
    /// Sessions or calls that one turn of a shard looks at.
    package static let ofOneTurn = 64

    private let exchanges: [Exchange]
    private let mailboxes: [Mailbox]
    private let asker: Int

    init(of exchanges: [Exchange], _ mailboxes: [Mailbox], for asker: Int) {
        self.exchanges = exchanges
        self.mailboxes = mailboxes
        self.asker = asker
    }

    /// A page of a list. `next`: behind which the next one begins; `nil`: there is none.
    package struct Page<Item: Sendable>: Sendable {
        package var items: [Item] = []
        package var next: UInt64?
    }

    /// A call, and what happened to its recordings last.
    package struct FoundCall: Sendable {
        package var status: CallStatus
        /// The oldest first.
        package var transitions: [TransitionSummary]

        fileprivate mutating func add(_ others: [TransitionSummary]) {
            let all = (others + transitions).enumerated().sorted { left, right in
                (left.element.moment.wallMicroseconds, left.offset)
                    < (right.element.moment.wallMicroseconds, right.offset)
            }
            transitions = all.suffix(IntrospectionIndex.told).map(\.element)
        }
    }

    /// `row` makes of a session what is wanted of it, on the session's shard. `then` is called on the asker's, within a
    /// turn and from no actor. Both hold for the others too.
    package func sessions<Row: Sendable>(
        after client: ClientID?, limit: Int, row: @escaping @Sendable (SessionStatus) -> Row,
        then: @escaping @Sendable (Page<Row>) -> Void
    ) {
        let walk = Walk(limit: limit) { exchange, key, count in
            exchange.sessionStatuses(count, after: key.map { ClientID(rawValue: $0) }).map { key, status in
                (key.rawValue, status.map(row))
            }
        }
        ask(walk, of: client?.shard ?? 0, after: client?.rawValue, Page(), then)
    }

    /// The calls of the first shard, then those of the next, each in the order of their ConnIDs.
    package func calls<Row: Sendable>(
        after call: ConnectionID?, limit: Int, row: @escaping @Sendable (CallStatus) -> Row,
        then: @escaping @Sendable (Page<Row>) -> Void
    ) {
        let walk = Walk(limit: limit) { exchange, key, count in
            exchange.callStatuses(count, after: key.map { ConnectionID(rawValue: $0) }).map { key, status in
                (key.rawValue, status.map(row))
            }
        }
        let home = call.map { Router.home(of: $0, among: exchanges.count) }
        ask(walk, of: home ?? 0, after: call?.rawValue, Page(), then)
    }

    package func call(_ connection: ConnectionID, then: @escaping @Sendable (FoundCall?) -> Void) {
        let home = Router.home(of: connection, among: exchanges.count)
        mailboxes[home].post(
            .errand {
                guard let status = exchanges[home].status(of: connection) else {
                    return mailboxes[asker].post(.errand { then(nil) })
                }
                let found = FoundCall(status: status, transitions: exchanges[home].transitions(of: status))
                let others = status.carried.isEmpty ? [] : exchanges.indices.filter { $0 != home }
                gather(found, from: others[...], then)
            })
    }

    /// The calls that a recording was carried through may have lived on any shard.
    private func gather(
        _ found: FoundCall, from shards: ArraySlice<Int>, _ then: @escaping @Sendable (FoundCall?) -> Void
    ) {
        guard let shard = shards.first else { return mailboxes[asker].post(.errand { then(found) }) }
        mailboxes[shard].post(
            .errand {
                var whole = found
                whole.add(exchanges[shard].transitions(of: found.status))
                gather(whole, from: shards.dropFirst(), then)
            })
    }

    // MARK: - Page by page

    private struct Walk<Item: Sendable>: Sendable {
        var limit: Int
        /// The next ones of a shard, so many at most, behind that key; `nil`: it has gone meanwhile.
        var look: @Sendable (Exchange, UInt64?, Int) -> [(key: UInt64, item: Item?)]
    }

    /// Goes on at a shard, by an errand, and from there on to those behind it.
    private func ask<Item: Sendable>(
        _ walk: Walk<Item>, of shard: Int, after key: UInt64?, _ page: Page<Item>,
        _ then: @escaping @Sendable (Page<Item>) -> Void
    ) {
        guard exchanges.indices.contains(shard) else { return mailboxes[asker].post(.errand { then(page) }) }
        mailboxes[shard].post(.errand { look(walk, on: shard, after: key, page, then) })
    }

    /// Looks at the next ones of a shard, on it. More of the same shard have a turn of their own.
    private func look<Item: Sendable>(
        _ walk: Walk<Item>, on shard: Int, after key: UInt64?, _ page: Page<Item>,
        _ then: @escaping @Sendable (Page<Item>) -> Void
    ) {
        var page = page
        let room = min(walk.limit - page.items.count, Self.ofOneTurn)
        let found = walk.look(exchanges[shard], key, room)
        page.items += found.compactMap(\.item)
        guard let last = found.last, found.count == room else {
            return ask(walk, of: shard + 1, after: nil, page, then)
        }
        guard page.items.count < walk.limit else {
            page.next = last.key
            let whole = page
            return mailboxes[asker].post(.errand { then(whole) })
        }
        let soFar = page
        _ = exchanges[shard].seat.shard.after(.zero) { look(walk, on: shard, after: last.key, soFar, then) }
    }
}

extension Exchange {
    fileprivate func sessionStatuses(_ count: Int, after client: ClientID?) -> [(ClientID, SessionStatus?)] {
        let clients = watch?.enter((count, client)) { watch, page in watch.sessions(page.0, after: page.1) } ?? []
        return clients.map { ($0, session($0)?.enter(()) { session, _ in session.status }) }
    }

    fileprivate func callStatuses(_ count: Int, after call: ConnectionID?) -> [(ConnectionID, CallStatus?)] {
        let calls = watch?.enter((count, call)) { watch, page in watch.calls(page.0, after: page.1) } ?? []
        return calls.map { ($0, status(of: $0)) }
    }

    fileprivate func status(of call: ConnectionID) -> CallStatus? {
        router.enter(call) { router, call in router.status(of: copy call) }
    }

    fileprivate func transitions(of call: CallStatus) -> [TransitionSummary] {
        watch?.enter(call) { watch, call in
            watch.transitions(of: call.identity.connection, and: call.carried)
        } ?? []
    }
}
