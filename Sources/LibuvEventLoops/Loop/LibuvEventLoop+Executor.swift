import CLibuv
import EventLoops

// The executor: jobs in the order in which they came, on the loop's thread, in the form that leaves the fewest of them
// (article Architecture).
extension LibuvEventLoop {
    /// Jobs that one turn runs at most; the rest run in the next iteration, after the sockets and timers had theirs.
    static let jobsOfTurn = 4_096

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            jobs.append(job)
        } else {
            enqueueRemotely(job)
        }
    }

    private func enqueueRemotely(_ job: UnownedJob) {
        let isStopped = remote.withLock { remote in
            guard !remote.isStopped else { return true }
            remote.jobs.append(job)
            remote.signal()
            return false
        }
        if isStopped {
            // Not a precondition, whose sentence a release build leaves out: the fault is the embedding program's.
            fatalError("event loop \(name) has stopped: what runs on it must end before withLoops returns")
        }
    }

    public func checkIsolated() {
        precondition(isCurrent, "this may be done on event loop \(name) only")
    }

    public func isIsolatingCurrentContext() -> Bool? {
        isCurrent
    }

    /// Runs the local jobs, and those that they bring about, up to the bound.
    func drain() {
        guard nextJob < jobs.count else { return }
        let serial = unsafe asUnownedSerialExecutor()
        let tasks = unsafe asUnownedTaskExecutor()
        let end = nextJob + LibuvEventLoop.jobsOfTurn
        while nextJob < jobs.count, nextJob < end {
            let job = jobs[nextJob]
            nextJob += 1
            unsafe job.runSynchronously(isolatedTo: serial, taskExecutor: tasks)
        }
        hasRun = true
        forgetRunJobs()
    }

    private func forgetRunJobs() {
        if nextJob < jobs.count {
            jobs.removeSubrange(..<nextJob)
            comeAgain()
        } else {
            // A burst's memory is given back, an ordinary turn's is kept.
            jobs.removeAll(keepingCapacity: jobs.capacity <= 4 * LibuvEventLoop.jobsOfTurn)
        }
        nextJob = 0
    }
}
