import CLibuv
import EventLoops

/// The descriptor of a listening TCP socket. Owned by its listener, which closes it once.
struct ListeningSocket {
    /// What an attempt to accept came to.
    enum Attempt {
        case connection(Int32, peer: SocketName)
        /// Nobody waits.
        case none
        /// This one connection failed before it was accepted; others may wait.
        case lost
        /// The process or the system has nothing left for another connection.
        case refused(UVError)
    }

    private static let backlog: Int32 = 1_024

    let descriptor: Int32

    init(at address: SocketAddress) throws(UVError) {
        let name = try SocketName(address)
        descriptor = unsafe name.withPointer { name, length in
            unsafe clibuv_listen(name, length, ListeningSocket.backlog)
        }
        try UVError.check(descriptor)
    }

    /// With the port that it got.
    func localAddress() throws(UVError) -> SocketAddress {
        try unsafe SocketName(reading: { name, length in
            unsafe clibuv_name_of_socket(descriptor, name, length)
        }).address
    }

    func accept() -> Attempt {
        var accepted: Int32 = -1
        do throws(UVError) {
            let peer = try unsafe SocketName(reading: { name, length in
                accepted = unsafe clibuv_accept(descriptor, name, length)
                return accepted
            })
            return .connection(accepted, peer: peer)
        } catch {
            switch -error.code {
            case EAGAIN: return .none
            case EMFILE, ENFILE, ENOBUFS, ENOMEM, EBADF, EINVAL, ENOTSOCK, EPERM: return .refused(error)
            // The network's errors belong to the connection, see accept(2); also ECONNABORTED and EINTR.
            default: return .lost
            }
        }
    }

    func close() {
        _ = CLibuv.close(descriptor)
    }
}

/// One descriptor kept back. Where all others are in use it is given up for a moment, to take the waiting connections
/// and close them: their peers learn at once that they are refused.
struct ReserveDescriptor {
    private var descriptor: Int32 = -1

    mutating func refill() {
        guard descriptor < 0 else { return }
        descriptor = clibuv_open_null()
    }

    /// Refuses those who wait, 64 at most. Does nothing where there is no reserve.
    mutating func shed(from socket: ListeningSocket) {
        guard descriptor >= 0 else { return }
        give()
        for _ in 0..<64 {
            guard case .connection(let accepted, _) = socket.accept() else { break }
            _ = CLibuv.close(accepted)
        }
        refill()
    }

    mutating func give() {
        guard descriptor >= 0 else { return }
        _ = CLibuv.close(descriptor)
        descriptor = -1
    }
}
