/// Decides which TCP connections a listener takes. Every member is called on the listener's shard.
public protocol ConnectionGate: AnyObject, Sendable {
    /// What handles a connection, on the shard that it lives on. Not called where that shard stops before.
    typealias Accept = @Sendable (any EventLoop, any ByteStream) -> any ByteStreamHandler

    /// Time for which the listener accepts nothing; zero: it accepts. Meanwhile connections wait in the kernel.
    func delay() -> Duration

    /// Judges a connection that was accepted. `nil`: it is closed at once.
    func admit(_ peer: SocketAddress) -> Accept?
}

/// A gate that admits every connection.
private final class OpenGate: ConnectionGate {
    private let accept: Accept

    init(_ accept: @escaping Accept) {
        self.accept = accept
    }

    func delay() -> Duration { .zero }

    func admit(_: SocketAddress) -> Accept? { accept }
}

extension EventLoop {
    /// Listens for TCP connections and takes all of them.
    public func listen(
        at address: SocketAddress, spread: [any EventLoop],
        accept: @escaping @Sendable (any EventLoop, any ByteStream) -> any ByteStreamHandler
    ) throws(EventLoopError) -> any Listener {
        try listen(at: address, spread: spread, gate: OpenGate(accept))
    }
}
