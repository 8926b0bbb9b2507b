import CLibuv
public import EventLoops

extension LibuvEventLoop {
    public func openDatagramSocket(
        at address: SocketAddress, received: @escaping @Sendable (Span<UInt8>, SocketAddress) -> Void
    ) throws(EventLoopError) -> any DatagramSocket {
        precondition(isCurrent, "a socket is opened on the shard that it lives on")
        let operation = "open a UDP socket at \(address)"
        guard !isStopping else { throw .stopping(operation) }
        do throws(UVError) {
            let name = try SocketName(address)
            let socket = try UDPSocket(on: self, received)
            do throws(UVError) {
                try socket.bind(name)
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

/// A UDP socket that sends to and receives from any address.
private final class UDPSocket: UDPHandle, DatagramSocket, @unchecked Sendable {
    private var received: ((Span<UInt8>, SocketAddress) -> Void)?
    /// To whom the last datagram went, and from whom the last one came: mostly the same for long.
    private var receiver: (address: SocketAddress, name: SocketName)?
    private var sender: (address: SocketAddress, name: SocketName)?

    init(on loop: LibuvEventLoop, _ received: @escaping (Span<UInt8>, SocketAddress) -> Void) throws(UVError) {
        self.received = received
        try super.init(on: loop)
    }

    override func didReceive(_ bytes: Span<UInt8>, from name: UnsafePointer<sockaddr>) {
        unsafe received?(bytes, address(of: name))
    }

    private func address(of name: UnsafePointer<sockaddr>) -> SocketAddress {
        if let sender, unsafe sender.name.isSame(as: name) {
            return sender.address
        }
        let address = unsafe SocketAddress(name)
        sender = (address, unsafe SocketName(copying: name))
        return address
    }

    func send(_ bytes: Span<UInt8>, to address: SocketAddress) -> Bool {
        guard !isClosing, let name = name(of: address) else { return false }
        return unsafe name.withPointer { name, _ in unsafe trySend(bytes, to: name) } >= 0
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
