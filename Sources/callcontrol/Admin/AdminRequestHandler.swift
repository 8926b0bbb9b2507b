import CallControl
import CallModel
import EventLoops
import TLibrary

/// What the inspection port answers (article Operations, "Inspection"). On its shard, from no actor.
final class AdminRequestHandler: Sendable {
    /// Sessions or calls on one page: as many as are asked for, up to the most.
    static let pageLimit = 100
    static let mostOfPage = 1_000

    let connections: HTTPConnections
    private let engine: CallControlEngine
    private let inspection: Introspection
    private let registry: MetricsRegistry
    private let rows: StatusRows

    init(
        _ engine: CallControlEngine, on shard: any EventLoop, registry: MetricsRegistry, servers: [String],
        connections: HTTPConnections
    ) {
        self.engine = engine
        self.connections = connections
        self.registry = registry
        inspection = engine.inspection(from: shard)
        rows = StatusRows(servers: servers)
    }

    /// The answer, or `nil` where the shards have to be asked: then `later` is called with it, on this shard, in a turn
    /// to come.
    func answer(
        _ request: HTTPRequest, on connection: HTTPConnectionHandler, later: @escaping @Sendable (HTTPResponse) -> Void
    ) -> HTTPResponse? {
        guard let place = Place(request.path) else {
            return HTTPResponse(.notFound, "There are /metrics, /sessions, /calls, /calls/CONNID and /healthz.")
        }
        guard request.method == "GET" || request.method == "HEAD" else { return HTTPResponse(.methodNotAllowed) }
        guard !request.hasBody else { return HTTPResponse(.bodyTooLarge, "A request here has no body.") }
        guard connections.admit(connection, isQuery: place.isQuery) else {
            return HTTPResponse(.unavailable, "As many lists and calls are being answered as there may be.")
        }
        switch place {
        case .metrics:
            engine.flushMetrics()
            return HTTPResponse(.ok, type: MetricsText.type, Array(MetricsText.text(of: registry).utf8))
        case .health:
            return engine.isRunning ? HTTPResponse(.ok, "ok") : HTTPResponse(.unavailable, "The server is not running.")
        case .call(let connection):
            inspection.call(connection) { [rows] call in
                later(
                    call.map { HTTPResponse(.ok, type: HTTPResponse.json, rows.row($0) + [UInt8(ascii: "\n")]) }
                        ?? HTTPResponse(.notFound, "No call has this ConnID."))
            }
            return nil
        case .calls: return calls(request, later)
        case .sessions: return sessions(request, later)
        }
    }

    private func calls(_ request: HTTPRequest, _ later: @escaping @Sendable (HTTPResponse) -> Void) -> HTTPResponse? {
        let after = request.query["after"]
        let connection = after.flatMap { ConnectionID(hex: $0) }
        guard let limit = Self.limit(request), after == nil || connection != nil else { return Self.unsoundQuery }
        inspection.calls(after: connection, limit: limit, row: rows.row) { page in
            later(Self.answer("calls", page.items, next: page.next.map { ConnectionID(rawValue: $0).description }))
        }
        return nil
    }

    private func sessions(_ request: HTTPRequest, _ later: @escaping @Sendable (HTTPResponse) -> Void) -> HTTPResponse?
    {
        let after = request.query["after"]
        let client = after.flatMap { ClientID(shown: $0) }
        guard let limit = Self.limit(request), after == nil || client != nil else { return Self.unsoundQuery }
        inspection.sessions(after: client, limit: limit, row: rows.row) { page in
            later(Self.answer("sessions", page.items, next: page.next.map { ClientID(rawValue: $0).shown }))
        }
        return nil
    }

    private static func limit(_ request: HTTPRequest) -> Int? {
        guard let text = request.query["limit"] else { return pageLimit }
        return Int(text).flatMap { (1...mostOfPage).contains($0) ? $0 : nil }
    }

    private static var unsoundQuery: HTTPResponse {
        HTTPResponse(.badRequest, "limit is 1 to \(mostOfPage), and after what the page before named as next.")
    }

    private static func answer(_ name: String, _ rows: [[UInt8]], next: String?) -> HTTPResponse {
        var body = Array("{\"\(name)\":[".utf8)
        for (place, row) in rows.enumerated() {
            if place > 0 { body.append(UInt8(ascii: ",")) }
            body += row
        }
        body += Array("]\(next.map { ",\"next\":\"\($0)\"" } ?? "")}\n".utf8)
        return HTTPResponse(.ok, type: HTTPResponse.json, body)
    }

    private enum Place {
        case metrics, health, sessions, calls
        case call(ConnectionID)

        /// Whether the shards have to be asked: such answers are long, and their number has a limit.
        var isQuery: Bool {
            switch self {
            case .metrics, .health: false
            case .sessions, .calls, .call: true
            }
        }

        init?(_ path: String) {
            switch path {
            case "/metrics": self = .metrics
            case "/healthz": self = .health
            case "/sessions": self = .sessions
            case "/calls": self = .calls
            default:
                let digits = path.dropFirst("/calls/".count)
                guard path.hasPrefix("/calls/"), digits.utf8.count == 16, let connection = ConnectionID(hex: digits)
                else { return nil }
                self = .call(connection)
            }
        }
    }
}

extension ClientID {
    /// The shard and the number of the session there, such as `0.12`: as records name sessions, too.
    var shown: String { "\(shard).\(serial)" }

    init?(shown text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let shard = UInt8(parts[0]), let serial = UInt64(parts[1]), serial < 1 << 48 else {
            return nil
        }
        self.init(shard: Int(shard), serial: serial)
    }
}
