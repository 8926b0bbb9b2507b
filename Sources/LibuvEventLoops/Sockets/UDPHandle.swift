import CLibuv
import EventLoops
import Logging

/// A UDP handle of libuv, bound and receiving: the common part of sockets with and without a peer.
class UDPHandle: LoopHandle, @unchecked Sendable {
    private(set) var localAddress = SocketAddress(host: "", port: 0)
    /// Whether the last receive failed: that is logged when it begins, not for each datagram.
    private var isFailing = false

    init(on loop: LibuvEventLoop) throws(UVError) {
        try unsafe super.init(UV_UDP, on: loop) { loop, handle in
            unsafe uv_udp_init(loop, handle.assumingMemoryBound(to: uv_udp_t.self))
        }
    }

    final var udp: UnsafeMutablePointer<uv_udp_t> { unsafe pointer(as: uv_udp_t.self) }

    /// One datagram, in a loop iteration's callback. The bytes and the name are good for the call only.
    func didReceive(_ bytes: Span<UInt8>, from name: UnsafePointer<sockaddr>) {}

    /// A receive failed; the handle goes on receiving.
    func receiveFailed(_ error: UVError) {
        guard !isFailing else { return }
        isFailing = true
        loop.logger.warning(
            "a UDP socket cannot receive", metadata: ["at": "\(localAddress)", "reason": "\(error.reason)"])
    }

    final func bind(_ name: SocketName) throws(UVError) {
        try UVError.check(unsafe name.withPointer { name, _ in unsafe uv_udp_bind(udp, name, 0) })
        try readLocalAddress()
    }

    final func connect(_ peer: SocketName) throws(UVError) {
        try UVError.check(unsafe peer.withPointer { name, _ in unsafe uv_udp_connect(udp, name) })
        try readLocalAddress()
    }

    private func readLocalAddress() throws(UVError) {
        localAddress = try unsafe SocketName(reading: { name, length in
            unsafe length.withMemoryRebound(to: Int32.self, capacity: 1) { length in
                unsafe uv_udp_getsockname(udp, name, length)
            }
        }).address
    }

    final func startReceiving() throws(UVError) {
        let result = unsafe uv_udp_recv_start(
            udp,
            { handle, _, buffer in
                let socket: UDPHandle = unsafe owner(of: handle?.pointee.data)
                unsafe buffer?.pointee = socket.loop.bufferToRead
            },
            { handle, count, buffer, sender, _ in
                let socket: UDPHandle = unsafe owner(of: handle?.pointee.data)
                unsafe socket.received(count, buffer?.pointee.base, from: sender)
            })
        try UVError.check(result)
    }

    /// Zero bytes from nobody: there is nothing more to read.
    private func received(_ count: Int, _ bytes: UnsafeMutablePointer<CChar>?, from name: UnsafePointer<sockaddr>?) {
        guard count >= 0 else { return loop.turn { receiveFailed(UVError(Int32(clamping: count))) } }
        guard let bytes = unsafe bytes, let name = unsafe name else { return }
        isFailing = false
        loop.turn {
            unsafe didReceive(Span(_unsafeElements: bytesRead(bytes, count)), from: name)
        }
    }

    /// libuv's result: the number of bytes, or a negative error. `nil` for `name`: to the peer.
    final func trySend(_ bytes: Span<UInt8>, to name: UnsafePointer<sockaddr>?) -> Int32 {
        unsafe bytes.withUnsafeBytes { bytes in
            var buffer = unsafe uv_buf_t(UnsafeMutableRawBufferPointer(mutating: bytes))
            return unsafe uv_udp_try_send(udp, &buffer, 1, name)
        }
    }
}
