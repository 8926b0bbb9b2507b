import CallControl
import CallModel
public import EventLoops

/// A TCP connection as a test has it: bytes in, bytes out, and everything that may happen to a line. Its calls
/// return at once; what they bring about comes with the next turns.
public final class SimulatedConnection: Sendable {
    private let state: Isolated<State>

    private final class State {
        let end: SimulatedEndpoint
        var outgoing = ByteQueue()
        var received = ByteQueue()
        var isClosed = false
        var isClosing = false
        var receiver: ((Span<UInt8>) -> Void)?
        var whenClosed: (() -> Void)?

        init(_ end: SimulatedEndpoint) {
            self.end = end
        }

        func flush() {
            let bytes = outgoing.contents
            if !bytes.isEmpty { outgoing.drop(end.write(bytes.span)) }
            if isClosing, outgoing.isEmpty { end.close() }
        }
    }

    init(_ end: SimulatedEndpoint) {
        state = Isolated(State(end), to: end.world.driver)
    }

    /// Sends all of the bytes, as fast as the link takes them.
    public func send(_ bytes: [UInt8]) {
        let state = state.value
        state.outgoing.append(bytes)
        state.flush()
    }

    /// Everything that was received and not taken yet; empty where ``onReceived(_:)`` takes it.
    public func takeReceived() -> [UInt8] {
        let bytes = state.value.received.contents
        state.value.received.removeAll()
        return bytes
    }

    /// Hands over what is received instead of gathering it. The bytes are good for that call only.
    public func onReceived(_ receiver: @escaping (Span<UInt8>) -> Void) {
        state.value.receiver = receiver
    }

    public func onClosed(_ handler: @escaping () -> Void) {
        state.value.whenClosed = handler
    }

    /// Whether either side has closed, and this one knows. What nobody listened for is closed too.
    public var isClosed: Bool { state.value.isClosed }

    /// Bytes that were sent and not taken by the link yet.
    public var unsent: Int { state.value.outgoing.count }

    /// Reads no more until ``resume()``: the link fills up behind it.
    public func stall() { state.value.end.pauseReading() }
    public func resume() { state.value.end.resumeReading() }

    /// So much may be on its way to this side; less, or more, than on other links.
    public func widen(to bytes: Int) { state.value.end.buffer = bytes }

    /// From now on the other side receives a few bytes at a time.
    public func trickle() { state.value.end.peer?.isTrickling = true }

    /// Closes once everything is sent.
    public func close() {
        state.value.isClosing = true
        state.value.flush()
    }

    /// The line goes dead; what is on its way, in both directions, is lost.
    public func cut() { state.value.end.cut() }
}

extension SimulatedConnection: ByteStreamHandler {
    public func received(_ bytes: Span<UInt8>) {
        let state = state.value
        guard let receiver = state.receiver else {
            return state.received.append(bytes, count: bytes.count)
        }
        receiver(bytes)
    }

    public func becameWritable() { state.value.flush() }

    public func closed() {
        let state = state.value
        state.isClosed = true
        state.receiver = nil
        let handler = state.whenClosed
        state.whenClosed = nil
        handler?()
    }
}

extension Simulation {
    /// Opens a connection to whoever listens at `address`. It can be used at once. `host` is where it comes from; `nil`:
    /// from where all others do.
    public func connect(to address: SocketAddress, from host: String? = nil) -> SimulatedConnection {
        let end = world.network.connect(to: address, from: host, shard: nil) { _ in }
        let connection = SimulatedConnection(end)
        end.attach(connection)
        return connection
    }

    /// A UDP socket of the test's own, outside the shards.
    public func openDatagramSocket(
        at address: SocketAddress, received: @escaping (Span<UInt8>, SocketAddress) -> Void
    ) throws(EventLoopError) -> any DatagramSocket {
        let taken = try world.network.open(at: address, Network.OpenSocket(shard: nil, received: received))
        return SimulatedDatagramSocket(at: taken, network: world.network, driver: world.driver)
    }
}
