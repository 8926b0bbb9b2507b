public import CallControl
public import CallModel
public import Logging
public import TLibrary

/// A T-Client: one session with a T-Library server, over one connection.
///
/// It lives on a `Shard` of CallControl: an event loop in a program, a simulated shard in a test. Its members may be
/// called from anywhere. ``close()`` ends the session; it comes before the end of the shard.
///
/// ```swift
/// let client = try await TLibraryClient.connect(to: server, on: loop, applicationName: "desktop", logger: logger)
/// try await client.register("5001")
/// for try await event in client.events { show(event) }
/// ```
public actor TLibraryClient {
    /// Where a session stands.
    enum State {
        /// Next: `opening`, or `ended`.
        case connecting
        /// Connected; EventLinkConnected has not come. Next: `open`, or `ended`.
        case opening(any ByteStream)
        case open(any ByteStream)
        /// `nil`: by ``TLibraryClient/close()``.
        case ended(TLibraryClientError?)
    }

    public nonisolated let shard: any Shard
    public nonisolated let options: TLibraryClientOptions
    let logger: Logger

    var state = State.connecting
    var pending = PendingRequests()
    var outbox = Outbox()
    var inbound: FrameGatherer
    var table = AttributeTable()
    var unread: UnreadEvents
    /// Tasks that wait for the next event.
    var readers: [Waiter<Void>] = []
    var lastHeard = Duration.zero
    var hasAsked = false
    var keepAliveTimer: (any ShardTimer)?
    /// EventLinkConnected, once it has come.
    public private(set) var session: Event?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe shard.asUnownedSerialExecutor() }

    init(shard: any Shard, options: TLibraryClientOptions, logger: Logger) {
        self.shard = shard
        self.options = options
        self.logger = logger
        inbound = FrameGatherer(limit: options.frame)
        unread = UnreadEvents(limit: options.unreadEvents, byteLimit: options.unreadBytes)
    }

    /// Connects and opens a session.
    ///
    /// `password` is the ApplicationPassword, where the server asks for one.
    ///
    /// - Throws: `notConnected`, `refused` (55, 118, 119), `timedOut`, `cancelled`, or what else ended the connection.
    public static func connect(
        to address: SocketAddress, on shard: any Shard, applicationName: String, password: String? = nil,
        options: TLibraryClientOptions = TLibraryClientOptions(), logger: Logger
    ) async throws(TLibraryClientError) -> TLibraryClient {
        let client = TLibraryClient(shard: shard, options: options, logger: logger)
        try await client.open(address, RegisterClient(applicationName: applicationName, password: password))
        return client
    }

    private func open(_ address: SocketAddress, _ registration: RegisterClient) async throws(TLibraryClientError) {
        do throws(TLibraryClientError) {
            try await connect(to: address)
            let answers = try await send(.registerClient(registration), awaiting: .answer, within: options.opening)
            session = answers.first
        } catch {
            end(error)
            throw error
        }
    }

    private func connect(to address: SocketAddress) async throws(TLibraryClientError) {
        let connected = Waiter<Result<Void, TLibraryClientError>>()
        shard.connect(to: address) { [self] result in
            assumeIsolated { $0.connected(result, connected) }
        }
        let timer = shard.after(options.opening) {
            connected.give(.failure(TLibraryClientError(.timedOut, "cannot connect to \(address): it takes too long")))
        }
        defer { timer.cancel() }
        try await connected.value().orCancelled()
    }

    private func connected(
        _ result: Result<any ByteStream, ShardError>, _ waiter: Waiter<Result<Void, TLibraryClientError>>
    ) -> (any ByteStreamHandler)? {
        // The caller may have given up meanwhile.
        guard case .connecting = state else { return nil }
        switch result {
        case .success(let stream):
            state = .opening(stream)
            lastHeard = shard.now
            waiter.give(.success(()))
            return Link(client: self)
        case .failure(let error):
            waiter.give(.failure(TLibraryClientError(.notConnected, error.description)))
            return nil
        }
    }

    /// Ends the session. Requests that wait get `closed`; ``events`` ends after those that have come.
    public func close() {
        end(nil)
    }
}

extension TLibraryClientError {
    public static let closed = TLibraryClientError(.closed, "the session was closed")
    public static let cancelled = TLibraryClientError(
        .cancelled, "the request was cancelled; it may still be carried out")
}

extension Optional {
    /// What a waiter gave; without, its task was cancelled.
    func orCancelled<Success>() throws(TLibraryClientError) -> Success
    where Wrapped == Result<Success, TLibraryClientError> {
        guard let self else { throw .cancelled }
        return try self.get()
    }
}
