public import CallControl
public import CallModel
public import EventLoops
public import Logging

/// Telephony that is told over a feed: a SIP server, or whatever stands before it, says over one TCP connection what
/// becomes of its calls, and is asked over the same connection what T-Clients want done with them (article Feed).
///
/// The engine connects, and connects again after each loss. Calls live on all shards, the connection on the first.
public final class FeedSwitch: Switch {
    public struct Options: Sendable, Equatable {
        /// Where the peer listens; an IP address.
        public var address: SocketAddress
        /// How long the answer to a command is waited for.
        public var timeout = Duration.seconds(5)
        /// Bytes of one line of the peer's, without its end; beyond it the connection is closed and opened again.
        public var lineLimit = 16_384
        /// Commands that may wait for their answers; beyond it requests get error 111.
        public var commandLimit = 1_024

        /// After so long without a byte from a peer whose `hello` has `keep-alive` it is asked for one, and after as long
        /// again the connection is closed. Zero: never.
        public var keepAlive = Duration.seconds(5)

        public init(address: SocketAddress) {
            self.address = address
        }
    }

    /// How long the peer's system may acknowledge nothing.
    static let silenceLimit = Duration.seconds(10)

    private struct Home {
        var shard: any EventLoop
        var port: SwitchPort
        var feed: FeedClient
    }

    private let directory: Directory
    private let options: Options
    private let logger: Logger
    private let home = Locked<Home?>(nil)

    /// The DNs of `configuration` are those that the peer's calls may have.
    public init(_ configuration: EngineConfiguration, options: Options, logger: Logger) {
        precondition(options.lineLimit > 0 && options.commandLimit > 0, "the limits of a feed are above zero")
        directory = configuration.directory
        self.options = options
        self.logger = logger
    }

    public func attach(to shard: any EventLoop, port: SwitchPort) {
        guard shard.index == 0 else { return }
        let feed = FeedClient(
            on: shard, port: port, book: FeedCallTable(directory, commandLimit: options.commandLimit), options: options,
            logger: logger)
        home.withLock { $0 = Home(shard: shard, port: port, feed: feed) }
        feed.enter(()) { feed, _ in feed.connect() }
    }

    public func perform(_ command: SwitchCommand, on shard: any EventLoop) {
        guard let home = home.withLock({ $0 }) else {
            preconditionFailure("The switch was not attached to the first shard.")
        }
        let feed = home.feed
        home.port.later(on: home.shard) {
            feed.enter(command) { feed, command in feed.perform(copy command) }
        }
    }
}
