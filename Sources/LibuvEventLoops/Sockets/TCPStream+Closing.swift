import CLibuv
import EventLoops

// A connection is not closed under the bytes that its peer has yet to read. The kernel answers what still comes to a
// closed socket with a reset, and a reset overtakes what was sent before it. So the stream first sends what is in
// flight, then ends its own direction, and reads until the peer has ended too. A peer that does not is cut at the deadline.
extension TCPStream {
    /// How long a peer may take, from ``close()`` on, to read what was sent to it and to end.
    private static let lingering = Duration.seconds(1)

    func close() {
        switch state {
        case .unconnected: abort()
        case .open: finish()
        case .moving: abort()
        case .flushing, .lingering, .closed: break
        }
    }

    /// The peer sends nothing more. Half-open connections are not kept: what is in flight is sent, then it is over.
    func peerEnded() {
        hasPeerEnded = true
        switch state {
        case .unconnected, .lingering, .moving: abort()
        case .open: finish()
        case .flushing, .closed: break
        }
    }

    private func finish() {
        guard isInFlight || !hasPeerEnded, !loop.isStopping else { return abort() }
        state = .flushing
        deadline = loop.after(TCPStream.lingering) { [weak self] in self?.abort() }
        startReading()
        endOwnDirection()
    }

    /// libuv ends the direction once all writes are done.
    private func endOwnDirection() {
        let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
        let result = unsafe uv_shutdown(request, stream) { request, status in
            guard let request = unsafe request else { return }
            let stream: TCPStream = unsafe owner(of: request.pointee.handle.pointee.data)
            unsafe request.deallocate()
            stream.loop.turn { stream.didEndOwnDirection(status) }
        }
        if result != 0 {
            unsafe request.deallocate()
            abort()
        }
    }

    private func didEndOwnDirection(_ status: Int32) {
        guard status == 0, state == .flushing, !hasPeerEnded else { return abort() }
        state = .lingering
        tellClosed()
    }

    /// Closes the handle at once; the handler is told when that is done.
    func abort() {
        guard state != .closed else { return }
        state = .closed
        closeHandle()
    }

    /// The handler hears of it once, and is let go.
    func tellClosed() {
        guard let handler else { return }
        self.handler = nil
        handler.closed()
    }
}
