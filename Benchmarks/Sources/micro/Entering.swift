import CallControl
import CallModel
import EventLoops

func enteringBenchmarks() -> [Benchmark] {
    [
        // Each request enters five actors on its way, so an entry may cost no allocation.
        Benchmark(name: "enter an actor on its own shard", allowed: 0) { times in
            let ledger = Ledger(seat: ShardSeat(ThisThread()))
            var sum = 0
            for number in 1...times {
                sum &+= ledger.enter(number) { ledger, number in ledger.add(number) }
            }
            return sum
        }
    ]
}

private actor Ledger: LoopBound {
    static let rank = 1

    nonisolated let seat: ShardSeat
    private var sum = 0

    init(seat: ShardSeat) {
        self.seat = seat
    }

    func add(_ number: Int) -> Int {
        sum &+= number
        return sum
    }
}

/// The thread that measures, as a shard: it runs no jobs and opens nothing.
private final class ThisThread: EventLoop {
    let index = 0
    let isCurrent = true
    let now = Duration.zero
    let wallTime = WallTime(microseconds: 0)

    func random() -> UInt64 { 0 }
    func wake() {}
    func onWake(_ handler: @escaping @Sendable () -> Void) {}
    func beforeWaiting(_ handler: @escaping @Sendable () -> Void) {}

    func after(_ delay: Duration, _ work: @escaping @Sendable () -> Void) -> any Timer {
        preconditionFailure("The measuring thread keeps no time.")
    }

    func listen(
        at address: SocketAddress, spread: [any EventLoop], gate: any ConnectionGate
    ) throws(EventLoopError) -> any Listener {
        throw EventLoopError(operation: "listen at \(address)", reason: "the measuring thread opens nothing")
    }

    func connect(
        to address: SocketAddress,
        connected: @escaping @Sendable (Result<any ByteStream, EventLoopError>) -> (any ByteStreamHandler)?
    ) {}

    func openDatagramSocket(
        at address: SocketAddress, received: @escaping @Sendable (Span<UInt8>, SocketAddress) -> Void
    ) throws(EventLoopError) -> any DatagramSocket {
        throw EventLoopError(operation: "open \(address)", reason: "the measuring thread opens nothing")
    }

    func openDatagramSocket(
        connectedTo peer: SocketAddress, received: @escaping @Sendable (Span<UInt8>) -> Void,
        failed: @escaping @Sendable (DatagramFailure) -> Void
    ) throws(EventLoopError) -> any ConnectedDatagramSocket {
        throw EventLoopError(operation: "open a socket to \(peer)", reason: "the measuring thread opens nothing")
    }

    func enqueue(_ job: consuming ExecutorJob) {
        preconditionFailure("Nothing is awaited while an entry is measured.")
    }
}
