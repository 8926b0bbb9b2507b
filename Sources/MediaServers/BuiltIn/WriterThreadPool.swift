import Synchronization

/// The lanes of a recorder. A recording stays on the lane that it was given.
final class WriterThreadPool: Sendable {
    static let size = 4

    let lanes: [WriterThread]
    private let turn = Atomic<Int>(0)

    init() {
        lanes = (1...Self.size).map(WriterThread.init)
    }

    /// The next lane in turn that is not stalled; `nil` where all are.
    func lane() -> WriterThread? {
        let first = turn.wrappingAdd(1, ordering: .relaxed).newValue
        return lanes.indices.lazy
            .map { self.lanes[Int(UInt(bitPattern: first &+ $0) % UInt(Self.size))] }
            .first { !$0.isStalled }
    }

    func shutDown() async {
        for lane in lanes {
            await lane.shutDown()
        }
    }
}
