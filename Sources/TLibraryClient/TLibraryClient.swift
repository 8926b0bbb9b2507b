public import EventLoops
public import Logging
public import TLibrary

/// A T-Client: one session with a T-Library server, over one connection at a time.
///
/// With ``TLibraryClientOptions/reconnect`` it comes back when it loses its connection, and goes on with its session as
/// if nothing had been, if the server still has it. Else it has a new session, which ``events`` tells by an
/// EventLinkConnected: the program then registers its DNs again.
///
/// It lives on a `EventLoop` of CallControl: an event loop in a program, a simulated shard in a test. Its members may be
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
        /// The connection is lost, and another one is tried for. Next: `returning`, or `ended`.
        case away
        /// Connected again; what becomes of the session is not known. Next: `open`, `away`, or `ended`.
        case returning(any ByteStream)
        /// `nil`: by ``TLibraryClient/close()``.
        case ended(TLibraryClientError?)
    }

    public nonisolated let shard: any EventLoop
    public nonisolated let options: TLibraryClientOptions
    let logger: Logger

    var state = State.connecting
    var pending = PendingRequests()
    var outbox = WriteBuffer()
    var inbound: FrameDecoder
    var table = AttributeTable()
    var unread: UnreadEvents
    /// Tasks that wait for the next event.
    var readers: [OneShot<Void>] = []
    var lastHeard = Duration.zero
    var hasAsked = false
    var keepAliveTimer: (any Timer)?
    /// The connections that it has had.
    var generation = 0
    /// What it opens its session with, each time.
    let address: SocketAddress
    let registration: RegisterClient
    let onLink: (@Sendable (LinkChange) -> Void)?
    /// Requests that wait for a connection.
    var held = WriteBuffer()
    /// The next try, or the end of patience with the one under way.
    var returnTimer: (any Timer)?
    var nextWait = Duration.zero
    /// How many events of the session have come, and how many of them the server knows of.
    var counted: UInt64 = 0
    var acknowledged: UInt64 = 0
    /// The latest EventLinkConnected, once one has come.
    public internal(set) var session: Event?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe shard.asUnownedSerialExecutor() }

    init(
        shard: any EventLoop, address: SocketAddress, registration: RegisterClient, options: TLibraryClientOptions,
        onLink: (@Sendable (LinkChange) -> Void)?, logger: Logger
    ) {
        self.shard = shard
        self.address = address
        self.registration = registration
        self.onLink = onLink
        self.options = options
        self.logger = logger
        inbound = FrameDecoder(limit: options.frame)
        unread = UnreadEvents(limit: options.unreadEvents, byteLimit: options.unreadBytes)
    }

    /// Connects and opens a session.
    ///
    /// `password` is the ApplicationPassword, where the server asks for one. `onLink` is called on the shard when the
    /// connection is lost and when another one is there.
    ///
    /// - Throws: `notConnected`, `refused` (55, 118, 119), `timedOut`, `cancelled`, or what else ended the connection.
    public static func connect(
        to address: SocketAddress, on shard: any EventLoop, applicationName: String, password: String? = nil,
        options: TLibraryClientOptions = TLibraryClientOptions(), onLink: (@Sendable (LinkChange) -> Void)? = nil,
        logger: Logger
    ) async throws(TLibraryClientError) -> TLibraryClient {
        let client = TLibraryClient(
            shard: shard, address: address,
            registration: RegisterClient(applicationName: applicationName, password: password), options: options,
            onLink: onLink, logger: logger)
        try await client.open()
        return client
    }

    private func open() async throws(TLibraryClientError) {
        do throws(TLibraryClientError) {
            try await connect(to: address)
            let takesUp: KeyValueList = options.reconnect == nil ? [:] : ["take-up": .integer(1)]
            try await send(
                .registerClient(registration), "", .none, takesUp, awaiting: .answer, within: options.opening)
        } catch {
            end(error)
            throw error
        }
    }

    private func connect(to address: SocketAddress) async throws(TLibraryClientError) {
        let connected = OneShot<Result<Void, TLibraryClientError>>()
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
        _ result: Result<any ByteStream, EventLoopError>, _ waiter: OneShot<Result<Void, TLibraryClientError>>
    ) -> (any ByteStreamHandler)? {
        // The caller may have given up meanwhile.
        guard case .connecting = state else { return nil }
        switch result {
        case .success(let stream):
            state = .opening(stream)
            lastHeard = shard.now
            waiter.give(.success(()))
            return Link(client: self, generation: generation)
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
