import CallControl
import CallModel
import EventLoops
import Synchronization

/// One datagram to a server, and its first answer.
enum DatagramQuestion {
    static func ask(
        _ bytes: [UInt8], at address: SocketAddress, from here: SocketAddress, on shard: any EventLoop
    ) async throws -> [UInt8] {
        let answer = Mutex<[UInt8]?>(nil)
        let visitor = ShardVisitor(shard)
        let opened = await visitor.run {
            Result { () throws(EventLoopError) in
                try visitor.seat.shard.openDatagramSocket(at: here) { bytes, _ in
                    let bytes = bytes.indices.map { bytes[$0] }
                    answer.withLock { $0 = $0 ?? bytes }
                }
            }
        }
        let socket = try opened.get()
        await visitor.run { _ = socket.send(bytes.span, to: address) }
        let result: Result<Void, any Error>
        do {
            result = .success(try await eventually("\(address) answers") { answer.withLock { $0 != nil } })
        } catch {
            result = .failure(error)
        }
        await visitor.run { socket.close() }
        try result.get()
        return answer.withLock { $0 } ?? []
    }
}
