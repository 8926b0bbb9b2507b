import CallControlTesting
import CallModel
import EventLoops
import TLibrary
import Testing

@testable import CallControl

/// Whose messages a shard takes, how many and in which order (Architecture, "Scheduling").
struct SessionTurnTests {
    /// One shard, and sessions with messages that do nothing but say whose they are.
    private final class Queue {
        let served: ServedSimulation
        let taken = Gathered<Character>()
        private var read = 0

        init() throws { served = try ServedSimulation(dns: [.init("5001", type: .extension)]) }

        /// A session's connection has brought so many messages: they are served as they come.
        func bring(_ sources: [(Character, Int)]) {
            let exchange = served.engine.exchanges[0]
            served.simulation.perform(on: served.simulation.shards[0]) {
                for (name, count) in sources {
                    let left = Locked(count)
                    let takeNext: @Sendable () -> Bool = { [taken] in
                        taken.append(name)
                        return left.withLock { left in
                            left -= 1
                            return left > 0
                        }
                    }
                    exchange.serve(exchange.admit(SilentStream(), takeNext: takeNext), takeNext)
                }
            }
        }

        /// What was taken since the last look, as runs such as `a32`.
        func look() -> String {
            let all = taken.all
            defer { read = all.count }
            var runs: [(name: Character, count: Int)] = []
            for name in all[read...] {
                if runs.last?.name == name { runs[runs.count - 1].count += 1 } else { runs.append((name, 1)) }
            }
            return runs.map { "\($0.name)\($0.count)" }.joined(separator: " ")
        }

        /// What each turn takes from now on, until nothing is left to be taken.
        func turns() -> [String] {
            var turns: [String] = []
            while served.simulation.run(within: .zero, until: { self.taken.all.count > self.read }) {
                turns.append(look())
            }
            return turns
        }
    }

    private final class SilentStream: ByteStream {
        var peer: String { "" }
        func write(_ bytes: Span<UInt8>) -> Int { bytes.count }
        func pauseReading() {}
        func resumeReading() {}
        func move(to _: any EventLoop, accept _: @escaping @Sendable (any ByteStream) -> any ByteStreamHandler) {}
        func close() {}
    }

    @Test func `where others are there thirty-two are taken as they come, and no turn follows where that was all`()
        throws
    {
        let queue = try Queue()
        queue.bring([("o", 1), ("a", 32)])
        #expect(queue.look() == "o1 a32" && queue.turns().isEmpty)
        queue.bring([("b", 33)])
        #expect(queue.look() == "b32" && queue.turns() == ["b1"])
    }

    @Test func `where nobody else is there it is sixty-four, and as many in each turn that follows`() throws {
        let queue = try Queue()
        queue.bring([("a", 200)])
        #expect(queue.look() == "a64" && queue.turns() == ["a64", "a64", "a8"])
        queue.bring([("b", 64)])
        #expect(queue.look() == "b64" && queue.turns().isEmpty)
    }

    @Test func `where others are there eight follow, of each by turns`() throws {
        let queue = try Queue()
        queue.bring([("o", 1), ("a", 60), ("b", 45), ("c", 32)])
        #expect(queue.look() == "o1 a32 b32 c32")
        #expect(queue.turns() == ["a8 b8", "a8 b5", "a8", "a4"])
    }

    @Test(arguments: [(8, true), (9, false)]) func `others are those who ask for eight at most`(
        count: Int, isThere: Bool
    ) throws {
        let queue = try Queue()
        queue.bring([("o", count), ("a", 70)])
        #expect(queue.look() == (isThere ? "o\(count) a32" : "o\(count) a64"))
        #expect(queue.turns().first == (isThere ? "a8" : "a6"))
    }

    @Test(arguments: [(19, true), (20, false)]) func `they are remembered for twenty milliseconds`(
        milliseconds: Int, isThere: Bool
    ) throws {
        let queue = try Queue()
        queue.bring([("o", 1)])
        queue.served.simulation.advance(by: .milliseconds(milliseconds))
        _ = queue.look()
        queue.bring([("a", 70)])
        #expect(queue.look() == (isThere ? "a32" : "a64"))
        #expect(queue.turns().first == (isThere ? "a8" : "a6"))
    }

