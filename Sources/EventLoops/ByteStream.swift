/// A TCP connection on its shard. Every member is used on that shard.
public protocol ByteStream: AnyObject, Sendable {
    /// The peer's address, for logs; empty where it is not known any more.
    var peer: String { get }

    /// Takes as many of the bytes as can be taken now, from the first on, and says how many. Where that is fewer than
    /// were offered, the handler's `becameWritable()` is called once, in a later turn, when more can be taken.
    /// A closed stream takes all and forgets them.
    func write(_ bytes: Span<UInt8>) -> Int

    /// No more `received` after this turn, until ``resumeReading()``. What the kernel holds stays there. A peer that ends
    /// or resets the connection meanwhile is noticed all the same, once a pause has lasted a second: `closed()` comes, and
    /// what was not received is lost.
    func pauseReading()
    func resumeReading()

    /// Limits the time for which the peer's system may acknowledge nothing, while the connection is idle too; then the
    /// stream is closed (TCP keep-alive and TCP_USER_TIMEOUT).
    func boundSilence(to limit: Duration)

    /// Goes on with this connection on another shard, or on the same one. Once what was taken by ``write(_:)`` is sent,
    /// `accept` is called there in a turn of its own, as by a listener; what it returns is the handler from then on. The
    /// handler of now hears nothing more, but for `closed()` where the connection ends before. This object is not used
    /// any more after the call.
    func move(to shard: any EventLoop, accept: @escaping @Sendable (any ByteStream) -> any ByteStreamHandler)

    /// Closes at once. What was not sent yet is lost; the handler's `closed()` comes in a later turn.
    func abort()

    /// Closes. What was taken by ``write(_:)`` is still sent; the handler's `closed()` comes in a later turn.
    func close()
}

extension ByteStream {
    public func abort() { close() }

    /// A stream without a network has no peer that could be lost.
    public func boundSilence(to limit: Duration) {}
}

/// Who is told what happens on a ``ByteStream``: on its shard, never from inside one of its members, and never from
/// inside an actor.
public protocol ByteStreamHandler: AnyObject, Sendable {
    /// Bytes came. They are good for this call only.
    func received(_ bytes: Span<UInt8>)

    /// More can be written, after a `write` that took fewer bytes than it was offered.
    func becameWritable()

    /// The stream is closed, by either side. Nothing follows.
    func closed()
}

/// An open listening socket.
public protocol Listener: AnyObject, Sendable {
    /// Where it listens: with the port that it got where any was asked for. May be asked on any thread.
    var localAddress: SocketAddress { get }

    /// Takes no more connections. On the shard that listens.
    func close()
}

/// A UDP socket on its shard. Every member is used on that shard.
public protocol DatagramSocket: AnyObject, Sendable {
    var localAddress: SocketAddress { get }

    /// Hands one datagram to the kernel, or drops it where the kernel has no room: says which.
    @discardableResult
    func send(_ bytes: Span<UInt8>, to address: SocketAddress) -> Bool

    func close()
}

/// A UDP socket connected to one peer: the kernel drops datagrams from other addresses, and reports that the peer's
/// host refuses them. Every member is used on its shard.
public protocol ConnectedDatagramSocket: AnyObject, Sendable {
    var localAddress: SocketAddress { get }

    /// Hands one datagram to the kernel, or drops it where the kernel has no room.
    func send(_ bytes: Span<UInt8>)

    func close()
}

/// Why datagrams do not reach the peer of a ``ConnectedDatagramSocket``.
public enum DatagramFailure: Sendable, Equatable {
    /// No socket is bound at the peer's address: its host has refused an earlier datagram (ICMP port unreachable).
    case refused
    /// The socket can no longer be used, because the route or the local address has changed; the reason is the system's.
    case unusable(reason: String)
}
