import Glibc

/// Signals that a server does not end by.
enum ProcessSignals {
    /// From here on SIGHUP, as of a terminal that is closed, and SIGPIPE, as of a reader that is gone, do not end the
    /// process. Who wants to hear of SIGHUP still can.
    static func ignoreHangUps() {
        signal(SIGHUP, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
    }
}
