#if canImport(Glibc)
    import Glibc
#endif

/// Nanoseconds since some fixed moment.
func monotonicTime() -> UInt64 { nanoseconds(of: CLOCK_MONOTONIC) }

/// CPU nanoseconds of all threads of this process.
func processCPU() -> UInt64 { nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID) }

private func nanoseconds(of clock: clockid_t) -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
