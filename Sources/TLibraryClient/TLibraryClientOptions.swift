public import TLibrary

/// How a T-Client behaves, and what it holds at most.
public struct TLibraryClientOptions: Sendable, Equatable {
    /// How long the connection and the session may take to open.
    public var opening = Duration.seconds(10)
    /// A server that has been silent for so long is asked whether it is there, and counts as lost when it is silent for
    /// as long again. Zero: never asked.
    public var keepAlive = Duration.seconds(10)
    /// How long a request waits for its first answer.
    public var answer = Duration.seconds(30)
    /// How long a recording request waits for its outcome. Longer than a server's own `timeout-ms`, `tries` and list of
    /// media servers can take.
    public var outcome = Duration.seconds(60)
    /// The length field of a frame, in bytes, in both directions. A server whose own limit is higher may send more than
    /// a client with a lower one takes.
    public var frame = 65_536
    /// Bytes that wait to be sent.
    public var outbox = 4_194_304
    /// Events that the program has not read, and their frames' bytes; over either the session is closed.
    public var unreadEvents = 16_384
    public var unreadBytes = 67_108_864
    /// Whether a client that loses its connection comes back for its session, and when it tries. `nil`: the session ends
    /// with the connection.
    public var reconnect: Reconnect?
    /// The numbers by which the server knows the recording services.
    public var privateMessages = PrivateMessages()

    public init() {}

    /// How long a client waits before it tries to connect again: at first, and at most; twice as long each time.
    public struct Reconnect: Sendable, Equatable {
        public var firstWait = Duration.milliseconds(200)
        public var longestWait = Duration.seconds(10)

        public init() {}
    }
}
