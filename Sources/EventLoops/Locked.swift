#if THREAD_SANITIZER
    import Glibc
#else
    package import Synchronization
#endif

/// State behind a lock: the one lock type of this package. Held for a few instructions, never across an `await`, and
/// nothing that could take another lock is called within.
///
/// A build with `-DTHREAD_SANITIZER` has a pthread mutex instead of `Mutex`, whose futex the sanitizer cannot see.
package struct Locked<State>: ~Copyable, Sendable {
    #if THREAD_SANITIZER
        @usableFromInline package let storage: PthreadLocked<State>

        @inlinable package init(_ state: sending State) {
            storage = PthreadLocked(state)
        }
    #else
        @usableFromInline package let storage: Mutex<State>

        @inlinable package init(_ state: sending State) {
            storage = Mutex(state)
        }
    #endif

    /// Runs `body` with the state, alone.
    @inlinable package borrowing func withLock<Output, Failure: Error>(
        _ body: (inout sending State) throws(Failure) -> sending Output
    ) throws(Failure) -> sending Output {
        try storage.withLock(body)
    }
}

#if THREAD_SANITIZER
    /// `@unchecked Sendable`: the state is touched between lock and unlock only.
    @safe @usableFromInline package final class PthreadLocked<State>: @unchecked Sendable {
        private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private var state: State

        @usableFromInline package init(_ state: sending State) {
            self.state = state
            unsafe mutex.initialize(to: pthread_mutex_t())
            let result = unsafe pthread_mutex_init(mutex, nil)
            precondition(result == 0, "a mutex could not be made")
        }

        deinit {
            unsafe pthread_mutex_destroy(mutex)
            unsafe mutex.deallocate()
        }

        @usableFromInline package func withLock<Output, Failure: Error>(
            _ body: (inout sending State) throws(Failure) -> sending Output
        ) throws(Failure) -> sending Output {
            unsafe pthread_mutex_lock(mutex)
            defer { unsafe pthread_mutex_unlock(mutex) }
            return try body(&state)
        }
    }
#endif
