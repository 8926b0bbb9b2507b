import CallControl
import CallControlTesting
import EventLoops
import Synchronization
import Testing

/// What tests gather from handlers.
final class Gathered<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    func append(_ element: Element) { elements.withLock { $0.append(element) } }
    var all: [Element] { elements.withLock { $0 } }
}

struct TurnTests {
    @Test func `wakes before the handler has run count as one`() {
        let simulation = Simulation(seed: 1)
        let shard = simulation.shards[0]
        let woken = Gathered<Duration>()
        shard.onWake { woken.append(shard.now) }
        simulation.perform {
            shard.wake()
            shard.wake()
        }
        simulation.runUntilIdle()
        #expect(woken.all.count == 1)
        simulation.perform { shard.wake() }
        simulation.runUntilIdle()
        #expect(woken.all.count == 2)
    }

    @Test func `timers of a shard run in their order, never early, and not when they are cancelled`() {
        for seed in 0..<100 as Range<UInt64> {
            let simulation = Simulation(seed: seed)
            let shard = simulation.shards[0]
            let ran = Gathered<Int>()
            simulation.perform(on: shard) {
                for delay in [30, 10, 20, 10] {
                    let due = shard.now + .milliseconds(delay)
                    _ = shard.after(.milliseconds(delay)) {
                        #expect(shard.isCurrent)
                        #expect(shard.now >= due)
                        ran.append(delay)
                    }
                }
                shard.after(.milliseconds(15)) { ran.append(15) }.cancel()
            }
            simulation.advance(by: .milliseconds(25))
            #expect(ran.all == [10, 10, 20])
            #expect(simulation.now == .milliseconds(25))
            simulation.advance(by: .milliseconds(25))
            #expect(ran.all == [10, 10, 20, 30])
        }
    }

    @Test func `a simulation at rest leaves timers of later alone`() {
        let simulation = Simulation(seed: 3)
        let shard = simulation.shards[0]
        let ran = Gathered<Int>()
        simulation.perform(on: shard) { _ = shard.after(.seconds(10)) { ran.append(1) } }
        simulation.runUntilIdle()
        #expect(ran.all.isEmpty)
        #expect(simulation.run { !ran.all.isEmpty })
        #expect(simulation.step() == false)
    }

    @Test func `before it waits, a shard that ran something is told, and other shards are not`() {
        var gathering: Set<Int> = []
        for seed in 0..<50 as Range<UInt64> {
            let simulation = Simulation(seed: seed, shards: 2)
            let (one, other) = (simulation.shards[0], simulation.shards[1])
            let waits = Gathered<Int>()
            for shard in [one, other] {
                shard.onWake {}
                shard.beforeWaiting { waits.append(shard.index) }
            }
            simulation.perform(on: one) {
                for _ in 0..<3 { _ = one.after(.zero) { one.wake() } }
            }
            simulation.runUntilIdle()
            #expect(!waits.all.isEmpty)
            #expect(!waits.all.contains(1))
            gathering.insert(waits.all.count)
        }
        // Several turns are gathered in one wait, or each has its own: both are met.
        #expect(gathering.count > 1)
    }

    @Test func `shards overtake each other`() {
        var orders: Set<[Int]> = []
        for seed in 0..<50 as Range<UInt64> {
            let simulation = Simulation(seed: seed, shards: 3)
            let order = Gathered<Int>()
            for shard in simulation.shards {
                shard.onWake { order.append(shard.index) }
            }
            simulation.perform { for shard in simulation.shards { shard.wake() } }
            simulation.runUntilIdle()
            #expect(order.all.sorted() == [0, 1, 2])
            orders.insert(order.all)
        }
        #expect(orders.count == 6)
    }

    @Test func `a shard is current in its own turns alone`() {
        let simulation = Simulation(seed: 1, shards: 2)
        let (one, other) = (simulation.shards[0], simulation.shards[1])
        #expect(!one.isCurrent)
        simulation.perform(on: one) {
            #expect(one.isCurrent)
            #expect(!other.isCurrent)
        }
        simulation.perform { #expect(!one.isCurrent) }
    }
}
