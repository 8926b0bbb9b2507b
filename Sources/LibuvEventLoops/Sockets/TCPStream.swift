import CLibuv
import EventLoops
import Logging

/// A TCP connection.
///
/// Of what the kernel does not take a little waits, to learn when it takes more, in one buffer that exists only
/// meanwhile: an idle connection has none. How a connection ends is in `TCPStream+Closing`, how it goes to another loop in
/// `TCPStream+Moving`, how a lost peer is noticed during a pause in `TCPStream+HangUp`.
final class TCPStream: LoopHandle, ByteStream, @unchecked Sendable {
    enum State: Equatable {
        /// Not connected yet. Next: `open`, or `closed`.
        case unconnected
        /// Takes writes, and reads once it has its handler. Next: `flushing`, or `closed` on an error.
        case open
        /// ``close()`` was called or the peer has ended: what is in flight is sent, what comes is forgotten.
        /// Next: `lingering`, or `closed`.
        case flushing
        /// It goes to another loop, once what is in flight is sent. Next: `closed`.
        case moving
        /// All is sent and the handler was told; the peer reads its last bytes undisturbed. Next: `closed`.
        case lingering
        /// The handle closes.
        case closed
    }

    /// What one stream holds at most of what the kernel did not take. The rest is better kept by whoever writes, who
    /// knows what of it is worth keeping.
    private static let inFlightLimit = 256

    private(set) var isPaused = false
    /// Pauses so far, by which one that goes on is told from another.
    private(set) var pauses: UInt64 = 0
    /// The next look for a peer that has left while reading pauses.
    var hangUpLook: (any Timer)?
    var state = State.unconnected
    var handler: (any ByteStreamHandler)?
    private(set) var peer = ""
    var hasPeerEnded = false
    /// How long ``close()`` waits for a peer that does not read, or does not end.
    var deadline: (any Timer)?
    /// Whether a write is under way.
    private(set) var isInFlight = false
    /// Whether a write took fewer bytes than it was offered.
    private var owesWritable = false
    /// What is done once nothing is in flight, of a stream that moves.
    var departure: (() -> Void)?

    init(on loop: LibuvEventLoop) throws(UVError) {
        try unsafe super.init(UV_TCP, on: loop) { loop, handle in
            unsafe uv_tcp_init(loop, handle.assumingMemoryBound(to: uv_tcp_t.self))
        }
    }

    var tcp: UnsafeMutablePointer<uv_tcp_t> { unsafe pointer(as: uv_tcp_t.self) }
    var stream: UnsafeMutablePointer<uv_stream_t> { unsafe pointer(as: uv_stream_t.self) }

    /// The connection is there: `peer` is known, small writes are not held back.
    func becomeConnected(to peer: String) {
        self.peer = peer
        state = .open
        unsafe uv_tcp_nodelay(tcp, 1)
    }

    /// Begins to read for `handler`, in the turn of ``becomeConnected(to:)``.
    func open(for handler: any ByteStreamHandler) {
        self.handler = handler
        if !isPaused, state == .open {
            startReading()
        }
    }

    func boundSilence(to limit: Duration) {
        var descriptor: Int32 = -1
        guard state == .open, unsafe uv_fileno(handle, &descriptor) == 0 else { return }
        let result = clibuv_bound_silence(descriptor, UInt32(clamping: Int64(limit / .milliseconds(1))))
        if result != 0 {
            loop.logger.warning(
                "lost peers of a connection are not detected",
                metadata: ["peer": "\(peer)", "reason": "\(UVError(result).reason)"])
        }
    }

    override func didClose() {
        // A stopping loop closes its handles without asking.
        state = .closed
        hangUpLook?.cancel()
        hangUpLook = nil
        deadline?.cancel()
        deadline = nil
        tellClosed()
    }

    // MARK: Reading

    func pauseReading() {
        guard state == .open else { return }
        isPaused = true
        pauses &+= 1
        unsafe uv_read_stop(stream)
        lookForHangUp()
    }

    func resumeReading() {
        guard state == .open, isPaused else { return }
        isPaused = false
        if handler != nil {
            startReading()
        }
    }

    /// Nobody pauses it yet.
    func becomeReading() {
        isPaused = false
    }

    /// Harmless where it reads already.
    func startReading() {
        guard !hasPeerEnded else { return }
        unsafe uv_read_start(
            stream,
            { handle, _, buffer in
                let stream: TCPStream = unsafe owner(of: handle?.pointee.data)
                unsafe buffer?.pointee = stream.loop.bufferToRead
            },
            { handle, count, buffer in
                let stream: TCPStream = unsafe owner(of: handle?.pointee.data)
                unsafe stream.didRead(count, buffer?.pointee.base)
            })
    }

    private func didRead(_ count: Int, _ bytes: UnsafeMutablePointer<CChar>?) {
        guard count >= 0, let bytes = unsafe bytes else {
            return loop.turn { count == Int(UV_EOF.rawValue) ? peerEnded() : abort() }
        }
        guard count > 0, state == .open else { return }
        loop.turn {
            unsafe handler?.received(Span(_unsafeElements: bytesRead(bytes, count)))
        }
    }

    // MARK: Writing

    func write(_ bytes: Span<UInt8>) -> Int {
        guard state == .open else { return bytes.count }
        guard !isInFlight else {
            owesWritable = true
            return 0
        }
        return unsafe bytes.withUnsafeBytes { bytes in unsafe write(bytes) }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count > 0 else { return 0 }
        var buffer = unsafe uv_buf_t(UnsafeMutableRawBufferPointer(mutating: bytes))
        let result = unsafe uv_try_write(stream, &buffer, 1)
        guard result >= 0 || result == UV_EAGAIN.rawValue else {
            abort()
            return bytes.count
        }
        let written = max(0, Int(result))
        guard written < bytes.count else { return written }
        let kept = min(bytes.count - written, TCPStream.inFlightLimit)
        guard unsafe send(UnsafeRawBufferPointer(rebasing: bytes[written..<written + kept])) else { return bytes.count }
        owesWritable = written + kept < bytes.count
        return written + kept
    }

    /// Copies the bytes and lets libuv send them. `false`: the connection is broken.
    private func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let request = unsafe WriteRequest.make(copying: bytes)
        var buffer = unsafe uv_buf_t(request.bytes)
        let result = unsafe uv_write(request.pointer, stream, &buffer, 1) { request, status in
            guard let request = unsafe request else { return }
            let stream: TCPStream = unsafe owner(of: request.pointee.handle.pointee.data)
            unsafe request.deallocateWrite()
            stream.didSend(status)
        }
        guard result == 0 else {
            unsafe request.pointer.deallocateWrite()
            abort()
            return false
        }
        isInFlight = true
        return true
    }

    private func didSend(_ status: Int32) {
        isInFlight = false
        loop.turn {
            guard status == 0 else { return abort() }
            if state == .moving { return depart() }
            guard state == .open, owesWritable else { return }
            owesWritable = false
            handler?.becameWritable()
        }
    }
}
