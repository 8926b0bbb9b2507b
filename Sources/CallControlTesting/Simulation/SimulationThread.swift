import Glibc
import Synchronization

/// Which thread drives the simulation now, and how late it is: the two facts that other threads may ask for.
final class SimulationThread: Sendable {
    private let thread = Atomic<UInt>(0)
    private let nanoseconds = Atomic<Int>(0)

    var isThisThread: Bool {
        thread.load(ordering: .acquiring) == pthread_self()
    }

    private var isAnother: Bool {
        let now = thread.load(ordering: .acquiring)
        return now != 0 && now != pthread_self()
    }

    /// Runs `body` with this thread as the one that drives. Inside a drive it just runs it.
    func drive<Result>(_ body: () -> Result) -> Result {
        if isThisThread { return body() }
        let (isFree, _) = thread.compareExchange(expected: 0, desired: pthread_self(), ordering: .acquiringAndReleasing)
        guard isFree else { fatalError("Simulation: two threads drive it at once; one test drives one simulation") }
        defer { thread.store(0, ordering: .releasing) }
        return body()
    }

    /// What a shard's own entries demand: anything else makes a run that its seed does not repeat.
    func admit(_ what: String) {
        guard isThisThread else {
            fatalError(
                """
                Simulation: \(what) from a thread that does not drive it; something escaped (Task {} outside an \
                actor, Task.sleep, executorPreference: nil), or a test left out perform { }: see article Simulation
                """)
        }
    }

    fileprivate func refuseOthers() {
        guard !isAnother else {
            fatalError("Simulation: its state was used by a thread that does not drive it, while another one does")
        }
    }

    var now: Duration {
        get { .nanoseconds(Int64(nanoseconds.load(ordering: .relaxed))) }
        set { nanoseconds.store(newValue.wholeNanoseconds, ordering: .relaxed) }
    }
}

/// A part of a simulation's state, as something Sendable holds it. Sendable because one thread at a time drives a
/// simulation, and every access checks that it is that one.
struct Isolated<Value: AnyObject>: @unchecked Sendable {
    private let driver: SimulationThread
    private let object: Value

    init(_ object: Value, to driver: SimulationThread) {
        self.driver = driver
        self.object = object
    }

    var value: Value {
        driver.refuseOthers()
        return object
    }
}
