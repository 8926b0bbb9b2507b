import CallControl
import CallModel
import EventLoops
import Logging

/// Opens the sockets of recordings, at ports that have rested (option `port-rest`). One for all shards of a recorder.
final class PortKeeper: Sendable {
    /// An open socket, and whom it is not to hear: a port that could not rest has these of its recording before.
    struct Intake {
        var socket: any DatagramSocket
        var strangers: Set<RestingPorts.Stream>
    }

    /// The system gives any free port: so often another one is asked for where it has not rested.
    private static let attempts = 32

    private let address: String
    private let ports: Locked<RestingPorts>
    private let counters: RecorderCounters
    private let logger: Logger
    private let origin = ContinuousClock.now

    init(address: String, rest: Duration, counters: RecorderCounters, logger: Logger) {
        self.address = address
        self.counters = counters
        self.logger = logger
        ports = Locked(RestingPorts(time: rest))
    }

    private var now: Duration { ContinuousClock.now - origin }

    /// On the shard. Where no port has rested, it is the one that has rested longest.
    func open(
        on shard: any EventLoop, received: @escaping @Sendable (Span<UInt8>, SocketAddress) -> Void
    ) throws(EventLoopError) -> Intake {
        var resting: [(socket: any DatagramSocket, since: Duration)] = []
        defer { for entry in resting { entry.socket.close() } }
        for _ in 0..<Self.attempts {
            let socket: any DatagramSocket
            do {
                socket = try shard.openDatagramSocket(at: SocketAddress(host: address, port: 0), received: received)
            } catch {
                guard resting.isEmpty else { break }
                throw error
            }
            let now = now
            guard let since = ports.withLock({ $0.rest(of: socket.localAddress.port, now: now) }) else {
                return Intake(socket: socket, strangers: [])
            }
            // Kept open meanwhile, so that the system gives another one.
            resting.append((socket, since))
        }
        guard let place = resting.indices.min(by: { resting[$0].since < resting[$1].since }) else {
            preconditionFailure("sockets that were opened are at ports that rest, or one of them was taken")
        }
        let socket = resting.remove(at: place).socket
        counters.portsReused.add()
        logger.warning("a port is used again before it has rested", metadata: ["at": "\(socket.localAddress)"])
        return Intake(socket: socket, strangers: ports.withLock { $0.giveOut(socket.localAddress.port) })
    }

    /// Closes a recording's socket. `streams` are those that sent there.
    func close(_ socket: any DatagramSocket, streams: Set<RestingPorts.Stream>) {
        let now = now
        ports.withLock { $0.giveBack(socket.localAddress.port, streams: streams, now: now) }
        socket.close()
    }
}