    @Test func `who comes while others stand in line goes behind them`() throws {
        let queue = try Queue()
        queue.bring([("o", 1), ("a", 50), ("b", 50)])
        _ = queue.look()
        queue.bring([("c", 48)])
        #expect(queue.look() == "c32")
        #expect(queue.turns() == ["a8 b8 c8", "a8 b8 c8", "a2 b2"])
    }
}

/// How a shard takes what other shards have sent: an ``Mailbox`` and its line.
struct MailboxTurnTests {
    /// A request of that client's, by its number.
    private static func request(_ number: Int32, of client: UInt64) -> ShardMessage {
        .request(Request(.queryServer, reference: ReferenceID(rawValue: number)), ClientID(shard: 0, serial: client))
    }

    /// What one turn takes of what is posted; `whileTaking` may post more, by how many were taken.
    private func turns(_ post: (Mailbox) -> Void, whileTaking: (Mailbox, Int) -> Void = { _, _ in }) -> [[String]] {
        let simulation = Simulation(seed: 1)
        let mailbox = Mailbox(simulation.shards[0])
        var turns: [[String]] = []
        simulation.perform { post(mailbox) }
        while mailbox.waiting > 0 {
            turns.append([])
            simulation.perform(on: simulation.shards[0]) {
                mailbox.drain { parcel in
                    switch parcel {
                    case .request(let request, let client):
                        turns[turns.count - 1].append("\(client.serial):\(request.reference)")
                    case .reduceBacklog: turns[turns.count - 1].append("urgent")
                    case .shutdown: turns[turns.count - 1].append("own")
                    default: Issue.record("nothing else was posted")
                    }
                    whileTaking(mailbox, turns.reduce(0) { $0 + $1.count })
                }
            }
        }
        return turns
    }

    @Test func `a turn takes a hundred and twenty-eight requests, in the order of their client`() {
        let taken = turns { mailbox in for number in 1...300 { mailbox.post(Self.request(Int32(number), of: 1)) } }
        #expect(taken.map(\.count) == [128, 128, 44])
        #expect(taken.joined().elementsEqual((1...300).map { "1:\($0)" }))
    }

    @Test func `what is urgent is looked for after sixteen requests`() {
        let simulation = Simulation(seed: 1)
        let mailbox = Mailbox(simulation.shards[0])
        var taken: [String] = []
        simulation.perform { for number in 1...40 { mailbox.post(Self.request(Int32(number), of: 1)) } }
        // On no shard, so that what is posted meanwhile comes from elsewhere.
        simulation.perform {
            mailbox.drain { parcel in
                if case .reduceBacklog = parcel { return taken.append("urgent") }
                taken.append("request")
                if taken.count == 1 { mailbox.post(.reduceBacklog) }
            }
        }
        #expect(taken.firstIndex(of: "urgent") == 16 && taken.count == 41)
    }

    @Test func `what the shard posts to itself comes before the next request`() {
        let taken = turns { mailbox in
            for number in 1...3 as ClosedRange<Int32> { mailbox.post(Self.request(number, of: 1)) }
        } whileTaking: { mailbox, count in
            if count == 1 { mailbox.post(.shutdown) }
        }
        #expect(taken == [["1:1", "own", "1:2", "1:3"]])
    }

    @Test(arguments: [64, 65]) func `sixty-four are a short line, taken as it came`(count: Int) {
        var line = RoundRobinQueue<Int, Int>()
        for number in 0..<count { line.append(number, of: number < count - 2 ? 1 : 2) }
        var taken: [Int] = []
        while let next = line.popFirst() { taken.append(next) }
        let byTurns = [0, count - 2, 1, count - 1] + Array(2..<count - 2)
        #expect(taken == (count <= 64 ? Array(0..<count) : byTurns) && line.isEmpty)
    }

    @Test func `in a long line nobody waits for more than one of each other's, and new ones go behind`() {
        var line = RoundRobinQueue<Character, String>()
        for number in 1...70 { line.append("a\(number)", of: "a") }
        for number in 1...2 { for source in "bc" { line.append("\(source)\(number)", of: source) } }
        var taken = (1...5).compactMap { _ in line.popFirst() }
        line.append("d1", of: "d")
        line.append("b3", of: "b")
        taken += (6...9).compactMap { _ in line.popFirst() }
        #expect(taken == ["a1", "b1", "c1", "a2", "b2", "c2", "a3", "d1", "b3"])
        #expect(line.count == 67)
    }
}
