import CLibuv
public import EventLoops

extension LibuvEventLoop {
    public func openDatagramSocket(
        connectedTo peer: SocketAddress, received: @escaping @Sendable (Span<UInt8>) -> Void,
        failed: @escaping @Sendable (DatagramFailure) -> Void
    ) throws(EventLoopError) -> any ConnectedDatagramSocket {
        precondition(isCurrent, "a socket is opened on the shard that it lives on")
        let operation = "open a UDP socket to \(peer)"
        guard !isStopping else { throw .stopping(operation) }
        do throws(UVError) {
            let name = try SocketName(peer)
            let socket = try ConnectedUDPSocket(to: name, on: self, received, failed)
            do throws(UVError) {
                try socket.connect(name)
                try socket.startReceiving()
            } catch {
                socket.close()
                throw error
            }
            return socket
        } catch {
            throw error.during(operation)
        }
    }
}

/// A UDP socket connected to one peer.
///
/// Linux keeps the ICMP error of a datagram with the socket until the next call on it. A receive then fails with it and
/// libuv goes on receiving; a send fails with it and sends nothing, so that datagram is sent once more.
private final class ConnectedUDPSocket: UDPHandle, ConnectedDatagramSocket, @unchecked Sendable {
    private let peer: SocketName
    private var received: ((Span<UInt8>) -> Void)?
    private var failed: ((DatagramFailure) -> Void)?

    init(
        to peer: SocketName, on loop: LibuvEventLoop, _ received: @escaping (Span<UInt8>) -> Void,
        _ failed: @escaping (DatagramFailure) -> Void
    ) throws(UVError) {
        self.peer = peer
        self.received = received
        self.failed = failed
        try super.init(on: loop)
    }

    /// What came from elsewhere between libuv's bind and connect is dropped here.
    override func didReceive(_ bytes: Span<UInt8>, from name: UnsafePointer<sockaddr>) {
        guard unsafe peer.isSame(as: name) else { return }
        received?(bytes)
    }

    override func receiveFailed(_ error: UVError) {
        failed?(DatagramFailure(error))
    }

    func send(_ bytes: Span<UInt8>) {
        guard !isClosing else { return }
        var result = unsafe trySend(bytes, to: nil)
        if UVError(result).isRefusal {
            report(.refused)
            result = unsafe trySend(bytes, to: nil)
        }
        switch result {
        case 0..., UV_EAGAIN.rawValue, UV_ENOBUFS.rawValue, UV_ENOMEM.rawValue, UV_EMSGSIZE.rawValue: break
        default: report(DatagramFailure(UVError(result)))
        }
    }

    /// Callers of ``send(_:)`` are in the midst of something else.
    private func report(_ failure: DatagramFailure) {
        _ = loop.after(.zero) { [weak self] in self?.failed?(failure) }
    }

    func close() {
        closeHandle()
    }

    override func didClose() {
        received = nil
        failed = nil
    }
}

extension UVError {
    fileprivate var isRefusal: Bool { code == UV_ECONNREFUSED.rawValue }
}

extension DatagramFailure {
    fileprivate init(_ error: UVError) {
        self = error.isRefusal ? .refused : .unusable(reason: error.reason)
    }
}
