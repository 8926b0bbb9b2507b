import CallControl
import CoreMetrics
import EventLoops
import Logging

/// Open connections of the metrics port, and which of them gives way where there are too many. Used on one shard.
///
/// A new connection always gets a place: the one gives way that has waited longest for a request, else the one whose
/// list has made no progress for longest. At most three quarters of the places answer lists. So connections that are idle
/// or slow keep neither a health probe nor a scrape of the metrics from its answer.
final class HTTPConnections: Sendable {
    private enum Use: Int, Comparable {
        /// In the order in which they give way.
        case idle, query, probe

        static func < (left: Use, right: Use) -> Bool { left.rawValue < right.rawValue }
    }

    private struct Place {
        let connection: HTTPConnectionHandler
        var use = Use.idle
        /// Rises with each step of any connection.
        var progress: UInt64
    }

    private struct State {
        var places: [ObjectIdentifier: Place] = [:]
        var steps: UInt64 = 0
        var queries = 0
        var isFull = false

        mutating func step() -> UInt64 {
            steps += 1
            return steps
        }

        mutating func remove(_ id: ObjectIdentifier) {
            guard let place = places.removeValue(forKey: id) else { return }
            if place.use == .query { queries -= 1 }
        }

        var nextToGiveWay: Place? {
            places.values.min { ($0.use, $0.progress) < ($1.use, $1.progress) }
        }
    }

    private let limit: Int
    private let state = Locked(State())
    private let metrics: HTTPMetrics
    private let logger: Logger

    init(limit: Int, metrics: any MetricsFactory, logger: Logger) {
        self.limit = limit
        self.logger = logger
        self.metrics = HTTPMetrics(metrics)
    }

    /// Lists and calls that are answered at once.
    private var queryLimit: Int { max(1, limit * 3 / 4) }

    /// Gives a connection a place. The one that has to give way for it has none any more.
    func open(_ connection: HTTPConnectionHandler) -> HTTPConnectionHandler? {
        let (other, isNews) = state.withLock { state -> (HTTPConnectionHandler?, Bool) in
            var other: HTTPConnectionHandler?
            if state.places.count >= limit, let place = state.nextToGiveWay {
                state.remove(ObjectIdentifier(place.connection))
                other = place.connection
            }
            let isNews = other != nil && !state.isFull
            if isNews { state.isFull = true }
            state.places[ObjectIdentifier(connection)] = Place(connection: connection, progress: state.step())
            return (other, isNews)
        }
        if other != nil { metrics.displaced.increment() }
        if isNews {
            logger.warning(
                "the metrics port has as many connections as it may have: the idlest are closed",
                metadata: ["connections": "\(limit)"])
        }
        return other
    }

    /// A request has come whole. `false`: it is a query, and as many are being answered as may.
    func admit(_ connection: HTTPConnectionHandler, isQuery: Bool) -> Bool {
        let isAdmitted = state.withLock { state in
            // Without a place it is about to be closed.
            guard var place = state.places[ObjectIdentifier(connection)] else { return true }
            guard !isQuery || state.queries < queryLimit else { return false }
            if isQuery { state.queries += 1 }
            place.use = isQuery ? .query : .probe
            place.progress = state.step()
            state.places[ObjectIdentifier(connection)] = place
            return true
        }
        if !isAdmitted { metrics.refused.increment() }
        return isAdmitted
    }

    /// Some of an answer was taken, or all of it, and the connection waits for a request.
    func progress(of connection: HTTPConnectionHandler, isIdle: Bool) {
        state.withLock { state in
            guard var place = state.places[ObjectIdentifier(connection)] else { return }
            if isIdle {
                if place.use == .query { state.queries -= 1 }
                place.use = .idle
            }
            place.progress = state.step()
            state.places[ObjectIdentifier(connection)] = place
        }
    }

    func close(_ connection: HTTPConnectionHandler) {
        let isNews = state.withLock { state in
            state.remove(ObjectIdentifier(connection))
            guard state.isFull, state.places.count <= limit / 2 else { return false }
            state.isFull = false
            return true
        }
        if isNews { logger.notice("the metrics port has room for connections again") }
    }
}
