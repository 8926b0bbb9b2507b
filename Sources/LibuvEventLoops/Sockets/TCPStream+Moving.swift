import CLibuv
import EventLoops
import Logging

// A connection goes to another loop with its descriptor: a copy of it is opened there, and this loop closes its own.
extension TCPStream {
    /// How long what is in flight may take to be sent before.
    private static let patience = Duration.seconds(1)

    func move(to shard: any EventLoop, accept: @escaping @Sendable (any ByteStream) -> any ByteStreamHandler) {
        guard state == .open else { return }
        guard let target = shard as? LibuvEventLoop else {
            preconditionFailure("a connection of an event loop moves to another event loop only")
        }
        unsafe uv_read_stop(stream)
        state = .moving
        departure = { [weak self] in
            guard let self else { return }
            if target === loop { stay(accept) } else { go(to: target, accept) }
        }
        guard isInFlight else {
            // Never from inside the call.
            return loop.inLaterTurn { [weak self] in self?.depart() }
        }
        deadline = loop.after(Self.patience) { [weak self] in self?.abort() }
    }

    /// Nothing is in flight any more.
    func depart() {
        guard state == .moving, let departure else { return }
        self.departure = nil
        deadline?.cancel()
        deadline = nil
        departure()
    }

    private func stay(_ accept: (any ByteStream) -> any ByteStreamHandler) {
        state = .open
        handler = nil
        becomeReading()
        open(for: accept(self))
    }

    private func go(to target: LibuvEventLoop, _ accept: @escaping @Sendable (any ByteStream) -> any ByteStreamHandler)
    {
        var own: Int32 = -1
        guard unsafe uv_fileno(handle, &own) == 0 else { return abort() }
        let descriptor = clibuv_copy_descriptor(own)
        guard descriptor >= 0 else {
            loop.logger.warning(
                "a connection is lost on its way to another loop", metadata: ["reason": "\(UVError(descriptor).reason)"]
            )
            return abort()
        }
        let peer = peer
        handler = nil
        abort()
        if !target.hand({ loop in loop.adopt(descriptor, peer, accept) }) {
            _ = CLibuv.close(descriptor)
        }
    }
}
