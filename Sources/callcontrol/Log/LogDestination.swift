import Glibc

/// Where log lines are written: standard error, or a file that can be opened anew. Used by one thread.
struct LogDestination: Sendable {
    /// Empty: standard error.
    private let path: String
    private var descriptor: Int32

    /// - Throws: where the file cannot be opened or made.
    init(path: String) throws(LogFileError) {
        self.path = path
        descriptor = path.isEmpty ? STDERR_FILENO : try Self.open(path)
    }

    /// Another descriptor, which stays open.
    init(descriptor: Int32) {
        path = ""
        self.descriptor = descriptor
    }

    /// Opens the file by its name again, as after logrotate has moved it. Where that fails, the old one is written on.
    mutating func reopen() throws(LogFileError) {
        guard !path.isEmpty else { return }
        let opened = try Self.open(path)
        _ = Glibc.close(descriptor)
        descriptor = opened
    }

    /// Writes all of them, and waits where the reader is slow. `false`: some could not be written.
    func write(_ bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            var rest = unsafe bytes[...]
            while unsafe !rest.isEmpty {
                let count = unsafe Glibc.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count > 0 {
                    unsafe rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    awaitRoom()
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }

    /// Standard error may be set not to block, by another process that has it.
    private func awaitRoom() {
        var look = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        unsafe poll(&look, 1, 1_000)
    }

    private static func open(_ path: String) throws(LogFileError) -> Int32 {
        // Not for everybody on this machine. A named pipe without a reader is refused, and not waited for.
        let opened = unsafe Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o640)
        guard opened >= 0 else {
            throw LogFileError(
                description: "cannot write the log to \(path): \(unsafe String(cString: strerror(errno)))")
        }
        return opened
    }
}

/// The first three descriptors of the process.
enum StandardDescriptors {
    /// Opens those that are closed, on nothing: a socket that got one of their numbers would be sent the log.
    static func fill() {
        while true {
            let opened = unsafe Glibc.open("/dev/null", O_RDWR)
            guard opened > STDERR_FILENO else {
                if opened < 0 { return }
                continue
            }
            _ = Glibc.close(opened)
            return
        }
    }
}

/// Why the log cannot be written where the configuration says.
struct LogFileError: Error, Equatable, CustomStringConvertible {
    var description: String
}
