import CLibuv
public import EventLoops

extension LibuvEventLoop {
    /// Takes a TCP port now, for ``listen(at:spread:accept:)`` at the same address later. Who connects meanwhile waits.
    ///
    /// A program that reserves its ports first learns that one is in use before it has begun anything else. Any free port
    /// (0) is not reserved.
    public func reserve(_ address: SocketAddress) async throws(EventLoopError) {
        guard address.port != 0 else { return }
        let reserved = await ShardVisitor(self).run { [self] in
            Result { () throws(EventLoopError) in
                do throws(UVError) {
                    guard !isStopping else { return }
                    guard reservedPorts[address] == nil else { throw UVError(Int32(UV_EADDRINUSE.rawValue)) }
                    reservedPorts[address] = try ListeningSocket(at: address)
                } catch {
                    throw error.during("listen at \(address)")
                }
            }
        }
        try reserved.get()
    }

    /// The socket that was reserved for this address, or a new one.
    func takeListeningSocket(at address: SocketAddress) throws(UVError) -> ListeningSocket {
        if let reserved = reservedPorts.removeValue(forKey: address) { return reserved }
        return try ListeningSocket(at: address)
    }

    /// Gives up what nobody has listened at.
    func closeReservedPorts() {
        for socket in reservedPorts.values { socket.close() }
        reservedPorts = [:]
    }
}
