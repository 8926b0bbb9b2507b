import Testing

@testable import CallControl

struct RoundRobinQueueTests {
    private func drain(_ queue: inout RoundRobinQueue<Int, String>) -> [String] {
        var elements: [String] = []
        while let element = queue.popFirst() { elements.append(element) }
        return elements
    }

    @Test func `a short queue keeps the order of arrival`() {
        var queue = RoundRobinQueue<Int, String>()
        for number in 0..<64 { queue.append("\(number)", of: number % 2) }
        #expect(queue.count == 64)
        #expect(drain(&queue) == (0..<64).map(String.init))
        #expect(queue.isEmpty)
    }

    @Test func `in a long queue nobody waits for more than one element of each other source`() {
        var queue = RoundRobinQueue<Int, String>()
        for number in 0..<1_000 { queue.append("a\(number)", of: 0) }
        queue.append("b0", of: 1)
        queue.append("b1", of: 1)
        let order = drain(&queue)
        #expect(order.count == 1_002)
        #expect(order.firstIndex(of: "b0") ?? .max <= 1)
        #expect(order.firstIndex(of: "b1") ?? .max <= 3)
        #expect(order.filter { $0.hasPrefix("a") } == (0..<1_000).map { "a\($0)" }, "each source keeps its own order")
    }
}
