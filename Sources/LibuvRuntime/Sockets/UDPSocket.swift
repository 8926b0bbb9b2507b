import CLibuv
public import CallControl
public import CallModel
import Logging

extension EventLoop {
    public func openDatagramSocket(
        at address: SocketAddress, received: @escaping @Sendable (Span<UInt8>, SocketAddress) -> Void
    ) throws(ShardError) -> any DatagramSocket {
        precondition(isCurrent, "a socket is opened on the shard that it lives on")
        let operation = "open a UDP socket at \(address)"
        guard !isStopping else { throw .stopping(operation) }
        do throws(UVError) {
            let name = try SocketName(address)
            let socket = try UDPSocket(on: self, received)
            do throws(UVError) {
                try socket.bind(name)
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

/// A UDP socket.
private final class UDPSocket: LoopHandle, DatagramSocket, @unchecked Sendable {
    private(set) var localAddress = SocketAddress(host: "", port: 0)
    private var received: ((Span<UInt8>, SocketAddress) -> Void)?
    /// Whether the last receive failed: that is logged when it begins, not for each datagram.
    private var isFailing = false
    /// To whom the last datagram went, and from whom the last one came: mostly the same for long.
    private var receiver: (address: SocketAddress, name: SocketName)?
    private var sender: (address: SocketAddress, name: SocketName)?

    init(on loop: EventLoop, _ received: @escaping (Span<UInt8>, SocketAddress) -> Void) throws(UVError) {
        self.received = received
        try unsafe super.init(UV_UDP, on: loop) { loop, handle in
            unsafe uv_udp_init(loop, handle.assumingMemoryBound(to: uv_udp_t.self))
        }
    }

    private var udp: UnsafeMutablePointer<uv_udp_t> { unsafe pointer(as: uv_udp_t.self) }

    func bind(_ name: SocketName) throws(UVError) {
        try UVError.check(unsafe name.withPointer { name, _ in unsafe uv_udp_bind(udp, name, 0) })
        localAddress = try unsafe SocketName(reading: { name, length in
            unsafe length.withMemoryRebound(to: Int32.self, capacity: 1) { length in
                unsafe uv_udp_getsockname(udp, name, length)
            }
        }).address
        let result = unsafe uv_udp_recv_start(
            udp,
            { handle, _, buffer in
                let socket: UDPSocket = unsafe owner(of: handle?.pointee.data)
                unsafe buffer?.pointee = socket.loop.bufferToRead
            },
            { handle, count, buffer, sender, _ in
                let socket: UDPSocket = unsafe owner(of: handle?.pointee.data)
                unsafe socket.didReceive(count, buffer?.pointee.base, from: sender)
            })
        try UVError.check(result)
    }

    /// Zero bytes from nobody: there is nothing more to read.
    private func didReceive(_ count: Int, _ bytes: UnsafeMutablePointer<CChar>?, from name: UnsafePointer<sockaddr>?) {
        guard count >= 0 else { return receiveFailed(UVError(Int32(clamping: count))) }
        guard let bytes = unsafe bytes, let name = unsafe name else { return }
        isFailing = false
        let sender = unsafe address(of: name)
        loop.turn {
            unsafe received?(Span(_unsafeElements: bytesRead(bytes, count)), sender)
        }
    }

    private func address(of name: UnsafePointer<sockaddr>) -> SocketAddress {
        if let sender, unsafe sender.name.isSame(as: name) {
            return sender.address
        }
        let address = unsafe SocketAddress(name)
        sender = (address, unsafe SocketName(copying: name))
        return address
    }

    private func receiveFailed(_ error: UVError) {
        guard !isFailing else { return }
        isFailing = true
        loop.logger.warning(
            "a UDP socket cannot receive", metadata: ["at": "\(localAddress)", "reason": "\(error.reason)"])
    }

    func send(_ bytes: Span<UInt8>, to address: SocketAddress) -> Bool {
        guard !isClosing, let name = name(of: address) else { return false }
        return unsafe bytes.withUnsafeBytes { bytes in
            var buffer = unsafe uv_buf_t(UnsafeMutableRawBufferPointer(mutating: bytes))
            return unsafe name.withPointer { name, _ in unsafe uv_udp_try_send(udp, &buffer, 1, name) } >= 0
        }
    }

    private func name(of address: SocketAddress) -> SocketName? {
        if let receiver, receiver.address == address {
            return receiver.name
        }
        guard let name = try? SocketName(address) else { return nil }
        receiver = (address, name)
        return name
    }

    func close() {
        closeHandle()
    }

    override func didClose() {
        received = nil
    }
}
