import CLibuv
public import EventLoops

extension LibuvEventLoop {
    /// How long a peer may take to accept a connection.
    private static let connectTime = Duration.seconds(5)

    public func connect(
        to address: SocketAddress,
        connected: @escaping @Sendable (Result<any ByteStream, EventLoopError>) -> (any ByteStreamHandler)?
    ) {
        precondition(isCurrent, "a connection is opened on the shard that it lives on")
        let operation = "connect to \(address)"
        guard !isStopping else {
            return inLaterTurn { _ = connected(.failure(.stopping(operation))) }
        }
        do {
            try Connecting(to: address, on: self, connected).start()
        } catch {
            inLaterTurn { _ = connected(.failure(error.during(operation))) }
        }
    }

    /// A connection that is being opened.
    ///
    /// `@unchecked Sendable`: used on the loop's thread alone.
    private final class Connecting: @unchecked Sendable {
        private let stream: TCPStream
        private let address: SocketAddress
        private let name: SocketName
        private var connected: ((Result<any ByteStream, EventLoopError>) -> (any ByteStreamHandler)?)?
        private var timeout: (any Timer)?

        init(
            to address: SocketAddress, on loop: LibuvEventLoop,
            _ connected: @escaping (Result<any ByteStream, EventLoopError>) -> (any ByteStreamHandler)?
        ) throws(UVError) {
            name = try SocketName(address)
            stream = try TCPStream(on: loop)
            self.address = address
            self.connected = connected
        }

        func start() throws(UVError) {
            let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
            unsafe request.pointee.data = Unmanaged.passRetained(self).toOpaque()
            let result = unsafe name.withPointer { name, _ in
                unsafe uv_tcp_connect(request, stream.tcp, name) { request, status in
                    guard let request = unsafe request else { return }
                    let connecting = unsafe Unmanaged<Connecting>.fromOpaque(request.pointee.data).takeRetainedValue()
                    unsafe request.deallocate()
                    connecting.stream.loop.turn { connecting.end(status) }
                }
            }
            if result != 0 {
                unsafe Unmanaged<Connecting>.fromOpaque(request.pointee.data).release()
                unsafe request.deallocate()
                stream.abort()
                throw UVError(result)
            }
            timeout = stream.loop.after(connectTime) { [weak self] in self?.end(UV_ETIMEDOUT.rawValue) }
        }

        /// Once: when the kernel has answered or the time is over.
        private func end(_ status: Int32) {
            guard let connected else { return }
            self.connected = nil
            timeout?.cancel()
            guard status == 0 else {
                stream.abort()
                let operation = "connect to \(address)"
                let isStopping = stream.loop.isStopping
                _ = connected(.failure(isStopping ? .stopping(operation) : UVError(status).during(operation)))
                return
            }
            stream.becomeConnected(to: address.description)
            if let handler = connected(.success(stream)) {
                stream.open(for: handler)
            } else {
                stream.abort()
            }
        }
    }
}
