import CLibuv
import EventLoops
import Synchronization

extension LibuvEventLoop {
    /// What other threads hand to a loop.
    struct Remote {
        var jobs: [UnownedJob] = []
        /// What runs on the loop, in order: connections that another loop accepted, handlers, the order to stop.
        var parcels: [@Sendable (LibuvEventLoop) -> Void] = []
        /// Whether the loop has been told, and has not looked yet.
        var isSignalled = false
        /// `nil` before the loop is open and once it closes its handles; it then looks by itself.
        var waker: LoopHandle?
        /// Nothing is taken any more.
        var isStopped = false

        /// Sent under the lock, so that the handle cannot be closed meanwhile.
        mutating func signal() {
            guard !isSignalled else { return }
            isSignalled = true
            guard let waker else { return }
            unsafe uv_async_send(waker.pointer(as: uv_async_t.self))
        }
    }

    /// Runs `parcel` in a later turn of the loop. On any thread. `false` where the loop has stopped.
    @discardableResult
    func hand(_ parcel: @escaping @Sendable (LibuvEventLoop) -> Void) -> Bool {
        remote.withLock { remote in
            guard !remote.isStopped else { return false }
            remote.parcels.append(parcel)
            remote.signal()
            return true
        }
    }

    public func wake() {
        guard !wakeOwed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        if isCurrent {
            comeAgain()
        } else {
            remote.withLock { $0.signal() }
        }
    }

    public func onWake(_ handler: @escaping @Sendable () -> Void) {
        onLoop { loop in
            precondition(loop.wakeHandler == nil, "onWake is set once")
            loop.wakeHandler = handler
        }
    }

    public func beforeWaiting(_ handler: @escaping @Sendable () -> Void) {
        onLoop { loop in
            precondition(loop.waitHandler == nil, "beforeWaiting is set once")
            loop.waitHandler = handler
        }
    }

    private func onLoop(_ work: @escaping @Sendable (LibuvEventLoop) -> Void) {
        if isCurrent {
            work(self)
        } else {
            hand(work)
        }
    }

    /// Takes what other threads handed over: parcels first, each a turn, then the jobs.
    func takeRemote() {
        var arrived = spareJobs
        spareJobs = []
        let parcels = remote.withLock { remote in
            remote.isSignalled = false
            swap(&remote.jobs, &arrived)
            defer { remote.parcels = [] }
            return remote.parcels
        }
        jobs.append(contentsOf: arrived)
        arrived.removeAll(keepingCapacity: arrived.capacity <= 4 * LibuvEventLoop.jobsOfTurn)
        spareJobs = arrived
        for parcel in parcels {
            turn { parcel(self) }
        }
        answerWake()
    }

    /// The turn of the wake handler where one is owed; of the jobs in any case.
    func answerWake() {
        turn {
            guard wakeOwed.exchange(false, ordering: .acquiringAndReleasing) else { return }
            wakeHandler?()
        }
    }
}
