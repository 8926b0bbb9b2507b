import CallControlTesting
import CallModel
import EventLoops
import TLibrary
import Testing

@testable import CallControl

/// How much of a session a shard takes at once, when it has more.
struct SchedulingTests {
    private let served: ServedSimulation
    private let much: Session
    private let little: Session

    /// Two sessions of one shard. What the first has when its turn in line comes is nothing.
    init() throws {
        served = try ServedSimulation(dns: [.init("5001", type: .extension)])
        let exchange = served.engine.exchanges[0]
        var made: [Session] = []
        served.simulation.perform(on: served.simulation.shards[0]) {
            made = (0..<2).map { _ in exchange.admit(NoStream()) { false } }
        }
        (much, little) = (made[0], made[1])
    }

    /// How many messages are taken as they come of a session that has so many.
    private func taken(of session: Session, having count: Int) -> Int {
        var taken = 0
        served.simulation.perform(on: served.simulation.shards[0]) {
            served.engine.exchanges[0].serve(session) {
                taken += 1
                return taken < count
            }
        }
        served.simulation.runUntilIdle()
        return taken
    }

    @Test func `of one that stood in line a moment ago little is taken at once, where there are others`() {
        #expect(taken(of: little, having: 1) == 1)
        #expect(taken(of: much, having: 100) == 32)
        #expect(taken(of: much, having: 100) == 8)
        #expect(taken(of: much, having: 100) == 8)
        served.simulation.advance(by: .milliseconds(30))
        #expect(taken(of: little, having: 1) == 1)
        #expect(taken(of: much, having: 100) == 32)
    }

    @Test func `nobody makes room for itself`() {
        for _ in 0..<4 { #expect(taken(of: much, having: 100) == 64) }
    }

    @Test func `of one that asks for as much as is taken at once all is taken, whoever else is there`() {
        for _ in 0..<4 {
            #expect(taken(of: little, having: 1) == 1)
            #expect(taken(of: much, having: 32) == 32)
        }
    }
}

/// A connection on which nothing goes.
private final class NoStream: ByteStream {
    let peer = ""

    func write(_ bytes: Span<UInt8>) -> Int { bytes.count }
    func pauseReading() {}
    func resumeReading() {}
    func move(to shard: any EventLoop, accept: @escaping @Sendable (any ByteStream) -> any ByteStreamHandler) {}
    func close() {}
}
