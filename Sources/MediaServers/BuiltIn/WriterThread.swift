import CallControl
import Dispatch
import EventLoops

/// A thread for file work. Recordings share a lane, and one whose disk hangs stops those of its lane, no others.
///
/// The executor of its tapes.
final class WriterThread: SerialExecutor {
    /// A piece of work that takes longer than this counts as hung.
    static let patience = Duration.seconds(1)

    private let queue: DispatchQueue
    private let busySince = Locked<ContinuousClock.Instant?>(nil)
    private let tapes = Locked<Tapes>(Tapes())

    private struct Tapes {
        var open: [ObjectIdentifier: RecordingWriter] = [:]
        var isClosed = false
    }

    init(number: Int) {
        queue = DispatchQueue(label: "callcontrol.recordings.\(number)")
    }

    /// Whether its disk hangs, so that new recordings are better off elsewhere.
    var isStalled: Bool {
        let since = busySince.withLock { $0 }
        return since.map { ContinuousClock.now - $0 > Self.patience } ?? false
    }

    func run(_ work: @escaping @Sendable () -> Void) {
        queue.async { [self] in
            busySince.withLock { $0 = .now }
            work()
            busySince.withLock { $0 = nil }
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        run { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }

    /// Keeps a tape until ``forget(_:)``. `false` once the lane is shut down.
    func keep(_ tape: RecordingWriter) -> Bool {
        tapes.withLock { tapes in
            guard !tapes.isClosed else { return false }
            tapes.open[ObjectIdentifier(tape)] = tape
            return true
        }
    }

    func forget(_ tape: RecordingWriter) {
        tapes.withLock { $0.open[ObjectIdentifier(tape)] = nil }
    }

    /// Closes every file of the lane and takes no more. Returns when that is done, or after two seconds where a disk hangs.
    func shutDown() async {
        let open = tapes.withLock { tapes in
            tapes.isClosed = true
            return Array(tapes.open.values)
        }
        for tape in open {
            tape.close(answering: nil)
        }
        await withCheckedContinuation { continuation in
            let ending = OneShot(continuation)
            queue.async { ending.come() }
            DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(2)) { ending.come() }
        }
    }
}
