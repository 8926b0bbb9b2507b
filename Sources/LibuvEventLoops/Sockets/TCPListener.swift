import CLibuv
public import EventLoops
import Logging

extension LibuvEventLoop {
    public func listen(
        at address: SocketAddress, spread: [any EventLoop], gate: any ConnectionGate
    ) throws(EventLoopError) -> any Listener {
        precondition(isCurrent, "a listener is opened on the shard that accepts for it")
        let operation = "listen at \(address)"
        guard !isStopping else { throw .stopping(operation) }
        let loops = spread.map { shard in
            guard let loop = shard as? LibuvEventLoop else {
                preconditionFailure("an event loop spreads its connections over event loops only")
            }
            return loop
        }
        do throws(UVError) {
            let socket = try takeListeningSocket(at: address)
            do throws(UVError) {
                let listener = try TCPListener(socket, spread: loops.isEmpty ? [self] : loops, on: self, gate: gate)
                listener.start()
                return listener
            } catch {
                socket.close()
                throw error
            }
        } catch {
            throw error.during(operation)
        }
    }
}

/// Accepts connections and hands them to the loops that they will live on.
///
/// It polls the socket and accepts by itself: libuv's own listener tries again at once, for ever, where the process is
/// out of file descriptors and another thread took its spare one.
final class TCPListener: LoopHandle, Listener, @unchecked Sendable {
    /// Connections that one turn accepts at most, so that a flood of them leaves the others their turn.
    private static let acceptedOfTurn = 64
    /// Descriptors below the limit that no connection gets. Where a process has none at all, the files of recordings
    /// cannot be opened, and Dispatch, which opens some of its own now and then, traps.
    static let keptBack = 16
    /// How long nothing is accepted once the system has refused.
    private static let pause = Duration.milliseconds(100)

    let localAddress: SocketAddress
    private let socket: ListeningSocket
    private let spread: [LibuvEventLoop]
    private let gate: any ConnectionGate
    private var next = 0
    private var reserve = ReserveDescriptor()
    private var resumption: (any Timer)?
    /// Whether the last accept failed: that is logged when it begins and when it is over.
    private var isRefusing = false

    init(
        _ socket: ListeningSocket, spread: [LibuvEventLoop], on loop: LibuvEventLoop, gate: any ConnectionGate
    ) throws(UVError) {
        self.socket = socket
        self.spread = spread
        self.gate = gate
        localAddress = try socket.localAddress()
        try unsafe super.init(UV_POLL, on: loop) { loop, handle in
            unsafe uv_poll_init_socket(loop, handle.assumingMemoryBound(to: uv_poll_t.self), socket.descriptor)
        }
    }

    func start() {
        resumption = nil
        reserve.refill()
        guard !isClosing else { return }
        unsafe uv_poll_start(pointer(as: uv_poll_t.self), Int32(UV_READABLE.rawValue)) { handle, status, _ in
            let listener: TCPListener = unsafe owner(of: handle?.pointee.data)
            listener.loop.turn { listener.acceptSome(status) }
        }
    }

    private func acceptSome(_ status: Int32) {
        guard status == 0 else { return rest(UVError(status)) }
        for _ in 0..<TCPListener.acceptedOfTurn {
            guard !isClosing else { return }
            let delay = gate.delay()
            guard delay <= .zero else { return acceptLater(after: delay) }
            switch socket.accept() {
            case .connection(let descriptor, let peer):
                guard descriptor < OpenFileLimit.now - TCPListener.keptBack else {
                    _ = CLibuv.close(descriptor)
                    reserve.shed(from: socket)
                    return rest(UVError(Int32(UV_EMFILE.rawValue)))
                }
                logAccepting()
                hand(descriptor, peer.address)
            case .none: return
            case .lost: continue
            case .refused(let error):
                reserve.shed(from: socket)
                return rest(error)
            }
        }
    }

    private func hand(_ descriptor: Int32, _ peer: SocketAddress) {
        guard let accept = gate.admit(peer) else {
            _ = CLibuv.close(descriptor)
            return
        }
        let target = spread[next]
        next = (next + 1) % spread.count
        let name = peer.description
        if target === loop {
            target.adopt(descriptor, name) { accept(target, $0) }
        } else if !target.hand({ loop in loop.adopt(descriptor, name) { accept(loop, $0) } }) {
            _ = CLibuv.close(descriptor)
        }
    }

    /// Neither spins nor stops: it listens again after a pause.
    private func rest(_ error: UVError) {
        if !isRefusing {
            isRefusing = true
            loop.logger.warning(
                "connections are refused", metadata: ["at": "\(localAddress)", "reason": "\(error.reason)"])
        }
        acceptLater(after: TCPListener.pause)
    }

    private func acceptLater(after delay: Duration) {
        guard !isClosing else { return }
        unsafe uv_poll_stop(pointer(as: uv_poll_t.self))
        resumption = loop.after(delay) { [weak self] in self?.start() }
    }

    private func logAccepting() {
        guard isRefusing else { return }
        isRefusing = false
        loop.logger.notice("connections are accepted again", metadata: ["at": "\(localAddress)"])
    }

    func close() {
        closeHandle()
    }

    /// Also where the loop stops. Only now is the socket out of libuv's hands.
    override func didClose() {
        resumption?.cancel()
        resumption = nil
        socket.close()
        reserve.give()
    }
}

extension LibuvEventLoop {
    /// Takes over a connection that another loop accepted, or had. On the loop that it will live on.
    func adopt(
        _ descriptor: Int32, _ peer: String, _ accept: (any ByteStream) -> any ByteStreamHandler
    ) {
        guard !isStopping, let stream = try? TCPStream(on: self) else {
            _ = CLibuv.close(descriptor)
            return
        }
        let result = unsafe uv_tcp_open(stream.tcp, descriptor)
        guard result == 0 else {
            logger.warning("an accepted connection is lost", metadata: ["reason": "\(UVError(result).reason)"])
            _ = CLibuv.close(descriptor)
            return stream.abort()
        }
        stream.becomeConnected(to: peer)
        stream.open(for: accept(stream))
    }
}
